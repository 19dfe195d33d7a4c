"""The page of the chat: as the course has it, or else tried in a browser.

What the course's own page does is known, so it costs one request to see that a page is
no other. Another one is opened, typed into, and looked at. Where there is no browser,
what can be read of it decides as far as it is certain.
"""

import importlib.util
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, NoReturn

from checks.asking.project import ANSWERING, Inspection
from checks.asking.tabs import words
from checks.observe.failure import Failure
from checks.page import files
from checks.sandbox.processes import Server
from checks.verdict import Finding

if TYPE_CHECKING:  # A page of the course needs no browser.
    from checks.browser.page import Page
    from checks.browser.process import Browser
    from checks.run.run import Run

ROOM = "pageroom"
PATH = f"/chat/{ROOM}/"
LOGIN = {301, 302, 303, 307, 308, 401, 403}
"""The HTTP statuses of a page that may want a login."""
NO_PLAYWRIGHT = (
    "its page differs, and Playwright is not installed: type make tabs STEP={}"
)
NO_BROWSER = "its page differs, and no browser was found; install Chrome or Chromium"
AWAY = "its page loads {}, and checks load nothing from other sites"


class RoomPage:
    """The page of one room, as a check asks for it."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.cookie: str | None = None
        self.browser: Browser | None = None
        self.tabs: list[Page] = []

    def start_early(self) -> None:
        """Start a browser, if one will be needed, while something else is done."""
        run = self.run
        if not self.browser and files.differs(run.lesson.starter, run.project.path):
            self._start()

    def _start(self) -> "Browser | None":
        if self.browser is None and importlib.util.find_spec("playwright"):
            from checks.browser.process import Browser

            self.browser = Browser(self.run.lesson.step, headed=False)
            self.browser.attach(self.run.monitor)
            self.run.cleanup.callback(self.browser.close)
        return self.browser

    # What a check asks ----------------------------------------------------------------

    def works(self, *servers: Server) -> None:
        """What is typed is sent, received and shown, in one tab on each server.

        Raises Failure where it is not, and `pytest.skip` where nobody can know.
        """
        if self._html(servers[0]) == files.course_page(self.run.lesson.starter, ROOM):
            return
        self._open_browser(servers)
        try:
            self._works()
        except Failure:
            self._skip_if_away()
            raise

    def shows_text(self) -> None:
        """What others type is shown as it is, and does not become HTML."""
        if not self.tabs:
            return
        id_ = f"html-{self.run.random.randrange(10**6)}"
        tab, typed = self.tabs[0], f'<b id="{id_}">bold</b>'
        tab.types(typed)
        tab.receives(tab.message or typed)
        if tab.has_element(id_):
            raise tab.failure(
                "page_shows_html",
                "the page to show what is received as text",
                f"{typed} has become an element of it",
            )

    # The page over HTTP ---------------------------------------------------------------

    def _html(self, server: Server) -> bytes:
        """The page as the server sends it, after a login if it wants one."""
        status, body = _get(server)
        if status in LOGIN:
            self.cookie = self.run.answer("user")["cookie"]
            status, body = _get(server, self.cookie)
        if status != 200:  # noqa: PLR2004
            Inspection(self.run.project, server, self.run.answer).answers(PATH)
        return body

    # In a browser ---------------------------------------------------------------------

    def _open_browser(self, servers: tuple[Server, ...]) -> None:
        from checks.browser.page import Page

        if not (browser := self._start()):
            self._skip(NO_PLAYWRIGHT.format(self.run.lesson.step))
        try:
            browser.starts()
        except Finding:
            self._skip(NO_BROWSER)
        if self.cookie:
            for server in servers:
                url = f"http://localhost:{server.port}{PATH}"
                browser.do("log_in", url=url, cookie=self.cookie)
        names = ("tab A", "tab B")
        self.tabs = [
            Page(browser, server, PATH, name)
            for server, name in zip(servers, names, strict=False)
        ]

    def _works(self) -> None:
        for tab in self.tabs:
            tab.opens()
            kwargs = tab.consumer()["kwargs"]
            if kwargs and ROOM not in kwargs.values():
                raise tab.failure(
                    "page_is_in_another_room",
                    f"the page of the room {ROOM!r} to connect to that room",
                    f"its WebSocket goes to {tab.path}",
                )
        for typing in self.tabs:
            said = typing.types(words(self.run.random))
            for tab in self.tabs:
                tab.reads(said, typing)

    def _skip_if_away(self) -> None:
        """Nobody knows what a page does whose scripts come from another site."""
        for tab in self.tabs:
            for missing in tab.seen["missing"]:
                if missing["away"] and missing["what"] == "script":
                    self._skip(AWAY.format(missing["url"]))

    def _skip(self, reason: str) -> NoReturn:
        import pytest

        pytest.skip(reason)


def _get(server: Server, cookie: str | None = None) -> tuple[int | None, bytes]:
    """The status of the page and its body; no status where nothing came back."""
    http = HTTPConnection("localhost", server.port, timeout=ANSWERING)
    headers: Any = {"Cookie": cookie} if cookie else {}
    try:
        http.request("GET", PATH, headers=headers)
        answer = http.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return None, b""
    finally:
        http.close()
