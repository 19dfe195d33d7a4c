from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import AsyncClient, TransactionTestCase

from mysite.asgi import application


async def frames(tab):
    """All frames that have arrived in a tab."""
    arrived = []
    while not await tab.receive_nothing():
        arrived.append(await tab.receive_json_from(timeout=5))
    return arrived


class ChatTests(TransactionTestCase):
    async def tab(self, room, user="", since=""):
        """A tab in a room, of the user of this name; without one, of nobody."""
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
        for tab, expected in ((ada, ["hello"]), (ben, ["hello"]), (cleo, [])):
            self.assertEqual([f["message"] for f in await frames(tab)], expected)

    async def test_only_users_connect(self):
        nobody = await self.tab("lobby")
        ada = await self.tab("lobby", "ada")
        await ada.send_json_to({"message": "hello"})
        self.assertEqual(len(await frames(ada)), 1)
        if nobody.is_accepted:
            event = await nobody.receive_output(timeout=5)
            self.assertEqual(event["type"], "websocket.close")
        self.assertTrue(await nobody.receive_nothing())

    async def test_the_name_is_the_senders(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("lobby", "ben")
        await ada.send_json_to({"message": "hello", "name": "ben"})
        for tab in (ada, ben):
            self.assertEqual([f["name"] for f in await frames(tab)], ["ada"])

    async def test_the_history_of_the_room(self):
        ada = await self.tab("lobby", "ada")
        ben = await self.tab("kitchen", "ben")
        await ben.send_json_to({"message": "soup"})
        await frames(ben)
        await ada.send_json_to({"message": "one"})
        await ada.send_json_to({"message": "two"})
        first, second = await frames(ada)
        late = await self.tab("lobby", "cleo")
        back = await self.tab("lobby", "dora", since=first["id"])
        self.assertEqual([f["message"] for f in await frames(late)], ["one", "two"])
        self.assertEqual([f["message"] for f in await frames(back)], ["two"])
        self.assertEqual(await frames(ada), [])
        self.assertEqual(await frames(ben), [])
