"""The page of the chat: as the course has it, or else tried in a browser.

What the course's own page does is known, so it costs one request to see that a page is
no other. Another one is opened, typed into, and looked at. Where there is no browser,
what can be read of it decides as far as it is certain.
"""

import contextlib
import importlib.util
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from checks.asking import pages
from checks.asking.gate import Held
from checks.asking.messages import words
from checks.asking.skipping import skip
from checks.asking.sockets import SocketTab
from checks.asking.users import User
from checks.observe.failure import Failure
from checks.page import files
from checks.run.other_pages import html_over_tls, require_room
from checks.sandbox.processes import Server
from checks.verdict import Finding

if TYPE_CHECKING:  # A page of the course needs no browser.
    from checks.browser.page import Page
    from checks.browser.process import Browser
    from checks.run.run import Run

ROOM = "pageroom"
PATH = f"/chat/{ROOM}/"
OTHER = "/chat/otherroom/"
READER = "reader"
"""The user for whom the page is opened, where it wants one, in a session of its own."""
NAMES = ("my room", "café", "a.b")
"""Names of rooms that some converters and expressions take, and others do not."""
NO_PLAYWRIGHT = "Playwright is not installed; make tabs STEP={} installs it"
NO_BROWSER = "no browser was found; install Chrome, Edge or Chromium"
NO_START = "the browser does not start: {}"
ENDED = "the browser ended while the page was tried"
AWAY = "its page loads {}, and a check loads nothing from other sites"


class NotTried(Exception):
    """The page cannot be tried in a browser; the words say why."""


