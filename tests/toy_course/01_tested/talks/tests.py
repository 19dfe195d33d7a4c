from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase

from mysite.asgi import application


class TalkTests(TransactionTestCase):
    # Task 1: Test what a tab receives.
    async def test_both_receive_it(self):
        tabs = [WebsocketCommunicator(application, "/") for _ in "ab"]
        for tab in tabs:
            await tab.connect()
        await tabs[0].send_to(text_data="hello")
        for tab in tabs:
            self.assertEqual(await tab.receive_from(), "hello")
            await tab.disconnect()

    # End of task 1
