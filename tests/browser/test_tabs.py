"""What two real tabs show of the lessons, solved, untouched and wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.lessons import ROOT
from tests.browser.conftest import Tabs

Lay = Callable[..., Path]

CONSUMERS = "chat/consumers.py"
ECHO = """\
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data=text_data)
"""
RAISES = """\
import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data=json.loads(text_data)["text"])
"""


def said(tab: dict[str, Any]) -> list[str]:
    """What was typed into a tab, as its frames tell."""
    return [json.loads(text)["message"] for text in tab["sent"]]


def test_in_lesson_1_each_tab_receives_its_own(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(1, lay(1), "--format", "json")
    tab_a, tab_b = seen.sight["tabs"]
    assert tab_a["log"] == said(tab_a) != tab_b["log"] == said(tab_b)
    assert tab_a["status"] == tab_b["status"] == "Connected."
    assert tab_a["console"] == tab_b["console"] == []
    assert "nothing of tab A's" in " ".join(seen.sight["seen"])
    assert Path(seen.sight["picture"]).read_bytes().startswith(b"\x89PNG")
    assert (seen.sight["verdict"], seen.status) == ("passed", 0)


def test_in_lesson_2_they_still_do(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(2, lay(2))
    assert "Tab B shows what was typed into it later" in seen.stdout
    assert seen.stdout.count("it says Connected.") == 2
    assert seen.status == 0


def test_in_lesson_3_they_reach_each_other_across_servers(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(3, lay(3), "--format", "json")
    tab_a, tab_b = seen.sight["tabs"]
    assert tab_a["log"] == tab_b["log"] == [*said(tab_a), *said(tab_b)]
    assert (tab_a["server"], tab_b["server"]) == (1, 2)
    assert tab_a["url"] != tab_b["url"]
    assert f"it went through {seen.sight['broker']}" in seen.sight["seen"][-1]
    assert seen.status == 0


def test_behind_a_login_each_tab_has_a_user_of_its_own(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(4, lay(4), "--format", "json")
    tab_a, tab_b = seen.sight["tabs"]
    (by_ada,), (by_ben,) = said(tab_a), said(tab_b)
    assert tab_a["log"] == tab_b["log"] == [f"ada: {by_ada}", f"ben: {by_ben}"]
    logged_in = ["In tab A, ada is logged in.", "In tab B, ben is logged in."]
    assert seen.sight["seen"][:2] == logged_in


def test_a_tab_that_nobody_accepts_is_still_connecting(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(1, lay(1, solved=False), "--format", "json")
    cause = seen.sight["cause"]
    assert cause["expected"] == "the server to accept the WebSocket of a tab"
    assert cause["where"]["file"] == CONSUMERS
    assert cause["cure"]
    tab_a, tab_b = seen.sight["tabs"]
    assert (tab_a["status"], tab_b["status"]) == ("Connecting …", None)
    assert seen.status == 1


def test_a_consumer_that_raises_is_reported_with_its_line(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(1, lay(1, files={CONSUMERS: RAISES}))
    first, *rest = seen.stdout.split("Look at")
    assert "Your project: expected tab A to receive" in first
    assert "receive() raised KeyError: 'text'" in " ".join(first.split())
    assert "chat/consumers.py, line 8" in rest[0]
    assert "it says Closed with code 1011." in seen.stdout
    assert seen.status == 1


def test_an_echo_does_not_reach_the_other_server(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(3, lay(3, files={CONSUMERS: ECHO}), "--format", "json")
    cause = seen.sight["cause"]
    tab_a, tab_b = seen.sight["tabs"]
    assert "tab B to receive" in cause["expected"]
    assert "tab A received it; tab B, on another server" in cause["got"]
    assert cause["where"] == {"file": CONSUMERS, "line": 5}
    assert (tab_a["log"], tab_b["log"]) == (said(tab_a), [])
    assert seen.status == 1


def test_a_project_that_does_not_start_needs_no_browser(lay: Lay, tabs: Tabs) -> None:
    seen = tabs(1, lay(1, files={CONSUMERS: "import nothing_of_that_name\n"}))
    assert "No module named 'nothing_of_that_name'" in seen.stdout
    assert "Traceback" not in seen.stdout + seen.stderr
    assert seen.status == 1


@pytest.mark.in_sample(1, of_all="all")
@pytest.mark.parametrize(
    "submission",
    [
        "01_consumer/valid/page_behind_a_login",
        "01_consumer/valid/page_with_a_button",
        "01_consumer/valid/page_with_a_script_of_its_own",
        "03_channel_layer/valid/page_of_the_channels_tutorial",
    ],
)
def test_a_page_that_is_right_and_differs_shows_what_is_typed(
    submission: str, tabs: Tabs, tmp_path: Path
) -> None:
    slug, *_ = submission.split("/")
    given = ROOT / "tests/submissions" / submission
    project = build(slug, tmp_path / "project", solved=True, submission=given)
    seen = tabs(int(slug[:2]), project, "--format", "json")
    assert (seen.sight["cause"], seen.status) == (None, 0)
    assert all(tab["log"] for tab in seen.sight["tabs"])
