"""A check lets time pass at once for what waits in the event loop of a server."""

from tests.checker.toys import Toy

SKIPS = '''
@task(1)
def test_due(open_tab):
    """What is due in ten seconds comes when they are skipped."""
    tab = open_tab("/talk/")
    tab.sends("tea")
    tab.skips(10)
    tab.receives("tea")
'''
CONSUMER = """
import asyncio

from channels.generic.websocket import AsyncWebsocketConsumer

class Talk(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        self.task = asyncio.create_task(self.answer(text_data))

    async def answer(self, text_data):
        await asyncio.sleep({})
        await self.send(text_data=text_data)
"""


def test_what_is_due_by_then_comes(toy: Toy) -> None:
    toy.checks(SKIPS).write("talk.py", CONSUMER.format(10))
    assert toy.check().status == 0


def test_what_is_due_later_does_not_come(toy: Toy) -> None:
    toy.checks(SKIPS).write("talk.py", CONSUMER.format(100))
    result = toy.check()
    assert result.status == 1
    assert result.verdict["checks"][0]["outcome"] == "failed"
