"""A tab of a real browser: what the browser reports about it."""

from typing import Any
from urllib.parse import urlsplit

from checks.asking.tabs import Tab
from checks.browser.process import Browser
from checks.observe.log import Event
from checks.sandbox.processes import Server


class ReportedTab(Tab):
    """A tab of a real browser, as far as the browser reports what happens in it.

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
            "error_page": "",
            "boxes": 0,
            "locked": 0,
            "key_missed": False,
            "click_sends": None,
            "refresh": "",
            "unasked": [],
            "more_sockets": 0,
            "elsewhere": [],
            "other_sockets": [],
            "odd": "",
            "faint": False,
            "twice": False,
            "released": False,
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
        """The code in a status line, as in `Closed with code 1011.` on our page.

        On another page, or once it has connected again, it is that of the consumer.
        """
        code = (self.status or "").partition(" code ")[2][:4]
        closing = self.saw("out", type="websocket.close") or {}
        said = int(code) if code.isdigit() else closing.get("code")
        return said if self.is_cut else None

    def noticed(self, event: Event) -> None:
        """Take in what the browser reports about this tab."""
        getattr(self, f"on_{event.pop('kind')}")(**event)

    def on_clicked(self, *, sends: bool) -> None:
        """A button whose label says that it sends was clicked."""
        self.seen["click_sends"] = sends

    def on_page(self, status: int, html: str = "") -> None:
        """A page was loaded."""
        self.http, self.seen["html"] = status, html

    def on_loaded_again(self, url: str) -> None:
        """The page has been left, for itself or for another one."""
        self.seen["loaded_again"] = url

    def on_error_page(self, url: str, why: str) -> None:
        """The page, or one to which it went, was answered with an error."""
        self.seen["error_page"] = f"{urlsplit(url).path} answers {why}"

    def on_boxes(self, count: int, locked: int = 0) -> None:
        """It was counted in how many elements of the page can be typed, and cannot."""
        self.seen |= {"boxes": count, "locked": locked}

    def on_key(self, *, missed: bool) -> None:
        """A click has sent what Enter did not: whether the page waits for it."""
        self.seen["key_missed"] = missed

    def on_later(self, refresh: str, more: int, unasked: list[str]) -> None:
        """The timers of the next seconds were run; `refresh` is what the page asks.

        It has so many `more` WebSockets since. Timers had sent `unasked` before that.
        """
        self.seen["refresh"], self.seen["more_sockets"] = refresh, more
        self.seen["unasked"] = unasked

    def on_peeked(self, lines: list[str], sockets: list[str]) -> None:
        """Another page was opened: its lines with the words, and its WebSockets."""
        self.seen |= {"elsewhere": lines, "other_sockets": sockets}

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
        self.monitor.expect()

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

    def on_seen(
        self, lines: list[str], odd: str, *, faint: bool, element: bool
    ) -> None:
        """It was looked for words in the page: the lines that have them."""
        self.lines = lines
        self.seen |= {"odd": odd, "faint": faint, "element": element}

    def on_released(self, *, whether: bool) -> None:
        """It was looked whether words have left one of the places where they were."""
        self.seen["released"] = whether

    def on_counted(self, *, twice: bool) -> None:
        """It was looked whether words are there twice."""
        self.seen["twice"] = twice