class RoomPage:
    """The page of one room, as a check asks for it."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.cookie, self.cookie_path = "", "/"
        self.browser: Browser | None = None
        self.tabs: list[Page] = []
        self.has_worked = False

    def start_early(self) -> None:
        """Start a browser, if one will be needed, while something else is done.

        In a class, what is there before a run begins is the project of another one.
        """
        if not self.run.is_strict and self._differs(files.TEMPLATE):
            with contextlib.suppress(NotTried):
                self._start()

    def _start(self) -> "Browser":
        """The browser, started. Raises NotTried where there is none."""
        if self.browser:
            return self.browser
        if not importlib.util.find_spec("playwright"):
            raise NotTried(NO_PLAYWRIGHT.format(self.run.lesson.step))
        from checks.browser import chromium
        from checks.browser.process import Browser

        if not chromium.is_there():
            raise NotTried(NO_BROWSER)
        self.browser = Browser(self.run.lesson.step, headed=False)
        self.run.cleanup.callback(self.browser.close)
        self.browser.attach(self.run.monitor)
        return self.browser

    # What a check asks ----------------------------------------------------------------

    def works(self, *servers: Server) -> None:
        """What is typed is sent, received and shown, in one tab on each server.

        Raises Failure where it is not. Where nobody can know, the check is skipped.
        """
        html = self._html(servers[0])
        is_ours = files.is_course_page(self.run.lesson.starter, ROOM, html)
        if is_ours and not self._differs(files.TEMPLATE):  # It is, in every room.
            return
        try:
            self._works_in_browser(servers)
        except NotTried as reason:
            self._can_be_read(servers[0], html)
            skip(str(reason))

    def shows_text(self) -> None:
        """What others type is shown as it is, and does not become HTML."""
        if not self.has_worked:
            return
        id_ = f"html-{self.run.random.randrange(10**6)}"
        tab, typed = self.tabs[0], f"<b id={id_}>bold</b>"
        tab.types(typed)
        tab.receives(tab.message or typed)
        if tab.has_element(id_):
            raise tab.failure(
                "page_shows_html",
                "the page to show what is received as text",
                f"{typed} has become an element of it",
            )

    def shows_the_history(self) -> None:
        """A page that is opened again shows what was said before, and once.

        The newest message it may show in one more place, and so not that one is asked.
        """
        if self.has_worked:
            tab, said = self.tabs[0], words(self.run.random)
            for each in (said, words(self.run.random)):
                tab.shows(tab.types(each))
            tab.has_the_history(said)

    def comes_back(self) -> None:
        """After a break it shows what it has missed, and writes, and nothing twice."""
        if not self.has_worked:
            return
        tab, said = self.tabs[0], words(self.run.random)
        as_often = tab.writes(said)
        tab.comes_back(said, self._somebody_else())
        tab.writes_again(words(self.run.random), as_often)
        tab.stays_there(least=0)

    def _somebody_else(self) -> Callable[[], str]:
        """A function that lets another tab of the room say what it returns."""
        guest = SocketTab(self.tabs[-1].server, self.tabs[0].path, "tab C", self.cookie)
        guest.connects()

        def say() -> str:
            said = guest.sends(words(self.run.random))
            guest.receives(said)
            return said

        return say

    def shows_what_is_sent_late(
        self, server: Server, hold: Callable[[Server, str], Held]
    ) -> None:
        """It shows a message that was saved before another, and is sent after it.

        The message is sent by this server, and the page is of another.
        """
        if not self.has_worked:
            return
        tab = self.tabs[0]
        guest = SocketTab(server, tab.path, "tab D", self.cookie)
        guest.connects()
        with hold(server, "before group_send") as held:
            late = guest.sends(words(self.run.random))
            held.is_reached(by=guest)
            tab.shows(tab.types(words(self.run.random)))
        tab.shows(late, "a message that was saved first and sent last")

    def goes_on_after(self, command: str) -> None:
        """It sends the next message although nothing has come of a command yet."""
        if self.has_worked:
            tab = self.tabs[0]
            tab.types(f"{command} {words(self.run.random)}")
            tab.shows(tab.types(words(self.run.random)))

    def shows_once(self, command: str) -> None:
        """It shows what comes of a command later, and adds no line like that itself."""
        if self.has_worked:
            tab, due = self.tabs[0], words(self.run.random)
            tab.types(f"{command} {due}")
            tab.receives(due)
            tab.shows(tab.types(words(self.run.random)))
            tab.shows_no_line_again(due)

    def lists(self, key: str, new_user: Callable[[], User]) -> None:
        """It shows who comes, and does not show who has left."""
        if not self.has_worked:
            return
        tab, guest = self.tabs[0], new_user()
        server = self.tabs[-1].server  # See `Tab.ends`.
        come = SocketTab(server, tab.path, "tab C", guest.cookie, user=guest)
        come.connects()
        for each in (come, tab):  # A tab that leaves while it is sent a list can stay.
            each.lists(key, READER, guest.name)
        tab.shows(guest.name, "who is here")

        def leave() -> None:
            come.close()
            tab.lists(key, READER)

        tab.lists_no_more(guest.name, leave)

    def stays_out(self) -> None:
        """When its session ends, it does not connect again."""
        if self.has_worked:
            self.tabs[0].stays_out(lambda: self.visitor.logs_out(PATH))

    def comes_back_when_closed(self) -> None:
        """Closed for what it has sent too much, it connects again, and stays there."""
        if self.has_worked:
            tab, say = self.tabs[0], self._somebody_else()
            tab.shows(said := say())
            tab.comes_back_when_closed(said, say)

    def connects_over_tls(self) -> None:
        """In production, it connects with wss: there, a template can ask for TLS."""
        if self.has_worked and (html := html_over_tls(self.run, PATH, READER)):
            self.tabs[0].connects_over_tls(html)

    def has_a_room(self, server: Server) -> None:
        """Each room that has a page has a WebSocket, whatever its name is."""
        if self._differs("mysite/urls.py", "chat/urls.py", "chat/views.py"):
            for name in NAMES:
                require_room(server, name, self.cookie)

    def _differs(self, *paths: str) -> bool:
        return files.differs(self.run.lesson.starter, self.run.project.path, *paths)

    # The page over HTTP ---------------------------------------------------------------

    def _html(self, server: Server) -> str:
        """The page as the server sends it, after a login if it wants one."""
        self.visitor = visitor = pages.Browser(server, READER)
        html = visitor.shows(PATH).text
        self.cookie, self.cookie_path = visitor.cookie, visitor.cookie_path
        return html

    def logs_in(self) -> str:
        """The cookie of a user, where the page asks for a login; else empty."""
        visitor = pages.Browser(self.run.server())
        if pages.wants_login(visitor.opens(PATH), PATH) and visitor.logs_in():
            self.run.cookie_path = visitor.cookie_path
        return visitor.cookie

    # In a browser ---------------------------------------------------------------------

    def _works_in_browser(self, servers: tuple[Server, ...]) -> None:
        from checks.browser.process import DriverEnded

        try:
            self.tabs = self._open_browser(servers)
            self._works(self.tabs)
        except DriverEnded:
            raise NotTried(ENDED) from None
        except Failure:
            self._skip_if_away()
            raise
        self.has_worked = True

    def _open_browser(self, servers: tuple[Server, ...]) -> "list[Page]":
        from checks.browser.page import Page
        from checks.browser.process import NoBrowser

        browser = self._start()
        try:
            browser.starts()
        except NoBrowser:
            raise NotTried(NO_BROWSER) from None
        except Finding as finding:
            raise NotTried(NO_START.format(finding.cause.got)) from None
        if self.cookie:
            cookie = {"cookie": self.cookie, "path": self.cookie_path}
            browser.do("log_in", tab="tab A", **cookie)  # They share it.
        tabs = zip(servers, ("tab A", "tab B"), strict=False)
        return [Page(browser, server, PATH, name) for server, name in tabs]

    def _works(self, tabs: "list[Page]") -> None:
        for tab in tabs:
            tab.opens()
            consumer = tab.saw("consumer")
            kwargs = consumer and consumer["kwargs"]
            if kwargs and ROOM not in kwargs.values():
                raise tab.failure(
                    "page_is_in_another_room",
                    f"the page of the room {ROOM!r} to connect to that room",
                    f"its WebSocket goes to {tab.path}",
                )
        first = ""
        for typing in (*tabs, tabs[0]):
            said = typing.types(words(self.run.random))
            first = first or said
            for tab in tabs:
                tab.reads(said, typing)
            typing.shows_once(said)
        if len(tabs) > 1:  # Alone, a page may show the last answer only.
            tabs[0].keeps(first)
            tabs[0].shows_again(said, tabs[-1])
        self._keeps_to_its_room(tabs[-1], said)
        tabs[-1].names_the_sender(words(self.run.random))
        tabs[0].sends_on_a_click(words(self.run.random))
        for tab in tabs:
            tab.stays_there()

    def _keeps_to_its_room(self, tab: "Page", said: str) -> None:
        """What is shown came over the WebSocket, and stays in its own room."""
        self._stays_in_its_room(tab, said)
        consumer = tab.saw("consumer")
        if consumer and consumer["kwargs"]:
            tab.peeks(OTHER, said)
            if tab.seen["elsewhere"]:
                raise self._shown_elsewhere(tab, "page_is_sent_other_rooms", said)
        if len(self.tabs) == 1:
            tab.shows_what_arrives(tab.message or said, words(self.run.random))

    def _stays_in_its_room(self, typing: "Page", said: str) -> None:
        """The page of another room does not have in it what was typed in this one."""
        other = typing.server.fetch(
            OTHER, f"the page at {OTHER} to answer", self.cookie
        )
        if other.status == HTTPStatus.OK and said in other.text:
            raise self._shown_elsewhere(typing, "page_shows_other_rooms", said)

    def _shown_elsewhere(self, tab: "Page", kind: str, said: str) -> Failure:
        return tab.failure(
            kind,
            f"the page at {OTHER} to show what was said in its own room",
            f"it shows {said!r}, which was said in the room {ROOM!r}",
        )

    def _skip_if_away(self) -> None:
        """Nobody knows what a page does whose scripts come from another site."""
        for tab in self.tabs:
            for missing in tab.seen["missing"]:
                if missing["away"] and missing["what"] == "script":
                    raise NotTried(AWAY.format(missing["url"])) from None

    # Without a browser ----------------------------------------------------------------

    def _can_be_read(self, server: Server, html: str) -> None:
        """Raise Failure where it can be read that the page does not work."""
        from checks.run.page_reading import Reading

        Reading(server, PATH, html, self.cookie).judge(ROOM, self.run.lesson.step)
