from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import AsyncClient, TransactionTestCase

from mysite.asgi import application


class Tabs:
    """Opens tabs, and disconnects all of them at the end of the block."""

    def __init__(self):
        self.opened = []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        return [await tab.disconnect() for tab in self.opened]

    async def open(self, room, user="", since=""):
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
        if tab.is_accepted and user:
            self.opened.append(tab)
        return tab


class ChatTests(TransactionTestCase):
    async def test_the_room_receives_it_once(self):
        async with Tabs() as tabs:
            ada = await tabs.open("lobby", "ada")
            ben = await tabs.open("lobby", "ben")
            cleo = await tabs.open("kitchen", "cleo")
            await ada.send_json_to({"message": "hello"})
            for tab in (ada, ben):
                frame = await tab.receive_json_from(timeout=5)
                self.assertEqual(frame["message"], "hello")
            for tab in (ada, ben, cleo):
                self.assertTrue(await tab.receive_nothing())

    async def test_only_users_connect(self):
        async with Tabs() as tabs:
            nobody = await tabs.open("lobby")
            ada = await tabs.open("lobby", "ada")
            await ada.send_json_to({"message": "hello"})
            await ada.receive_json_from(timeout=5)
            if nobody.is_accepted:
                frame = await nobody.receive_output(timeout=5)
                self.assertEqual(frame["type"], "websocket.close")
            self.assertTrue(await nobody.receive_nothing())

    async def test_the_name_is_the_senders(self):
        async with Tabs() as tabs:
            ada = await tabs.open("lobby", "ada")
            ben = await tabs.open("lobby", "ben")
            await ada.send_json_to({"message": "hello", "name": "ben"})
            for tab in (ada, ben):
                frame = await tab.receive_json_from(timeout=5)
                self.assertEqual(frame["name"], "ada")

    async def test_the_history_of_the_room(self):
        async with Tabs() as tabs:
            ada = await tabs.open("lobby", "ada")
            ben = await tabs.open("kitchen", "ben")
            await ben.send_json_to({"message": "soup"})
            await ben.receive_json_from(timeout=5)
            sent = []
            for words in ("one", "two"):
                await ada.send_json_to({"message": words})
                sent.append(await ada.receive_json_from(timeout=5))
            late = await tabs.open("lobby", "cleo")
            back = await tabs.open("lobby", "dora", since=sent[0]["id"])
            for tab, words in ((late, "one"), (late, "two"), (back, "two")):
                frame = await tab.receive_json_from(timeout=5)
                self.assertEqual(frame["message"], words)
                self.assertEqual(frame["name"], "ada")
            for tab in (ada, ben, late, back):
                self.assertTrue(await tab.receive_nothing())
