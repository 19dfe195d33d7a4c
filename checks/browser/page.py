"""A tab of a real browser.

It is a tab as in `checks.asking.tabs`, but for where its frames come from. So what a
tab waits for, and what is reported when it does not come, is the same as in a check.
"""

import contextlib
import json
import re
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from checks.browser.process import ANSWERING
from checks.browser.reported import ReportedTab
from checks.observe.conversation import NOT_JSON, id_of, message_of
from checks.observe.failure import Failure
from checks.observe.monitor import IDLE, SILENCE
from checks.page import files
from checks.verdict import Where, shown

OPENING = 2.0
"""Seconds that a page may take to create its WebSocket once it has been loaded."""
SAID_ALREADY = {"page_closes", "page_connects_elsewhere", "page_is_refused"}
"""Kinds of failures to which the console adds nothing, or too late."""
CONNECTING = 0.5
"""Seconds in which a page that connects again and again has done so."""
NAME = "ada"
"""What a page is told that wants to know who is there."""
OTHER_NAME = "somebodyelse"
"""The name of a sender who is not the one who reads the page."""
LOOP = 4
"""This many WebSockets of one page are a page that connects again and again."""
REFUSED = {"raised", "refused", "closed"}
"""Kinds of failures of a handshake for which the address may be the reason."""


class Page(ReportedTab):
    """A tab of a real browser, with the page of the chat in it."""

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
        if self.seen["key_missed"]:
            got = "Enter does nothing, though the page waits for a key of another name"
            raise self.failure("page_misses_enter", expected, got)
        self.browser.wait(lambda: self._has_arrived() or None, ANSWERING)
        self._sent_once([frame for frame in self.sent[before:] if words in frame])
        messages = [message_of(frame) for frame in self.sent[before:]]
        said = (m for m in messages if isinstance(m, str) and words in m)
        self.message = next(said, None)
        return words

    def _sent_once(self, frames: list[str]) -> None:
        """Raise Failure where one press of Enter, or one click, sent a frame twice."""
        if len(set(frames)) < len(frames):
            expected = f"the page of {self.name} to send once what is typed"
            got = f"it sent {shown(frames[-1])} twice"
            raise self.failure("page_sends_twice", expected, got)

    def sends_on_a_click(self, words: str) -> None:
        """Click the button that is there to send. Raises Failure if nothing leaves."""
        self.browser.do("click", tab=self.name, words=words)
        if self.seen["click_sends"] is False:
            expected = f"the page of {self.name} to send when its button is clicked"
            got = "no frame left it, though Enter sends one"
            raise self.failure("page_click_sends_nothing", expected, got)

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
            got = "it is there, and transparent" if self.seen["faint"] else got
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

    def shows_what_arrives(self, words: str, other: str) -> None:
        """Wait until the page shows a message that it has not sent itself.

        It arrives in the form of the one with `words`; of a frame with more than the
        message nobody knows what the rest is for.
        """
        plain = json.dumps({"message": words})
        if any(json.loads(plain) == _json(frame) for frame in self.received):
            frame = plain.replace(words, other)
            self.browser.do("arrives", tab=self.name, frame=frame)
            self.shows(other)

    def names_the_sender(self, words: str) -> None:
        """Raise Failure where a message of another user has the reader's name.

        Frames that have no name are none to judge, nor is a page that shows none.
        """
        frames = [data for data in map(_json, self.received) if isinstance(data, dict)]
        named = next((data for data in frames if data.get("name")), None)
        if named is None:
            return
        reader = str(named["name"])
        frame: dict[str, Any] = {"name": OTHER_NAME, "message": words}
        if ids := [id_ for id_ in map(id_of, self.received) if id_]:
            frame["id"] = max(ids) + 1  # A page may leave out what it has.
        self.browser.do("arrives", tab=self.name, frame=json.dumps(named | frame))
        self.shows(words)
        said = " ".join(self.lines)
        if reader in said and OTHER_NAME not in said:
            expected = f"the page of {self.name} to show who has sent a message"
            got = f"it shows {said!r}, which {OTHER_NAME} has sent"
            raise self.failure("page_shows_the_readers_name", expected, got)

    def stays_there(self) -> None:
        """Raise Failure where the page loads itself, or connects, again unasked."""
        self.browser.do("later", tab=self.name)
        expected = f"the page of {self.name} to stay as long as somebody reads it"
        if self.seen["refresh"] or self.seen["loaded_again"]:
            self.seen["loaded_again"] = ""
            got = "it loads itself again after a while"
            raise self.failure("page_refreshes", expected, got)
        if self.seen["more_sockets"] > 0:
            expected = f"the page of {self.name} to keep its WebSocket"
            got = "it opens one more after a while, or on coming back, and keeps both"
            raise self.failure("page_connects_again", expected, got)

    def peeks(self, path: str, words: str) -> None:
        """Open the page at another path in this browser, and look for words in it.

        Raises Failure where its WebSocket goes to the address of this page's.
        """
        url = f"http://localhost:{self.server.port}{path}"
        self.seen |= {"elsewhere": [], "other_sockets": []}
        self.browser.do("peek", tab=self.name, url=url, words=words)
        if self.seen["sockets"][-1] in self.seen["other_sockets"]:
            expected = f"the page at {path} to connect to a room of its own"
            got = f"its WebSocket goes to {self.path} too, in the same browser"
            raise self.failure("page_is_in_another_room", expected, got)

    def has_the_history(self, words: str) -> None:
        """Raise Failure where the page does not show words once it is opened again."""
        url = f"http://localhost:{self.server.port}{self.page_path}"
        self.seen["elsewhere"] = []
        self.browser.do("peek", tab=self.name, url=url, words=words.lower())
        if not self.seen["elsewhere"]:
            expected = f"the page of {self.name} to show what was said before"
            got = f"it does not show {words!r} when it is opened again"
            raise self.failure("page_has_no_history", expected, got)

    def keeps(self, words: str) -> None:
        """Raise Failure where what was to be seen is not to be seen any more."""
        self.browser.do("look", tab=self.name, words=words.lower())
        if not self.lines:
            expected = f"the page of {self.name} to go on showing {words!r}"
            got = "a later message has taken its place"
            raise self.failure("page_forgets", expected, got)

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

    def _has_arrived(self) -> bool:
        """Whether the server has what the page sent: a busy browser takes its time."""
        came = [e for e in self.events if e.get("type") == "websocket.receive"]
        arrived = sum(event["kind"] == "in" for event in came)
        again = len(self.seen["sockets"]) > 1 or self.is_cut
        return arrived >= len(self.sent) or again or bool(self.saw("raised"))

    def _on_its_way(self) -> bool:
        """Whether the server has sent what the browser has not reported yet."""
        kinds = ("websocket.accept", "websocket.send")
        out = [e for e in self.events if e["kind"] == "out" and e["type"] in kinds]
        waits = len(out) > len(self.received) + bool(self.http_status)
        return waits and time.monotonic() - out[-1]["at"] < ANSWERING


def _json(frame: str) -> object:
    """What a frame holds as JSON; None where it is no JSON."""
    with contextlib.suppress(*NOT_JSON):
        return json.loads(frame)
    return None
