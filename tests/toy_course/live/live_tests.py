from channels.testing import ChannelsLiveServerTestCase
from django.contrib.auth.models import User
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect


class LiveTests(ChannelsLiveServerTestCase):
    def test_users_connect_and_nobody_else(self):
        self.client.force_login(User.objects.create_user("ada"))
        cookie = f"sessionid={self.client.cookies['sessionid'].value}"
        address = f"{self.live_server_ws_url}/ws/chat/lobby/"
        origin = self.live_server_url
        with connect(
            address, origin=origin, additional_headers={"Cookie": cookie}
        ) as tab:
            tab.send('{"message": "hello"}')
            self.assertIn("hello", tab.recv(timeout=5))
        with self.assertRaisesRegex(InvalidStatus, "403"):
            connect(address, origin=origin)
