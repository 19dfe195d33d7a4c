"""Code that means harm, or runs wild: it is not green, and it ends in time.

Each test is bounded, so that it cannot hurt the machine that runs it. `ATTACK` writes a
consumer whose `receive()` runs that code before it answers as it should.
"""

import os
import time
from pathlib import Path

import pytest

from tests.checker.toys import Toy
from tests.conftest import Checked

IMPORTS = """
import ctypes, fcntl, gc, json, os, signal, socket, sys, threading, time
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
"""
FINDS = """
def found(name):
    return next(it for it in gc.get_objects() if type(it).__name__ == name)
"""
LIMIT, LATE = 10, 2
"""Seconds that a run may take, and by how much it may be late."""


def consumer(attack: str) -> str:
    """A consumer that does this when a message comes, and answers."""
    lines = "".join(f"        {line}\n" for line in attack.strip().splitlines())
    return f"""{IMPORTS}{FINDS}
class Talk(WebsocketConsumer):
    def receive(self, text_data):
{lines}        self.send(text_data=text_data)
"""


def attacked(toy: Toy, attack: str) -> Checked:
    """The verdict on a consumer that attacks: nothing is left, and it came in time."""
    return in_time(toy.write("talk.py", consumer(attack)))


def in_time(toy: Toy, limit: float = LIMIT) -> Checked:
    """The verdict on the project as it is: nothing is left, and it came in time."""
    began = time.monotonic()
    result = toy.check("--limit", str(limit))
    assert time.monotonic() - began < limit + LATE
    assert toy.left() == []
    return result


def is_of_project(result: Checked, got: str) -> None:
    """It failed, the project is at fault, and this was found."""
    assert (result.status, result.verdict["verdict"]) == (1, "failed"), result.verdict
    assert got.lower() in result.verdict["cause"]["got"].lower()


def test_garbage_in_every_pipe_is_the_projects(toy: Toy) -> None:
    attack = """
for fd in range(3, 50):
    try:
        os.write(fd, b"garbage\\n[]\\n")
    except OSError:
        pass
"""
    result = attacked(toy, attack)
    is_of_project(result, "something else was written to it")


def test_a_line_without_an_end_in_the_pipe_is_the_projects(toy: Toy) -> None:
    attack = "for _ in range(100): os.write(found('Recorder').fd, b'x' * 2**16)"
    result = attacked(toy, attack)
    is_of_project(result, "something else was written to it")


def test_a_flood_of_events_ends_at_once(toy: Toy) -> None:
    attack = """
line = b'{"at": 1, "kind": "ready", "socket": null}\\n'
while True: os.write(found('Recorder').fd, line * 100)
"""
    result = attacked(toy, attack)
    is_of_project(result, "more than 100,000 events came through it")
    assert result.verdict["seconds"] < LIMIT - LATE


@pytest.mark.parametrize("how", ["sync", "async"])
def test_sending_without_end_is_told_within_seconds(toy: Toy, how: str) -> None:
    is_async = how == "async"
    text = f"""{IMPORTS}
class Talk({"Async" * is_async}WebsocketConsumer):
    {"async " * is_async}def receive(self, text_data):
        while True:
            {"await " * is_async}self.send(text_data=text_data)
"""
    result = in_time(toy.write("talk.py", text))
    is_of_project(result, "one call of your code sent more than 2000 messages")
    assert result.verdict["seconds"] < LIMIT / 2


def test_frames_that_nobody_has_reported_are_bounded_too(toy: Toy) -> None:
    attack = """
protocol = found("WebSocketProtocol")
from twisted.internet import reactor
frame = b"\\x82\\x7e\\xff\\xff" + b"x" * 65535
for _ in range(400): reactor.callFromThread(protocol.transport.write, frame)
while True: pass
"""
    result = attacked(toy, attack)
    is_of_project(result, "its server sent so much that the tab stopped reading")


def test_a_frame_of_brackets_is_the_projects(toy: Toy) -> None:
    attack = "text_data = '[' * 200_000"
    result = attacked(toy, attack)
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


@pytest.mark.parametrize("name", ["talk.py", "mysite/settings.py", "mysite/asgi.py"])
@pytest.mark.parametrize("what", ["a pipe", "an endless device", "a huge file"])
def test_source_that_is_no_file_is_told(toy: Toy, name: str, what: str) -> None:
    replace(toy.project / name, what)
    result = in_time(toy)
    # To Python, what is no regular file is not there.
    is_of_project(result, "it is larger than 8 MiB" if "huge" in what else "no")


def replace(path: Path, what: str) -> None:
    """Put something that is no file of code in the place of a file."""
    path.unlink(missing_ok=True)
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "an endless device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(2**30)  # It has no blocks on the disk.


@pytest.mark.parametrize("what", ["a pipe", "an endless device", "a huge file"])
def test_other_files_that_are_none_do_no_harm(toy: Toy, what: str) -> None:
    for name in ("db.sqlite3", "room.html", "test_talk.py", "script.js", "data.py"):
        replace(toy.project / name, what)
    assert in_time(toy).status == 0


def test_a_page_that_comes_drop_by_drop_ends_in_time(toy: Toy) -> None:
    text = """
import asyncio
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await asyncio.sleep(0.2)
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
"""
    toy.checks(
        """
@task(1)
def test_page(server):
    "The page comes."
    server.fetch("/", "a page to come")
"""
    )
    result = in_time(toy.write("mysite/asgi.py", text), 3)
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


def test_stacks_without_end_are_bounded(toy: Toy) -> None:
    attack = """
def flood():
    while True:
        for fd in range(3, 50):
            try:
                if fd != found("Recorder").fd: os.write(fd, b"x" * 1000)
            except OSError:
                pass
threading.Thread(target=flood, daemon=True).start()
while True: pass
"""
    result = attacked(toy, attack)
    assert (result.status, result.verdict["verdict"]) == (1, "failed")
