from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import TransactionTestCase

from mysite.asgi import application

User = get_user_model()
ORIGIN = (b"origin", b"http://testserver")
WAIT = {"timeout": 8}


class ChatTestCase(TransactionTestCase):
    """Ada and Ben are in the lobby, Cleo is in the kitchen."""

    def setUp(self):
        for name in ("ada", "ben", "cleo"):
            setattr(self, name, User.objects.create(username=name))

    async def connect(self, room, user=None, query=""):
        headers = [ORIGIN]
        if user:
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            await session.asave()
            headers.append((b"cookie", b"sessionid=" + session.session_key.encode()))
        socket = WebsocketCommunicator(application, f"/ws/chat/{room}/{query}", headers)
        socket.accepted = (await socket.connect(**WAIT))[0]
        return socket

    async def send(self, socket, message, **other):
        """Sends it, and returns what comes back to the sender."""
        await socket.send_json_to({"message": message, **other})
        return await socket.receive_json_from(**WAIT)


class NowTests(ChatTestCase):
    async def test_the_sender_receives_it(self):
        ada = await self.connect("lobby", self.ada)
        frame = await self.send(ada, "hi")
        self.assertEqual(frame["message"], "hi")

    async def test_the_other_receives_it(self):
        ada = await self.connect("lobby", self.ada)
        ben = await self.connect("lobby", self.ben)
        await self.send(ada, "hi")
        self.assertEqual((await ben.receive_json_from(**WAIT))["message"], "hi")

    async def test_once(self):
        ada = await self.connect("lobby", self.ada)
        ben = await self.connect("lobby", self.ben)
        await self.send(ada, "hi")
        await ben.receive_json_from(**WAIT)
        self.assertTrue(await ben.receive_nothing(0.3))
        self.assertTrue(await ada.receive_nothing())

    async def test_not_in_another_room(self):
        ada = await self.connect("lobby", self.ada)
        cleo = await self.connect("kitchen", self.cleo)
        await self.send(ada, "hi")
        self.assertTrue(await cleo.receive_nothing(0.3))
        frame = await self.send(cleo, "soup")
        self.assertEqual(frame["message"], "soup")
        self.assertTrue(await ada.receive_nothing(0.3))


class WhoTests(ChatTestCase):
    async def test_not_logged_in(self):
        ada = await self.connect("lobby", self.ada)
        await self.send(ada, "hi")
        nobody = await self.connect("lobby")
        await self.send(ada, "hi again")
        if nobody.accepted:
            event = await nobody.receive_output(**WAIT)
            self.assertEqual(event["type"], "websocket.close")
        self.assertTrue(await nobody.receive_nothing(0.3))

    async def test_logged_in(self):
        self.assertTrue((await self.connect("lobby", self.ada)).accepted)

    async def test_name_for_the_sender(self):
        ada = await self.connect("lobby", self.ada)
        self.assertEqual((await self.send(ada, "hi"))["name"], "ada")

    async def test_name_for_the_other(self):
        ada = await self.connect("lobby", self.ada)
        ben = await self.connect("lobby", self.ben)
        await self.send(ada, "hi")
        self.assertEqual((await ben.receive_json_from(**WAIT))["name"], "ada")

    async def test_name_in_the_frame(self):
        ada = await self.connect("lobby", self.ada)
        frame = await self.send(ada, "hi", name="ben", username="ben")
        self.assertEqual(frame["name"], "ada")


class BeforeTests(ChatTestCase):
    async def talk(self):
        """Two messages in the lobby; returns the tab of Ada, and their ids."""
        ada = await self.connect("lobby", self.ada)
        ids = [(await self.send(ada, words))["id"] for words in ("one", "two")]
        return ada, ids

    async def test_history_in_order(self):
        await self.talk()
        ben = await self.connect("lobby", self.ben)
        for words in ("one", "two"):
            self.assertEqual((await ben.receive_json_from(**WAIT))["message"], words)
        self.assertTrue(await ben.receive_nothing())

    async def test_history_has_the_names_of_the_senders(self):
        await self.talk()
        ben = await self.connect("lobby", self.ben)
        for _ in range(2):
            self.assertEqual((await ben.receive_json_from(**WAIT))["name"], "ada")

    async def test_history_is_not_for_those_who_have_it(self):
        ada, _ = await self.talk()
        ben = await self.connect("lobby", self.ben)
        for _ in range(2):
            await ben.receive_json_from(**WAIT)
        self.assertTrue(await ada.receive_nothing(0.3))

    async def test_history_is_of_one_room(self):
        ada, _ = await self.talk()
        cleo = await self.connect("kitchen", self.cleo)
        frame = await self.send(cleo, "soup")
        self.assertEqual(frame["message"], "soup")
        self.assertTrue(await cleo.receive_nothing())

    async def test_since(self):
        _, ids = await self.talk()
        ben = await self.connect("lobby", self.ben, f"?since={ids[0]}")
        self.assertEqual((await ben.receive_json_from(**WAIT))["message"], "two")
        self.assertTrue(await ben.receive_nothing())

    async def test_history_and_then_what_is_new(self):
        ada, _ = await self.talk()
        ben = await self.connect("lobby", self.ben)
        await self.send(ada, "three")
        for words in ("one", "two", "three"):
            self.assertEqual((await ben.receive_json_from(**WAIT))["message"], words)
        self.assertTrue(await ben.receive_nothing())
