"""A run ends: at silence, at the stated limit, or at once when the cause was seen."""

import pytest

from tests.checker.toys import Toy, outcomes

CONSUMER = """
import asyncio, os, sys, threading, time
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
"""
HOUR = {"TOY_SILENCE": "3600"}
"""Silence would be told after an hour, so what is told was told by its evidence."""


def test_a_project_that_gives_signs_of_life_for_ever_ends_at_the_limit(
    toy: Toy,
) -> None:
    toy.write(
        "talk.py",
        CONSUMER
        + """
class Talk(AsyncWebsocketConsumer):
    async def receive(self, text_data):
        while True:
            await self.send(text_data="still here")
            await asyncio.sleep(0.05)
""",
    )
    result = toy.check("--limit", "3")
    cause = result.verdict["cause"]
    assert result.status == 1
    assert cause["expected"] == "all checks to be done within 3 s"
    assert outcomes(result) == {
        "test_starts": "passed",
        "test_answers": "failed",
        "test_ends": "not_reached",
    }


def test_a_run_whose_checks_were_not_all_reached_has_not_passed(toy: Toy) -> None:
    result = toy.checks(
        """
@task(1)
def test_takes_long(run):
    "It takes long."
    time.sleep(max(0, run.monitor.ends_at - time.monotonic()) + 0.1)

@task(1)
def test_comes_later():
    "It comes later."
"""
    ).check("--limit", "0.5")
    assert outcomes(result)["test_comes_later"] == "not_reached"
    assert result.verdict["checks"][1]["reason"] == "the run was over after 0.5 s"
    assert (result.status, result.verdict["verdict"]) == (1, "failed")
    assert result.verdict["cause"]["expected"] == "all checks to be done within 0.5 s"


def test_slow_and_correct_is_no_silence(toy: Toy) -> None:
    toy.write(
        "talk.py",
        CONSUMER
        + """
class Talk(WebsocketConsumer):
    def receive(self, text_data):
        time.sleep(0.3)
        self.send(text_data=text_data)
""",
    ).checks(
        """
@task(1)
def test_answers(open_tab, new_words):
    "All answers come, in order, though together they take longer than silence may."
    tab = open_tab("/")
    said = [tab.sends(new_words()) for _ in range(8)]
    tab.receives(said[-1])
    tab.receives_in_order(said)
"""
    )
    assert toy.check().status == 0


@pytest.mark.parametrize(
    ("receive", "line", "got"),
    [
        ("raise LookupError('lost')", 7, "receive() raised LookupError: lost"),
        ("sys.exit(3)", 7, "receive() raised SystemExit: 3"),
        ("os._exit(3)", 6, "its process ended by itself, with status 3"),
        ("os.kill(os.getpid(), 9)", 6, "SIGKILL ended its process"),
        ("self.close(4000)", 7, "the server closed it with code 4000"),
    ],
)
def test_what_was_seen_is_reported_without_waiting(
    toy: Toy, receive: str, line: int, got: str
) -> None:
    toy.write(
        "talk.py",
        CONSUMER
        + f"""
class Talk(WebsocketConsumer):
    def receive(self, text_data):
        {receive}
""",
    )
    result = toy.check("--limit", "30", **HOUR)
    cause = result.verdict["cause"]
    assert (result.status, cause["got"]) == (1, got)
    assert cause["where"] == {"file": "talk.py", "line": line}


def test_a_call_that_was_never_awaited_is_reported_without_waiting(toy: Toy) -> None:
    toy.write(
        "talk.py",
        CONSUMER
        + """
class Talk(AsyncWebsocketConsumer):
    async def receive(self, text_data):
        self.send(text_data=text_data)
""",
    )
    cause = toy.check("--limit", "30", **HOUR).verdict["cause"]
    assert "was called and never awaited" in cause["got"]
    assert cause["where"] == {"file": "talk.py", "line": 7}


@pytest.mark.parametrize(
    ("asgi", "got"),
    [
        ("raise LookupError('lost')", "Python stopped with LookupError: lost"),
        ("import sys; sys.exit()", "Python stopped with SystemExit"),
        ("import os; os._exit(0)", "its process ended by itself, with status 0"),
        ("input()", "Python stopped with EOFError: EOF when reading a line"),
        ("breakpoint()", "Python stopped with BdbQuit"),
    ],
)
def test_a_project_that_does_not_start_is_reported_without_waiting(
    toy: Toy, asgi: str, got: str
) -> None:
    toy.write("mysite/asgi.py", asgi)
    result = toy.check("--limit", "30", **HOUR)
    assert (result.status, result.verdict["cause"]["got"]) == (1, got)


def test_silence_is_reported_with_the_line_that_is_running(toy: Toy) -> None:
    toy.write(
        "talk.py",
        CONSUMER
        + """
class Talk(WebsocketConsumer):
    def receive(self, text_data):
        while True:
            pass
""",
    )
    result = toy.check()
    cause = result.verdict["cause"]
    assert (result.status, cause["got"]) == (1, "the server was still busy after 2 s")
    assert cause["where"]["file"] == "talk.py"
    assert cause["where"]["line"] in (7, 8)


def test_a_project_that_hangs_while_it_starts_is_reported_with_its_line(
    toy: Toy,
) -> None:
    toy.write("mysite/asgi.py", "import time\n\ntime.sleep(3600)\n")
    cause = toy.check().verdict["cause"]
    assert cause["expected"] == "the server to start"
    assert cause["where"] == {"file": "mysite/asgi.py", "line": 3}


def test_once_a_check_has_waited_in_vain_the_next_ones_do_not_wait_as_long(
    toy: Toy,
) -> None:
    toy.write(
        "talk.py",
        CONSUMER
        + """
class Talk(WebsocketConsumer):
    def receive(self, text_data):
        threading.Timer(60, print).start()  # It may still answer, as far as one sees.
""",
    )
    result = toy.checks(
        """
@task(1)
def test_first(open_tab, new_words):
    "The first."
    tab = open_tab("/")
    tab.receives(tab.sends(new_words()))

@task(1)
def test_second(open_tab, new_words):
    "The second."
    tab = open_tab("/")
    tab.receives(tab.sends(new_words()))

@task(1)
def test_third(open_tab):
    "The third."
    open_tab("/")
"""
    ).check()
    reasons = [check["reason"] for check in result.verdict["checks"]]
    assert reasons == [None, "nothing came within 0.5 s, as before: The first.", None]
    assert outcomes(result) == {
        "test_first": "failed",
        "test_second": "not_reached",
        "test_third": "passed",
    }


def test_a_project_that_is_caught_in_a_call_while_it_starts_is_reported(
    toy: Toy,
) -> None:
    toy.write("mysite/asgi.py", "import threading\nthreading.Event().wait(60)\n")
    cause = toy.check().verdict["cause"]
    assert cause["got"] == "it was still busy after 3 s without a sign of life"
    assert cause["where"] == {"file": "mysite/asgi.py", "line": 2}
