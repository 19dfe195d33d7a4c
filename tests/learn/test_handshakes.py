"""Why a WebSocket was not accepted: what a server of the project reports."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from checks.author import projects
from checks.course.lessons import ROOT
from tests.machine import TIMEOUT, free_port

CONSUMER = """
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        {}
"""
PATH = "/ws/chat/lobby/"


async def reported(project: Path, origin: str | None = None) -> dict[str, Any]:
    """What is reported after a browser has tried to connect."""
    port, (read, out) = free_port(), os.pipe()
    request = json.dumps({"project": str(project), "servers": [[port, out]]})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "checks.learn.forkserver", request),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=(out,),
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(b".")
        async with asyncio.timeout(TIMEOUT):
            while b"handshake" not in (line := await process.stdout.readline()):
                assert b"started" in line
                await _try(port, origin)
    finally:
        process.stdin.close()
        await process.wait()
        os.close(read)
        os.close(out)
    _, _, event = line.decode().split(maxsplit=2)
    found: dict[str, Any] = json.loads(event)
    return found


async def _try(port: int, origin: Any) -> None:
    """Try to connect, as soon as somebody listens."""
    address = f"ws://localhost:{port}{PATH}"
    while True:
        try:
            async with connect(address, origin=origin, proxy=None):
                return
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
        except (WebSocketException, OSError):
            return


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("pass", "not_accepted"), ("self.close()", "rejected"), ("1 / 0", "raised")],
)
def test_what_the_consumer_did(code: str, outcome: str, tmp_path: Path) -> None:
    project = projects.build("01_consumer", tmp_path / "project", solved=True)
    (project / "chat/consumers.py").write_text(CONSUMER.format(code))
    event = asyncio.run(reported(project))
    assert (event["path"], event["outcome"]) == (PATH, outcome)
    if outcome == "raised":
        assert event["error"] == "ZeroDivisionError: division by zero"
        assert event["where"] == {"file": "chat/consumers.py", "line": 7}


def test_that_no_route_leads_there(tmp_path: Path) -> None:
    project = projects.build("02_routing", tmp_path / "project", solved=True)
    (project / "chat/routing.py").write_text("websocket_urlpatterns = []\n")
    event = asyncio.run(reported(project, "http://localhost:8000"))
    assert event["outcome"] == "raised"
    assert event["error"].startswith("ValueError: No route found for path")


def test_that_a_page_of_another_site_is_denied(tmp_path: Path) -> None:
    project = projects.build("02_routing", tmp_path / "project", solved=True)
    event = asyncio.run(reported(project, "http://elsewhere.example"))
    assert event["outcome"] == "denied"
