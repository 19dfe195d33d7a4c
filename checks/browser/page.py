"""A tab of a real browser.

It is a tab as in `checks.asking.tabs`, but for where its frames come from. So what a
tab waits for, and what is reported when it does not come, is the same as in a check.
"""

import re
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from checks.asking.tabs import Tab
from checks.browser.process import ANSWERING, Browser
from checks.observe.conversation import message_of
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import IDLE, SILENCE
from checks.page import files
from checks.sandbox.processes import Server
from checks.verdict import Where, shown

OPENING = 2.0
"""Seconds that a page may take to create its WebSocket once it has been loaded."""
SAID_ALREADY = {"page_closes", "page_connects_elsewhere", "page_is_refused"}
"""Kinds of failures to which the console adds nothing, or too late."""
CONNECTING = 0.5
"""Seconds in which a page that connects again and again has done so."""
NAME = "ada"
"""What a page is told that wants to know who is there."""
LOOP = 4
"""This many WebSockets of one page are a page that connects again and again."""
REFUSED = {"raised", "refused", "closed"}
"""Kinds of failures of a handshake for which the address may be the reason."""


class Page(Tab):
    """A tab of a real browser, with the page of the chat in it.

    What only a browser knows is in `seen`, for those who explain a failure.
    """

    def __init__(self, browser: Browser, server: Server, path: str, name: str) -> None:
        super().__init__(server, path, name)
        self.browser, self.page_path = browser, path
        self.url = f"http://localhost:{server.port}{path}"
        self.message: str | None = None
        self.status: str | None = None
        self.log: list[str] | None = None
        self.lines: list[str] = []
        self.console: list[str] = []
        self.http: int | None = None
        self.earlier = 0
        self.seen: dict[str, Any] = {
            "page": path,
            "html": "",
            "sockets": [],
            "raised": [],
            "missing": [],
            "console": [],
            "refused": "",
            "loaded_again": "",
            "boxes": 0,
            "odd": "",
            "twice": False,
            "element": False,
            "words": "",
        }
        browser.tabs[name] = self.noticed

    @property
    def events(self) -> list[Event]:
        """What the server reported about this tab's connection.

        The browser does not say which of the server's sockets is whose: it is the first
        one since the page was opened.
        """
        sockets = [e["socket"] for e in self.server.events if e["kind"] == "opened"]
        if len(sockets) <= self.earlier:
            return []
        return self.server.by_socket[sockets[self.earlier]]

    @property
    def close_code(self) -> int | None:
        """The code in a status line, as in `Closed with code 1011.` on our page."""
        code = (self.status or "").partition(" code ")[2][:4]
        return int(code) if self.is_cut and code.isdigit() else None

    # What the browser reports ---------------------------------------------------------

    def noticed(self, event: Event) -> None:
        """Take in what the browser reports about this tab."""
        getattr(self, f"on_{event.pop('kind')}")(**event)

    def on_page(self, status: int, html: str = "") -> None:
        """A page was loaded."""
        self.http, self.seen["html"] = status, html

    def on_loaded_again(self, url: str) -> None:
        """The page has been left, for itself or for another one."""
        self.seen["loaded_again"] = url

    def on_boxes(self, count: int) -> None:
        """It was counted in how many elements of the page can be typed."""
        self.seen["boxes"] = count

    def on_socket(self, url: str) -> None:
        """The page has created a WebSocket."""
        self.seen["sockets"].append(url)
        self.path = urlsplit(url).path
        self._note("opens", self.path, "websocket.connect")

    def on_answered(self, status: int) -> None:
        """The server has answered the handshake."""
        self._answered(status)

    def on_refused(self, why: str) -> None:
        """The browser says why there is no connection."""
        self.seen["refused"] = why

    def on_sent(self, text: str) -> None:
        """A frame has left the page: there is something to answer now."""
        self.sent.append(text)
        self._note("sends", text, "websocket.receive")
        self.monitor.silence = SILENCE

    def on_received(self, text: str) -> None:
        """A frame has come."""
        self.receive(text)
        self._note("receives", text, "websocket.send")

    def on_closed(self) -> None:
        """The WebSocket is closed, or it was refused and never open."""
        self.is_cut = self.http_status is None or self.is_connected
        if self.is_cut:
            code = self.close_code
            self._note("is closed", f"code {code}" if code else "")

    def on_shows(self, log: list[str] | None, status: str | None) -> None:
        """What the page shows has changed."""
        self.log, self.status = log, status

    def on_console(self, words: str, url: str = "", line: int = 0) -> None:
        """An error has been written to the console."""
        self.console.append(words)
        self.seen["console"].append({"words": words, "url": url, "line": line})

    def on_raised(self, error: str, words: str, url: str, line: int) -> None:
        """The page's script has raised what nothing caught."""
        self.console.append(f"{error}: {words}")
        raised = {"error": error, "words": words, "url": url, "line": line}
        self.seen["raised"].append(raised)

    def on_missing(self, url: str, why: str, what: str, *, away: bool) -> None:
        """Something that the page names could not be loaded."""
        missing = {"url": url, "why": why, "what": what, "away": away}
        self.seen["missing"].append(missing)

    def on_seen(self, lines: list[str], odd: str, *, element: bool) -> None:
        """It was looked for words in the page: the lines that have them."""
        self.lines = lines
        self.seen |= {"odd": odd, "element": element}

    def on_counted(self, *, twice: bool) -> None:
        """It was looked whether words are there twice."""
        self.seen["twice"] = twice

    # What is asked of it --------------------------------------------------------------

    def opens(self) -> None:
        """Open the page, and its WebSocket. Raises Failure if one does not come."""
        self.monitor.timeline.tabs.append(self)
        opened = (event for event in self.server.events if event["kind"] == "opened")
        self.earlier = len(list(opened))
        failed = self.browser.do("open", tab=self.name, url=self.url)
        if failed or self.http != HTTPStatus.OK:
            raise self._no_page(failed)
        sockets = self.seen["sockets"]
        expected = f"the page of {self.name} to open a WebSocket"
        if not self._has_opened(OPENING) and not (
            self.console or self.seen["missing"]
        ):  # Some pages ask for a name first.
            self.browser.do("say", tab=self.name, words=NAME)
        if not self._has_opened(OPENING):
            raise self.failure("page_opens_nothing", expected, "it opened none")
        self._connects_here(sockets[0])

    def _has_opened(self, seconds: float) -> bool:
        """Whether the page creates a WebSocket in time, or has raised before."""

        def ended() -> bool | None:
            return bool(self.seen["sockets"] or self.seen["raised"]) or None

        self.browser.wait(ended, seconds)
        return bool(self.seen["sockets"])

    def _connects_here(self, url: str) -> None:
        """Wait until the page's WebSocket is open. Raises Failure where it is not."""
        here = {f"{name}:{self.server.port}" for name in ("localhost", "127.0.0.1")}
        scheme, host, *_ = urlsplit(url)
        expected = f"the page of {self.name} to connect to the server that it came from"
        if scheme != "ws" or host not in here:
            got = f"its WebSocket goes to {url}"
            got = "its address begins with wss://" if host in here else got
            raise self.failure("page_connects_elsewhere", expected, got)
        expected = f"the WebSocket of the page of {self.name} to be accepted"
        try:
            self.connects()
        except Failure as failure:
            if self.is_connected or failure.kind not in REFUSED:
                raise
            raise failure.within("page_is_refused", expected) from None

    def types(self, words: str) -> str:
        """Type words into the box and press Enter. Raises Failure if nothing leaves.

        `message` is then what the page made of the words.
        """
        before = len(self.sent)
        self.seen["words"] = words
        failed = self.browser.do("say", tab=self.name, words=words)
        expected = f"the page of {self.name} to send what is typed into its box"
        if len(self.sent) == before:
            kind, got = "page_sends_nothing", "no frame left it after Enter or a click"
            if failed or not self.seen["boxes"]:
                kind, got = "page_has_no_box", "it has no box that takes it"
            self.check_open(expected)
            raise self.failure(kind, expected, got)
        messages = [message_of(frame) for frame in self.sent[before:]]
        said = (m for m in messages if isinstance(m, str) and words in m)
        self.message = next(said, None)
        return words

    def reads(self, words: str, by: "Page") -> None:
        """Receive and show what the page of another tab, or this one, has sent."""
        try:
            self.receives(by.message or words)
        except Failure:
            if by.message is None or by.seen["loaded_again"]:
                raise by.sends_another() from None
            raise
        self.shows(words)

    def sends_another(self) -> Failure:
        """What the page has sent is not what a consumer reads."""
        expected = (
            f'the page of {self.name} to send {{"message": "…"}} with what is typed'
        )
        got = f"it sent {shown(self.sent[-1])}"
        return self.failure("page_sends_another", expected, got)

    def shows(self, words: str) -> None:
        """Wait until words are to be seen. Raises Failure if they are not."""
        expected = f"the page of {self.name} to show {words!r}, which it received"
        self.browser.do("look", tab=self.name, words=words.lower())
        if not self.lines:
            got = f"its log shows {self.log}" if self.log else "its log is empty"
            got = "it does not show it" if self.log is None else got
            raise self.failure("page_shows_nothing", expected, got)
        if not self.log:
            self.log = (self.log or []) + self.lines

    def shows_once(self, words: str) -> None:
        """Raise Failure where one message is to be seen twice."""
        expected = f"the page of {self.name} to show {words!r} once"
        came = [message for message in self.received if words in str(message)]
        self.browser.do("count", tab=self.name, words=words)
        if self.seen["twice"] and len(came) == 1:
            got = "it received it once, and shows it twice"
            raise self.failure("page_shows_twice", expected, got)

    def has_element(self, id_: str) -> bool:
        """Whether an element with this id appears in the page."""
        self.browser.do("look", tab=self.name, words="", id=id_)
        return bool(self.seen["element"])

    def failure(self, kind: str, expected: str, got: str) -> Failure:
        """The page does something else than that of the course."""
        self.monitor.drain()
        if self.seen["loaded_again"]:
            expected = f"the page of {self.name} to stay when something is typed"
            kind, got = "page_loads_again", "it was loaded again"
        elif len(self.seen["sockets"]) >= LOOP and self.is_connected:
            expected = f"the page of {self.name} to keep its WebSocket"
            kind, got = "page_connects_again", "it opens one after another"
        elif kind == "page_closes":
            expected = f"the page of {self.name} to keep its WebSocket"
        if self.console and kind not in SAID_ALREADY:
            got += f", and its console says: {shown(self.console[0])}"
        got = re.sub(rf"\w+://localhost:{self.server.port}\b", "", got)
        where, event = Where(files.TEMPLATE), None
        for raised in self.seen["raised"][:1]:
            event = {key: raised[key] for key in ("error", "words")}
            where = self._place(raised["url"], raised["line"]) or where
        cure = files.COMPARE.format(self.browser.step)
        return Failure(kind, expected, got, where, cure, tab=self, event=event)

    def _place(self, url: str, line: int) -> Where | None:
        project = self.server.project.path
        return files.place(project, self.seen["html"], url, line)

    def _no_page(self, failed: str | None) -> Failure:
        """The address led to no page: an exception, an HTTP error, no answer at all."""
        busy_at = self.server.executing() if failed else None
        self.monitor.drain()
        self.server.check_running()
        kind, expected = "no_page", f"the page at {self.page_path} to answer over HTTP"
        error = self.server.first_of("http_raised")
        if error or self.http is None:
            kind = "page_raised" if error else "no_answer"
        facts = {"status": self.http}
        return Failure(kind, expected, event=error, busy_at=busy_at, facts=facts)

    def check_open(self, expected: str, *, closing: bool = False) -> None:
        """Raise a Failure on proof that what is waited for cannot come."""
        self.browser.check_running()
        if self.seen["loaded_again"]:
            raise self.failure("page_loads_again", expected, "")
        if self.seen["refused"] and self.saw("out", type="websocket.accept"):
            got = f"the browser says: {shown(self.seen['refused'])}"
            raise self.failure("page_is_refused", expected, got)
        if self.is_cut and not closing and self._closed_by_page():
            sockets = self.seen["sockets"]
            self.browser.wait(lambda: len(sockets) >= LOOP or None, CONNECTING)
            raise self.failure(
                "page_closes", expected, "it closed its WebSocket itself"
            )
        super().check_open(expected, closing=closing)
        if self._on_its_way():
            self.monitor.silence, self.monitor.last_sign = SILENCE, time.monotonic()

    def _closed_by_page(self) -> bool:
        """Whether the connection ended although its server did nothing to end it."""
        self.monitor.wait(self.is_done, IDLE)
        ends = (self.saw("raised"), self.saw("out", type="websocket.close"))
        return self.is_connected and self.server.status is None and not any(ends)

    def _on_its_way(self) -> bool:
        """Whether the server has sent what the browser has not reported yet."""
        kinds = ("websocket.accept", "websocket.send")
        out = [e for e in self.events if e["kind"] == "out" and e["type"] in kinds]
        waits = len(out) > len(self.received) + bool(self.http_status)
        return waits and time.monotonic() - out[-1]["at"] < ANSWERING
