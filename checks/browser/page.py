"""A tab of a real browser.

It is a tab as in `checks.asking.tabs`, but for where its frames come from. So what a
tab waits for, and what is reported when it does not come, is the same as in a check.
"""

import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from checks.browser.process import ANSWERING
from checks.browser.read import LOOP
from checks.browser.write import WrittenPage
from checks.observe.conversation import message_of
from checks.observe.failure import Failure
from checks.observe.monitor import IDLE, SILENCE
from checks.verdict import shown

OPENING = 2.0
"""Seconds that a page may take to create its WebSocket once it has been loaded."""
CONNECTING = 0.5
"""Seconds in which a page that connects again and again has done so."""
NAME = "ada"
"""What a page is told that wants to know who is there."""
TYPING, TOO_MANY = '{"typing": true}', 45
"""A frame that is no message, and how many at once are more than any limit allows."""
REFUSED = {"raised", "refused", "closed"}
"""Kinds of failures of a handshake for which the address may be the reason."""


class Page(WrittenPage):
    """A tab of a real browser, with the page of the chat in it."""

    acts_by_itself = True

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
        consumer = self.saw("consumer")
        if not host.startswith("localhost") and consumer and consumer["user"]:
            expected = f"the page of {self.name} to connect to localhost, where it is"
            name = host.partition(":")[0]
            got = f"its WebSocket goes to {name}, without the cookies of the page"
            raise self.failure("page_sends_no_cookie", expected, got)

    def reads(self, words: str, by: "Page") -> None:
        """Receive and show what the page of another tab, or this one, has sent."""
        try:
            self.receives(by.message or words)
        except Failure:
            if by.message is None or by.seen["loaded_again"]:
                raise by.sends_another() from None
            raise
        self.shows(words)

    def shows_again(self, words: str, by: "Page") -> None:
        """Receive and show, once more, what it has sent itself, now typed elsewhere."""
        self.reads(by.types(words), by)
        self.seen["twice"] = False
        self.browser.do("count", tab=self.name, words=words, wait=True)
        if not self.seen["twice"]:
            expected = f"the page of {self.name} to show {words!r} again"
            got = f"{by.name} has sent what this page had sent, and it is there once"
            raise self.failure("page_leaves_out", expected, got)

    def stays_there(self, least: int = 1) -> None:
        """Raise Failure where the page loads itself, or connects, again unasked.

        Timers of at least so many seconds are run for that.
        """
        before = len(self.sent)
        self.browser.do("later", tab=self.name, least=least)
        unasked = [*self.seen["unasked"], *self.sent[before:]]
        empty = [frame for frame in self.sent if message_of(frame) == ""]
        if empty and empty[-1] not in unasked:
            raise self._sent_twice(f"it sent {shown(empty[-1])}, too")
        if empty:
            expected = f"the page of {self.name} to send no empty messages"
            got = f"after a while, it sent {shown(empty[-1])} by itself"
            raise self.failure("page_sends_unasked", expected, got)
        expected = f"the page of {self.name} to stay as long as somebody reads it"
        if self.seen["refresh"] or self.seen["loaded_again"]:
            self.seen["loaded_again"] = ""
            got = "it loads itself again after a while"
            raise self.failure("page_refreshes", expected, got)
        if self.seen["more_sockets"] > 0:
            expected = f"the page of {self.name} to keep its WebSocket"
            got = "it opens one more after a while, or on coming back, and keeps both"
            raise self.failure("page_connects_again", expected, got)

    def stays_out(self, end_session: Callable[[], None]) -> None:
        """Raise Failure where the page connects again when its session has ended.

        It may well go to another page. Where the server leaves its WebSocket open, that
        is for another check.
        """
        before = len(self.seen["sockets"])
        end_session()
        if not self._is_closed():
            return
        self.browser.do("later", tab=self.name, least=0)
        left, self.seen["loaded_again"] = self.seen["loaded_again"], ""
        more = len(self.seen["sockets"]) > before or self.seen["more_sockets"] > 0
        if more and not left:
            expected = f"the page of {self.name} to stop when its session has ended"
            got = "it connects again, and is rejected"
            raise self.failure("page_connects_logged_out", expected, got)
        if answer := self.seen["error_page"]:
            expected = f"the page of {self.name} to go to the login, or to stay"
            got = f"when its session has ended, it goes elsewhere: {answer}"
            raise self.failure("page_goes_nowhere", expected, got)

    def _is_closed(self) -> bool:
        """Wait until its WebSocket is closed. Not every server closes it.

        Its consumer ends first, as in `is_closed` of a tab.
        """
        closed = bool(self.browser.wait(lambda: self.is_cut or None, ANSWERING))
        if closed:
            self.monitor.wait(self.is_done, IDLE)
        return closed

    def comes_back_when_closed(self, said: str, say: Callable[[], str]) -> None:
        """Raise Failure where the page leaves, or stays closed, after a flood.

        It shows `said` already; `say` lets somebody else send words. It may well load
        itself again. Where the server leaves its WebSocket open, another check tells.
        """
        before = len(self.seen["sockets"])
        self.browser.do("floods", tab=self.name, frame=TYPING, times=TOO_MANY)
        if not self._is_closed():
            return
        missed = say()
        self.browser.do("come_back", tab=self.name, sockets=before)
        left, self.seen["loaded_again"] = self.seen["loaded_again"], ""
        path = urlsplit(left).path
        if left and path != self.page_path:
            expected = f"the page of {self.name} to stay when it has sent too much"
            got = f"it goes to {path}"
            raise self.failure("page_leaves_when_closed", expected, got)
        if not left and len(self.seen["sockets"]) == before:
            expected = f"the page of {self.name} to connect again in the end"
            got = "it opened no WebSocket after it was closed for what it had sent"
            raise self.failure("page_stays_closed", expected, got)
        self.browser.wait(lambda: self._has_received(missed) or None, ANSWERING)
        self._shows_nothing_again(said, after="it was closed")

    def comes_back(self, said: str, say: Callable[[], str]) -> None:
        """Lose the connection, and connect again, with what it shows and has missed.

        It shows `said` already; `say` lets somebody else send words, and returns them.
        Raises Failure where the page stays away, misses words, or shows some twice. It
        may well load itself again.
        """
        before = len(self.seen["sockets"])
        self.browser.do("lose", tab=self.name)
        self._is_closed()
        missed = say()
        self.browser.do("come_back", tab=self.name, sockets=before)
        came = self.browser.wait(lambda: self._has_received(missed) or None, ANSWERING)
        self.is_cut = False  # Its new WebSocket is not.
        self.browser.do("look", tab=self.name, words=missed.lower())
        self.seen["loaded_again"] = ""
        if len(self.seen["sockets"]) == before:
            expected = f"the page of {self.name} to connect again after a break"
            got = "it opened no WebSocket after it had lost the first one"
            raise self.failure("page_stays_away", expected, got)
        if not self.lines:
            expected = f"the page of {self.name} to show what was said in a break"
            got = f"it {'received' if came else 'was not sent'} {missed!r}"
            got = f"{got}, and does not show it" if came else got
            raise self.failure("page_misses", expected, got)
        self._shows_nothing_again(said, missed, after="a break")
        self.keeps(said, "after a break, it is gone")

    def writes_again(self, words: str, as_often: int) -> None:
        """Type after a break. Raises Failure where more is sent than before."""
        if self.writes(words) > as_often:
            expected = f"the page of {self.name} to send once what is typed"
            got = f"after a break, it also sent {shown(self.sent[-1])}"
            raise self.failure("page_sends_more", expected, got)

    def _has_received(self, words: str) -> bool:
        return any(words in frame for frame in self.received)

    def _shows_nothing_again(self, *said: str, after: str) -> None:
        """Raise Failure where the page has added, after a break, what it had.

        What it sends again comes back later, or not while it is looked at.
        """
        for words in said:
            if sum(words in frame for frame in self.sent) > 1:
                expected = f"the page of {self.name} to send {words!r} once"
                got = f"it has sent it again after {after}"
                raise self.failure("page_sends_more", expected, got)
            self.seen["twice"] = False
            self.browser.do("count", tab=self.name, words=words)
            if self.seen["twice"]:
                expected = f"the page of {self.name} to show {words!r} once"
                got = f"it shows it twice after {after}"
                raise self.failure("page_shows_again", expected, got)

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
