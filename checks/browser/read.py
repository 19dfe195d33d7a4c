"""A tab of a real browser: what its page shows, and what that should be."""

import contextlib
import json
import re
from collections.abc import Callable
from typing import Any

from checks.browser.reported import ReportedTab
from checks.observe.conversation import NOT_JSON, id_of
from checks.observe.failure import Failure
from checks.page import files
from checks.verdict import Where, shown

OTHER_NAME = "somebodyelse"
"""The name of a sender who is not the one who reads the page."""
SAID_ALREADY = {
    *("page_closes", "page_connects_elsewhere"),
    *("page_is_refused", "page_connects_logged_out", "page_goes_nowhere"),
}
"""Kinds of failures to which the console adds nothing, or too late."""
LOOP = 4
"""This many WebSockets of one page are a page that connects again and again."""


class ReadPage(ReportedTab):
    """A tab whose page is read as a person reads it, for words and not for ids."""

    def shows(self, words: str, which: str = "") -> None:
        """Wait until words are to be seen. Raises Failure if they are not.

        `which` says what they are, where they are no message.
        """
        what = which or "which it received"
        expected = f"the page of {self.name} to show {words!r}, {what}"
        self.browser.do("look", tab=self.name, words=words.lower())
        if not self.lines:
            got = f"its log shows {self.log}" if self.log else "its log is empty"
            got = "it does not show it" if which or self.log is None else got
            got = "it is there, and transparent" if self.seen["faint"] else got
            raise self.failure("page_shows_nothing", expected, got)
        if not self.log:
            self.log = (self.log or []) + self.lines

    def shows_once(self, words: str) -> None:
        """Raise Failure where one message is to be seen twice."""
        came = [message for message in self.received if words in str(message)]
        self.browser.do("count", tab=self.name, words=words)
        if self.seen["twice"] and len(came) == 1:
            raise self._shown_twice(words)
        sockets = self.seen["sockets"]
        if self.seen["twice"] and len(set(sockets)) < len(sockets):
            expected = f"the page of {self.name} to show {words!r} once"
            got = f"it has opened {len(sockets)} WebSockets, and shows what each gets"
            raise self.failure("page_connects_again", expected, got)

    def _shown_twice(self, words: str) -> Failure:
        expected = f"the page of {self.name} to show {words!r} once"
        got = "it received it once, and shows it twice"
        return self.failure("page_shows_twice", expected, got)

    def shows_no_line_again(self, words: str) -> None:
        """Raise Failure where two lines with these words are alike.

        One that says more of them, such as that they are to come, is another line.
        """
        self.shows(words)
        if len(set(self.lines)) < len(self.lines):
            raise self._shown_twice(words)

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

    def connects_over_tls(self, html: str) -> None:
        """Raise Failure where the page, come over https, opens a plain WebSocket."""
        url = f"http://localhost:{self.server.port}{self.page_path}"
        self.seen["other_sockets"] = []
        self.browser.do("peek", tab=self.name, url=url, over_tls=html)
        sockets = self.seen["other_sockets"]
        if sockets and not any(it.startswith("wss:") for it in sockets):
            expected = "a page that came over https to open its WebSocket with wss"
            got = f"it goes to {sockets[0]}"
            raise self.failure("page_is_plain_over_tls", expected, got)

    def has_the_history(self, words: str) -> None:
        """Raise Failure where the page does not show words once, opened again."""
        url = f"http://localhost:{self.server.port}{self.page_path}"
        self.seen["elsewhere"] = []
        seek = {"url": url, "words": words.lower(), "again": True}
        self.browser.do("peek", tab=self.name, **seek)
        if not self.seen["elsewhere"]:
            expected = f"the page of {self.name} to show what was said before"
            got = f"it does not show {words!r} when it is opened again"
            raise self.failure("page_has_no_history", expected, got)
        if len(self.seen["elsewhere"]) > 1:
            expected = f"the page of {self.name} to show {words!r} once"
            got = "it shows it twice when it is opened again"
            raise self.failure("page_has_more_history", expected, got)

    def lists_no_more(self, name: str, leave: Callable[[], None]) -> None:
        """Raise Failure where a name that is shown stays everywhere once it left."""
        self.browser.do("hold", tab=self.name, words=name.lower())
        leave()
        self.browser.do("release", tab=self.name, words=name.lower())
        if not self.seen["released"]:
            expected = f"the page of {self.name} to show who is here now"
            got = f"it still shows {name!r}, who has left"
            raise self.failure("page_keeps_who_left", expected, got)

    def keeps(
        self, words: str, got: str = "a later message has taken its place"
    ) -> None:
        """Raise Failure where what was to be seen is not to be seen any more."""
        self.browser.do("look", tab=self.name, words=words.lower())
        if not self.lines:
            expected = f"the page of {self.name} to go on showing {words!r}"
            raise self.failure("page_forgets", expected, got)

    def has_element(self, id_: str) -> bool:
        """Whether an element with this id appears in the page."""
        self.browser.do("look", tab=self.name, words="", id=id_)
        return bool(self.seen["element"])

    def failure(self, kind: str, expected: str, got: str) -> Failure:
        """The page does something else than that of the course."""
        self.monitor.drain()
        if self.seen["loaded_again"] and kind != "page_goes_nowhere":
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


def _json(frame: str) -> object:
    """What a frame holds as JSON; None where it is no JSON."""
    with contextlib.suppress(*NOT_JSON):
        return json.loads(frame)
    return None
