from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import TransactionTestCase

from mysite.asgi import application


class ChatTests(TransactionTestCase):
    def setUp(self):
        for name in ("ada", "ben", "cleo", "dora"):
            user = User.objects.create_user(name)
            self.client.force_login(user)
        self.user = user

    async def tab(self, room, is_user=True, since=""):
        """A tab in a room."""
        headers = [(b"origin", b"http://testserver")]
        if is_user:
            session = self.client.cookies["sessionid"].value
            headers.append((b"cookie", f"sessionid={session}".encode()))
        path = f"/ws/chat/{room}/?since={since}"
        tab = WebsocketCommunicator(application, path, headers)
        tab.is_accepted, _ = await tab.connect(timeout=5)
        return tab

    async def test_the_room_receives_it_once(self):
        ada = await self.tab("lobby")
        ben = await self.tab("lobby")
        cleo = await self.tab("kitchen")
        await ada.send_json_to({"message": "hello"})
        for tab in (ada, ben):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["message"], "hello")
        for tab in (ada, ben, cleo):
            self.assertTrue(await tab.receive_nothing())
            await tab.disconnect()

    async def test_only_users_connect(self):
        nobody = await self.tab("lobby", is_user=False)
        ada = await self.tab("lobby")
        await ada.send_json_to({"message": "hello"})
        await ada.receive_json_from(timeout=5)
        if nobody.is_accepted:
            frame = await nobody.receive_output(timeout=5)
            self.assertEqual(frame["type"], "websocket.close")
        self.assertTrue(await nobody.receive_nothing())
        await ada.disconnect()

    async def test_the_name_is_the_senders(self):
        ada = await self.tab("lobby")
        ben = await self.tab("lobby")
        await ada.send_json_to({"message": "hello", "name": "ben"})
        for tab in (ada, ben):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["name"], self.user.username)
            await tab.disconnect()

    async def test_the_history_of_the_room(self):
        ada = await self.tab("lobby")
        ben = await self.tab("kitchen")
        await ben.send_json_to({"message": "soup"})
        await ben.receive_json_from(timeout=5)
        sent = []
        for words in ("one", "two"):
            await ada.send_json_to({"message": words})
            sent.append(await ada.receive_json_from(timeout=5))
        late = await self.tab("lobby")
        back = await self.tab("lobby", since=sent[0]["id"])
        for tab, words in ((late, "one"), (late, "two"), (back, "two")):
            frame = await tab.receive_json_from(timeout=5)
            self.assertEqual(frame["message"], words)
            self.assertEqual(frame["name"], self.user.username)
        for tab in (ada, ben, late, back):
            self.assertTrue(await tab.receive_nothing())
            await tab.disconnect()
