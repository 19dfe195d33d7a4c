from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import AsyncClient, TransactionTestCase, override_settings

from mysite.asgi import application


# One process needs no Redis. And where many tabs come and go, a Redis layer (of
# channels_redis 4.3) can keep a lock that the next test waits for.
IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@override_settings(CHANNEL_LAYERS=IN_MEMORY)
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

    async def next_message(self, tab):
        """The next message; lists of who is here are left out."""
        while "message" not in (
            frame := await tab.receive_json_from(timeout=5)
        ):
            self.assertIn("here", frame)
        return frame

    async def has_no_message(self, tab):
        """It receives nothing more, but for such lists."""
        while not await tab.receive_nothing():
            self.assertIn("here", await tab.receive_json_from())

    async def test_the_room_receives_it_once(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("lobby", "ben")
        cleo = await self.tab("kitchen", "cleo")
        await ada.send_json_to({"message": "hello"})
        for tab in (ada, ben):
            frame = await self.next_message(tab)
            self.assertEqual(frame["message"], "hello")
        for tab in (ada, ben, cleo):
            await self.has_no_message(tab)
            await tab.disconnect()

    async def test_only_users_connect(self):
        nobody = await self.tab("lobby")
        ada = await self.tab("lobby", "ada")
        await ada.send_json_to({"message": "hello"})
        await self.next_message(ada)
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
            frame = await self.next_message(tab)
            self.assertEqual(frame["name"], "ada")
            await tab.disconnect()

    async def test_the_history_of_the_room(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("kitchen", "ben")
        await ben.send_json_to({"message": "soup"})
        await self.next_message(ben)
        sent = []
        for words in ("one", "two"):
            await ada.send_json_to({"message": words})
            sent.append(await self.next_message(ada))
        late = await self.tab("lobby", "cleo")
        back = await self.tab("lobby", "dora", since=sent[0]["id"])
        for tab, words in ((late, "one"), (late, "two"), (back, "two")):
            frame = await self.next_message(tab)
            self.assertEqual(frame["message"], words)
            self.assertEqual(frame["name"], "ada")
        for tab in (ada, ben, late, back):
            await self.has_no_message(tab)
            await tab.disconnect()
