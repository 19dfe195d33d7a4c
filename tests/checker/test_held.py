"""A check holds the consumer of one tab, and sees whether others have to wait."""

from tests.checker.toys import Toy

HELD = '''
@task(1)
def test_held(handshake, open_tab):
    """While one tab waits, another is accepted."""
    handshake("/talk/", held_after="accept").is_held()
    open_tab("/talk/")
'''
CONSUMER = """
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

class Talk({}):
    {}
"""
WAITS = "its server waits for tab A, in the one thread for sync code"


def test_an_async_consumer_keeps_nobody_waiting(toy: Toy) -> None:
    toy.checks(HELD).write("talk.py", CONSUMER.format("AsyncWebsocketConsumer", "pass"))
    assert toy.check().status == 0


def test_a_sync_consumer_keeps_all_others_waiting(toy: Toy) -> None:
    connects = "def connect(self):\n        self.accept()"
    toy.checks(HELD).write("talk.py", CONSUMER.format("WebsocketConsumer", connects))
    result = toy.check()
    cause = result.verdict["cause"]
    assert (result.status, cause["got"]) == (1, WAITS)
    assert cause["where"] == {"file": "talk.py", "line": 6}


def test_a_tab_that_is_never_accepted_is_not_held(toy: Toy) -> None:
    connects = "def connect(self):\n        pass"
    toy.checks(HELD).write("talk.py", CONSUMER.format("WebsocketConsumer", connects))
    result = toy.check()
    got = "connect() ended and the WebSocket was not accepted"
    assert (result.status, result.verdict["cause"]["got"]) == (1, got)
