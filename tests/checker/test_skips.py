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


HANGS = '''
@task(1)
def test_slow(open_tab, server):
    """A tab that reads nothing for a while is closed with the same code."""
    tab = open_tab("/talk/")
    with tab.is_slow():
        tab.sends("tea")
        tab.is_being_closed("when it has asked for tea")
    tab.is_closed(4418, "when it has asked for tea")

@task(1)
def test_hangs(open_tab, server, project):
    """Time passes, and a process that hangs is not waited for."""
    with server.hangs():
        project.skips(10)
    open_tab("/talk/")
'''
CLOSES = """
from channels.generic.websocket import AsyncWebsocketConsumer

class Talk(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.{}
"""


def test_a_slow_tab_is_closed_and_a_process_that_hangs_is_left_alone(toy: Toy) -> None:
    toy.checks(HANGS).write("talk.py", CLOSES.format("close(code=4418)"))
    assert toy.check().status == 0


def test_a_slow_tab_that_is_not_closed_is_reported(toy: Toy) -> None:
    toy.checks(HANGS).write("talk.py", CLOSES.format("send(text_data='tea')"))
    result = toy.check()
    assert result.status == 1
    assert result.verdict["cause"]["got"] == "it is still open"


SENDS_ON = '''
@task(1)
def test_sends_on(open_tab):
    """A tab that sends on to a server that has given it up knows its code."""
    tab = open_tab("/talk/")
    with tab.is_slow():
        tab.sends("tea")
        tab.is_being_closed("when it has asked for tea")
        assert tab.monitor.wait(tab.is_done)
        for _ in range(50):
            tab.sends("more tea")
    tab.is_closed(4418, "when it has asked for tea")
'''


def test_a_tab_that_sends_on_reads_how_it_was_closed(toy: Toy) -> None:
    toy.checks(SENDS_ON).write("talk.py", CLOSES.format("close(code=4418)"))
    assert toy.check().status == 0
