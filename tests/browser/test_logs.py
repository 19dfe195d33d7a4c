"""The logs of Two tabs, and what a tab says of its connection, with a small server."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from checks.verdict import Cause, Check, Verdict
from tests.browser.live_feed import Event, Feed
from tests.browser.opened import Open
from tests.machine import free_port

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
)
ONE = "01_consumer"
LOBBY = "/ws/chat/lobby/"
DEAF = Cause("project", "the WebSocket to be accepted", "it was not", "Accept it.")


class Echo:
    """A project that sends back what it receives; it can be restarted."""

    def __init__(self) -> None:
        self.port = free_port()
        self.server: Server | None = None

    def start(self) -> None:
        """Listen."""
        self.server = serve(self._answer, "127.0.0.1", self.port)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        """Close every connection, and listen no longer."""
        if self.server:
            self.server.shutdown()
            self.thread.join()
            self.server = None

    def _answer(self, tab: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for frame in tab:
                tab.send(frame)


@pytest.fixture
def echo() -> Iterator[Echo]:
    """A project that sends back what it receives."""
    echo = Echo()
    echo.start()
    yield echo
    echo.stop()


def project(state: str) -> Event:
    """How the two servers of the project are."""
    servers = [
        {"number": number, "port": 1, "state": state, "why": None} for number in (1, 2)
    ]
    return {"type": "project", "lesson": ONE, "servers": servers}


def not_accepted(path: str = LOBBY) -> Event:
    """A connection that nothing has accepted."""
    facts = {"server": 1, "path": path, "outcome": "not_accepted", "seconds": 5}
    return {"type": "handshake", "lesson": ONE} | facts


def untouched() -> Event:
    """The verdict on a lesson that nobody has changed."""
    verdict = Verdict(1, ONE, "lessons/x", cause=DEAF)
    verdict.checks = [Check("test_accepts", 1, "It accepts.", "failed", cause=DEAF)]
    event = {"type": "verdict", "lesson": ONE, "run": 1, "state": "to_do"}
    return event | {"verdict": verdict.as_dict()}


def two_tabs(page: Page) -> tuple[Locator, Locator]:
    """Look at the panels of tab A and tab B."""
    page.get_by_role("tab", name="Two tabs").click()
    return page.locator("#live-tab-a"), page.locator("#live-tab-b")


def say(tab: Locator, words: str) -> None:
    """Send words from a tab that is connected, and wait until they have come back."""
    expect(tab.locator(".live-status")).to_have_text("Connected.")
    tab.get_by_role("textbox").fill(words)
    tab.get_by_role("textbox").press("Enter")
    expect(tab.locator("[data-kind=received]").last).to_contain_text(words)


SCROLLS_BACK = """(e) => new Promise((done) => {
  e.scrollTo(0, 10);
  requestAnimationFrame(() => requestAnimationFrame(done)); // The page has noticed.
})"""


def test_a_log_follows_unless_somebody_reads_back(
    open_page: Open, feed: Feed, echo: Echo
) -> None:
    feed.tell(project("up"))
    page = open_page(ports=(echo.port, echo.port))
    tab, _ = two_tabs(page)
    log = tab.locator(".live-log")
    for number in range(8):
        say(tab, f"message {number}")
    tab.evaluate("e => e.querySelector('.live-status').style.height = '3rem'")
    expect(log).to_have_js_property("scrollTop", bottom(log))
    say(tab, "after it became shorter")
    assert log.evaluate("e => e.scrollTop") == bottom(log)
    log.evaluate(SCROLLS_BACK)
    tab.evaluate("e => e.querySelector('.live-status').style.height = ''")
    say(tab, "while somebody reads back")
    assert log.evaluate("e => e.scrollTop") == 10


def bottom(log: Locator) -> float:
    """How far a log is scrolled when its last line is in sight."""
    found: float = log.evaluate("""(e) => {
      const { scrollTop } = e;
      e.scrollTop = e.scrollHeight;
      const bottom = e.scrollTop;
      e.scrollTop = scrollTop;
      return bottom;
    }""")
    return found


def test_restarts_in_a_row_are_one_line_and_what_was_before_stays(
    open_page: Open, feed: Feed, echo: Echo
) -> None:
    feed.tell(project("up"))
    page = open_page(ports=(echo.port, echo.port))
    tab, _ = two_tabs(page)
    lines = tab.locator(".live-log > p")
    say(tab, "hello")
    again = "your project restarted; connected to server 1 again"
    for words in (again, again.replace("restarted", "restarted 2 times")):
        feed.tell(project("starting"))
        echo.stop()
        echo.start()
        feed.tell(project("up"))
        expect(lines.last).to_contain_text(words)
    expect(lines).to_have_count(4)
    expect(lines.first).to_contain_text(f"connected to server 1, {LOBBY}")
    say(tab, "and again")
    expect(lines).to_have_count(6)


def test_while_the_project_starts_nothing_is_tried(
    open_page: Open, feed: Feed, echo: Echo
) -> None:
    feed.tell(project("starting"))
    page = open_page(ports=(echo.port, echo.port))
    tab, _ = two_tabs(page)
    expect(page.locator(".live-project")).to_have_text("Your project is starting …")
    status = tab.locator(".live-status")
    expect(status).to_have_text("Your project is starting; then it connects.")
    feed.tell(project("up"))
    expect(status).to_have_text("Connected.")
    expect(tab.locator(".live-log > p")).to_have_count(1)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a project that never answers a handshake."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_what_nothing_accepts_is_said_of_both_tabs_at_once(
    open_page: Open, feed: Feed, silent: int
) -> None:
    feed.tell(project("up"), untouched())
    page = open_page(ports=(silent, silent))
    tabs = two_tabs(page)
    for tab in tabs:
        expect(tab.locator(".live-status")).to_have_text("Connecting …")
        expect(tab.locator(".live-head button")).to_have_text("Stop")
    feed.tell(not_accepted("/ws/chat/kitchen/"), not_accepted())
    for tab in tabs:
        expect(tab.locator(".live-status")).to_have_text(
            f"Not connected: nothing accepted {LOBBY} for 5 seconds. "
            "Next: task 1, Accept the connection."
        )
        expect(tab.locator(".live-head button")).to_have_text("Connect")


def test_a_tab_that_connects_can_be_stopped(
    open_page: Open, feed: Feed, silent: int
) -> None:
    feed.tell(project("up"))
    page = open_page(ports=(silent, silent))
    tab, _ = two_tabs(page)
    tab.get_by_role("button", name="Stop tab A").click()
    expect(tab.locator(".live-status")).to_have_text("Not connected.")
    expect(tab.locator(".live-log > p")).to_have_count(0)
    feed.tell(not_accepted(), project("up"))
    expect(tab.locator(".live-status")).to_have_text("Not connected.")
