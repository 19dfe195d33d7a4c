import json

from channels.testing import ChannelsLiveServerTestCase
from django.contrib.auth.models import User
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect


class LiveTests(ChannelsLiveServerTestCase):
    def join(self, room, name=None):
        headers = {}
        if name:
            client = Client()
            client.force_login(User.objects.create_user(name))
            session = client.cookies["sessionid"].value
            headers["Cookie"] = f"sessionid={session}"
        tab = connect(
            f"{self.live_server_ws_url}/ws/chat/{room}/",
            origin="http://testserver",  # Allowed when mysite.asgi was imported.
            additional_headers=headers,
        )
        self.addCleanup(tab.close)
        return tab

    def test_a_real_server(self):
        ada, ben = self.join("lobby", "ada"), self.join("lobby", "ben")
        ada.send(json.dumps({"message": "hello"}))
        for tab in (ada, ben):
            frame = json.loads(tab.recv(timeout=8))
            self.assertEqual(frame["message"], "hello")
            self.assertEqual(frame["name"], "ada")
        with self.assertRaises((InvalidStatus, ConnectionClosed)):
            self.join("lobby").recv(timeout=8)
