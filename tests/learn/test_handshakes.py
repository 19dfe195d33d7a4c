"""Why a WebSocket was not accepted: what a server of the project reports."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import WebSocketException

from checks.author import projects
from tests.learn.served import PATH, served

CONSUMER = """
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        {}
"""


async def reported(
    project: Path, origin: str = "http://localhost:8000"
) -> dict[str, Any]:
    """What is reported after a browser has tried to connect."""
    async with served(project) as servers:
        with contextlib.suppress(WebSocketException, OSError):
            await servers.connect(origin=origin)
        _, _, event = await servers.report("handshake")
    return event


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
    event = asyncio.run(reported(project))
    assert event["outcome"] == "raised"
    assert event["error"].startswith("ValueError: No route found for path")


def test_that_a_page_of_another_site_is_denied(tmp_path: Path) -> None:
    project = projects.build("02_routing", tmp_path / "project", solved=True)
    event = asyncio.run(reported(project, "http://elsewhere.example"))
    assert event["outcome"] == "denied"
