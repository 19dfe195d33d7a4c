"""What is said of pages and layers that are not as they should be: no browser."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks.browser.page import Page
from checks.course.lessons import Course
from checks.explain.diagnosis import diagnose
from checks.observe.failure import Failure
from checks.observe.log import Event, ProcessLog
from checks.observe.monitor import Monitor
from checks.tabs import tabs as browser
from checks.verdict import Cause, Where

PATH = "/chat/lobby/"
TEMPLATE = Where("chat/templates/chat/room.html")


class Server(ProcessLog):
    """A server that has reported some events."""

    port = 1

    def __init__(self, *events: Event) -> None:
        super().__init__(1, "server 1")
        self.monitor = Monitor()
        for event in events:
            self.add({"socket": 1, "at": 0.0, "port": 1, **event})
        self.busy: Where | None = None
        self.status = None
        self.project: Any = SimpleNamespace(path=Path("nowhere"))

    def check_running(self) -> None:
        """Nothing is wrong with it."""

    def executing(self) -> Where | None:
        return self.busy


class Browser:
    """A browser in which each command brings what was prepared, and no more."""

    step = 1

    def __init__(self, *told: Event, failed: str | None = None) -> None:
        self.tabs: dict[str, Callable[[Event], None]] = {}
        self.told, self.failed = told, failed

    def check_running(self) -> None:
        """Nothing is wrong with it."""

    def do(self, _: str, tab: str, **__: Any) -> str | None:
        for event in self.told:
            self.tabs[tab](dict(event))
        return self.failed

    def wait(self, happened: Any, _: float = 0) -> Any:
        return happened()


OK = {"kind": "page", "status": 200}
SENT = {"kind": "sent", "text": '{"message": "hello"}'}
HEARD = {"kind": "received", "text": '{"message": "hello"}'}
ERROR = {"kind": "console", "words": "logg is not defined"}


def tab(server: Server, *told: Event, failed: str | None = None) -> Page:
    """A tab of such a browser, on such a server."""
    made: Any = Browser(*told, failed=failed)
    on: Any = server
    return Page(made, on, PATH, "tab A")


def cause(action: Any, *arguments: Any) -> Cause:
    """What the failure comes down to when this is asked of a tab."""
    with pytest.raises(Failure) as found:
        action(*arguments)
    return diagnose(found.value, Monitor().timeline).cause


def test_a_page_that_answers_with_an_error() -> None:
    said = cause(tab(Server(), OK | {"status": 404}).opens)
    assert said.expected == "the page at /chat/lobby/ to answer over HTTP"
    assert said.got == "HTTP 404 came back"


def test_a_page_without_an_http_application() -> None:
    words = "No application configured for scope type 'http'"
    raised = {"kind": "http_raised", "error": "ValueError", "words": words}
    told = OK | {"status": 500}
    said = cause(tab(Server(raised | {"frames": []}), told).opens)
    assert said.got == f"the server raised ValueError: {words}"


def test_a_page_that_does_not_come_because_the_server_is_busy() -> None:
    server = Server()
    server.busy = Where("chat/views.py", 5)
    said = cause(tab(server, failed="Timeout 5000ms exceeded.").opens)
    assert (said.got, said.where) == ("no answer came back", server.busy)


def test_a_page_that_opens_no_websocket_tells_of_its_console() -> None:
    said = cause(tab(Server(), OK, ERROR).opens)
    assert said.got == "it opened none, and its console says: logg is not defined"
    assert said.where == TEMPLATE


def test_a_page_without_a_box() -> None:
    said = cause(tab(Server(), failed="Timeout 5000ms exceeded.").types, "hello")
    assert said.got == "it has no box that takes it"


def test_a_page_that_sends_nothing() -> None:
    one_box = {"kind": "boxes", "count": 1}
    said = cause(tab(Server(), one_box).types, "hello")
    assert said.got == "no frame left it after Enter or a click"


@pytest.mark.parametrize(
    ("log", "got"),
    [
        (None, "it does not show it"),
        ([], "its log is empty"),
        (["undefined"], "its log shows ['undefined']"),
    ],
)
def test_a_page_that_does_not_show_what_it_received(
    log: list[str] | None, got: str
) -> None:
    told = {"kind": "shows", "log": log, "status": "Connected."}
    page = tab(Server(), SENT, HEARD, told)
    page.types("hello")
    assert cause(page.shows, "hello").got == got


def test_a_close_code_is_what_the_page_says_it_is() -> None:
    page = tab(Server())
    page.on_answered(101)
    page.on_shows([], "Closed with code 4001. Reload the page to connect again.")
    assert page.close_code is None
    page.on_closed()
    assert page.close_code == 4001
    assert page.monitor.timeline.transcript[-1].what == "code 4001"


def test_it_waits_for_a_frame_that_the_server_has_sent() -> None:
    page = tab(Server({"kind": "opened"}))
    page.monitor.silence = 0.1
    out = {"kind": "out", "type": "websocket.send", "socket": 1}
    page.server.add(out | {"at": page.monitor.last_sign})
    page.check_open("it to come")
    assert page.monitor.silence > 1


SENDS, JOINS = ({"kind": "layer", "does": d} for d in ("group_send", "group_add"))
CONNECT = {"file": "chat/consumers.py", "line": 7}
CONSUMER = {"kind": "consumer", "methods": {"connect": CONNECT}}
ASTRAY = "it was sent to a group of the channel layer, and tab A is in none"


@pytest.mark.parametrize(
    ("calls", "kind", "got"),
    [
        ((SENDS,), "", ASTRAY),
        ((SENDS,), "out_of_time", "your project took longer"),  # It has a cure.
        ((SENDS, JOINS), "", "nothing came"),
        ((), "", "nothing came"),
    ],
)
def test_words_that_went_to_a_group_that_nobody_joined(
    calls: tuple[Event, ...], kind: str, got: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tab(Server({"kind": "opened"}, CONSUMER, *calls))
    page.message = "hello"
    lost = Failure(kind, "it", "nothing came", tab=page)
    monkeypatch.setattr(page, "receives", lambda _: raise_(lost))
    said = cause(browser._reads, page, "hello", page)
    assert said.got == got
    assert said.where == (Where("chat/consumers.py", 7) if got == ASTRAY else None)


def test_without_playwright_it_says_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    sight = browser.open_tabs(Course().lesson("1"), tmp_path)
    assert sight.cause
    assert sight.cause.sentence() == (
        "Expected Playwright, but it is not installed. "
        "Type make tabs STEP=1: it installs what it needs."
    )
    assert sight.exit_status == 3


def raise_(error: Exception) -> None:
    raise error
