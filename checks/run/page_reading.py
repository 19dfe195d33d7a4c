"""What can be known of a page without running it, where there is no browser.

A finding counts only if it is certain: whatever the reader does not understand is left
to a browser.
"""

import json
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from checks.asking.sockets import SocketTab, close_tabs
from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.page.files import COMPARE, TEMPLATE
from checks.page.script import Script
from checks.sandbox.processes import Server
from checks.verdict import Where

SCRIPT = "the script at {} to come"
SOURCE = re.compile(r"<script\b[^>]*\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
LISTENS = re.compile(r"onmessage|(?<!ById\()[\"'`]message[\"'`]")
READS = re.compile(r"\.message\b|\[[\"'`]message[\"'`]\]|[{,]\s*message\b")


class PageAsRead(Conversation):
    """A page as its text says it is, for those who explain a failure."""

    def __init__(self, server: Server, path: str, html: str) -> None:
        super().__init__(server, path, "tab A")
        self.seen: dict[str, Any] = {"html": html}

    @property
    def events(self) -> list[Event]:
        """Nothing has happened."""
        return []

    @property
    def close_code(self) -> int | None:
        """It was never open."""
        return None


class Reading:
    """The page at a path of a server, read. `room` is the name of its room."""

    def __init__(self, server: Server, path: str, html: str, cookie: str) -> None:
        self.server, self.cookie = server, cookie
        self.page = PageAsRead(server, path, html)
        self.host = f"localhost:{server.port}"
        sources = [
            urljoin(f"http://{self.host}{path}", s) for s in SOURCE.findall(html)
        ]
        self.is_whole = all(urlsplit(url).netloc == self.host for url in sources)
        own = [urlsplit(url).path for url in sources if self.host in url]
        scripts = [server.fetch(path, SCRIPT.format(path), cookie).text for path in own]
        self.script = Script(html, scripts, self.host)

    def judge(self, room: str, step: int) -> None:
        """Raise Failure where it is certain that the page does not work."""
        self.step = step
        self._judge_address(room)
        if self.is_whole:
            self._judge_sent()
            self._judge_shown()

    def _judge_address(self, room: str) -> None:
        addresses = self.script.addresses()
        if len(addresses) != 1 or addresses[0] is None:
            return
        self.page.seen["sockets"] = [addresses[0]]
        scheme, host, path, *_ = urlsplit(addresses[0])
        self.page.path = path
        if scheme in {"ws", "wss"} and (scheme == "wss" or host != self.host):
            expected = "the page to connect to the server that it came from"
            got = f"its script connects to {scheme}://{host}"
            raise self._failure("page_connects_elsewhere", expected, got)
        if scheme == "ws":
            self._judge_path(path, room)

    def _judge_path(self, path: str, room: str) -> None:
        tab = SocketTab(self.server, path, "tab A", self.cookie)
        try:
            consumer = tab.connects().saw("consumer")
        except Failure as failure:
            expected = "the WebSocket of the page to be accepted"
            raise failure.within("page_is_refused", expected) from None
        finally:
            close_tabs([tab])
        kwargs = consumer and consumer["kwargs"]
        if kwargs and room not in kwargs.values():
            expected = f"the page of the room {room!r} to connect to that room"
            got = f"its script connects to {path}"
            raise self._failure("page_is_in_another_room", expected, got)

    def _judge_sent(self) -> None:
        sent = self.script.sent_keys()
        if sent and all(keys and "message" not in keys for keys in sent):
            keys = ", ".join(sorted(sent[0] or ()))
            self.page.sent = [json.dumps(dict.fromkeys(sent[0] or (), "…"))]
            expected = 'the page to send {"message": "…"}'
            got = f"its script sends {keys}"
            raise self._failure("page_sends_another", expected, got)

    def _judge_shown(self) -> None:
        keys = self.script.read_keys()
        rest = re.sub(r"JSON\.stringify\([^()]*\)", "", self.script.text)
        expected = 'the page to show what it receives under "message"'
        if self.script.addresses() and not LISTENS.search(rest):
            got = "its script has no handler for what comes"
            raise self._failure("page_shows_nothing", expected, got)
        if keys and not READS.search(rest):
            got = f"its script reads {', '.join(sorted(keys))}"
            raise self._failure("page_shows_nothing", expected, got)

    def _failure(self, kind: str, expected: str, got: str) -> Failure:
        cure = COMPARE.format(self.step)
        where = Where(TEMPLATE)
        return Failure(kind, expected, got, where, cure, tab=self.page)
