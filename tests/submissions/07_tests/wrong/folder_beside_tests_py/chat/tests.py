from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import AsyncClient, TransactionTestCase

from mysite.asgi import application


class ChatTests(TransactionTestCase):
    async def tab(self, room, user="", since=""):
        """Opens a tab in a room, as this user; without one, not logged in."""
        headers = [(b"origin", b"http://testserver")]
        if user:
            client = AsyncClient()
            account, _ = await User.objects.aget_or_create(username=user)
            await client.aforce_login(account)
            session = client.cookies["sessionid"].value
            headers.append((b"cookie", f"sessionid={session}".encode()))
        path = f"/ws/chat/{room}/?since={since}"
        tab = WebsocketCommunicator(application, path, headers)
        tab.is_accepted, _ = await tab.connect(timeout=5)
        return tab

    # Task 1: Test who receives a message, how often, and who does not.
    async def test_a_message_is_received(self):
        ada = await self.tab("lobby", "ada")
        await ada.send_json_to({"message": "hello"})
        frame = await ada.receive_json_from(timeout=5)
        self.assertEqual(frame["message"], "hello")
        await ada.disconnect()

    # End of task 1

    # Task 2: Test who may connect, and whose name a message has.
    # End of task 2

    # Task 3: Test which earlier messages a tab receives.
    # End of task 3
