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

    async def test_the_room_receives_it_once(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("lobby", "ben")
        cleo = await self.tab("kitchen", "cleo")
        await ada.send_json_to({"message": "hello"})
        for tab in (ada, ben):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["message"], "hello")
        for tab in (ada, ben, cleo):
            self.assertTrue(await tab.receive_nothing())
            await tab.disconnect()


    async def test_only_users_connect(self):
        nobody = await self.tab("lobby")
        ada = await self.tab("lobby", "ada")
        await ada.send_json_to({"message": "hello"})
        await ada.receive_json_from(timeout=5)
        if nobody.is_accepted:
            frame = await nobody.receive_output(timeout=5)
            self.assertEqual(frame["type"], "websocket.close")
        self.assertTrue(await nobody.receive_nothing())
        await ada.disconnect()

    async def test_the_name_is_the_senders(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("lobby", "ben")
        await ada.send_json_to({"message": "hello", "name": "ben"})
        for tab in (ada, ben):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["name"], "ada")
            await tab.disconnect()


    async def test_the_history_of_the_room(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("kitchen", "ben")
        await ben.send_json_to({"message": "soup"})
        await ben.receive_json_from(timeout=5)
        sent = []
        for words in ("one", "two"):
            await ada.send_json_to({"message": words})
            sent.append(await ada.receive_json_from(timeout=5))
        late = await self.tab("lobby", "cleo")
        back = await self.tab("lobby", "dora", since=sent[0]["id"])
        for tab, words in ((late, "one"), (late, "two"), (back, "two")):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["message"], words)
            self.assertEqual(frame["name"], "ada")
        for tab in (ada, ben, late, back):
            self.assertTrue(await tab.receive_nothing())
            await tab.disconnect()

