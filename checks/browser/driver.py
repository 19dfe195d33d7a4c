"""The tabs of one browser, inside the process that drives it.

What a page looks like is its author's business: the box, the button and the log are
found as a person finds them, by trying, and by no id or role.
"""

import asyncio
import base64
import contextlib
import json
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from checks.browser.other_page import accept_dialog, peek
from checks.browser.scripts import (
    ARRIVES,
    BREAK,
    FLOODS,
    HOLD,
    LATER,
    RELEASED,
    SHOWN,
    TIME_PASSES,
    TWICE,
    WATCH,
)
from checks.browser.writing import ANSWERING, LEAVING, Writer

if TYPE_CHECKING:
    from playwright.async_api import (
        BrowserContext,
        ConsoleMessage,
        ElementHandle,
        Page,
        Request,
        Response,
        ViewportSize,
    )

GLANCES, BETWEEN = 20, 0.05
"""How often a page is looked at for words, and the seconds between two looks."""
RETRIES = 40
"""How often the timers of a page are run that has lost its connection.

Some pages count the seconds."""
FADING = 5
"""How many times as long, where the words are there and still transparent."""
NEXT = 60
"""Seconds whose timers are run at the end."""
TEXT, BINARY = 1, 2
WRONG = 400
"""From this HTTP status on, an answer is an error."""
SIZE: "ViewportSize" = {"width": 480, "height": 600}

SIDE_BY_SIDE = """
<style>
  body {{ display: flex; gap: 16px; margin: 16px; font: 15px sans-serif;
          background: #777; color: #fff }}
  figure {{ margin: 0 }} figcaption {{ margin-bottom: 8px }} img {{ display: block }}
</style>
{figures}
"""
FIGURE = """
<figure><figcaption>{}</figcaption><img src="data:image/png;base64,{}"></figure>
"""


def report(kind: str, **data: Any) -> None:
    """Report to the parent what happened."""
    os.write(1, json.dumps({"kind": kind, **data}).encode() + b"\n")


class TabDriver:
    """The tabs of one browser, by their names."""

    def __init__(self, context: "BrowserContext") -> None:
        self.context = context
        self.tabs: dict[str, DrivenTab] = {}

    async def prepare(self) -> None:
        """Open an empty tab: most often, one is enough."""
        await self.context.add_init_script(WATCH)
        await self._tab("tab A")

    async def separate(self, name: str) -> None:
        """Open an empty tab that shares no cookies with the others."""
        if browser := self.context.browser:
            context = await browser.new_context(viewport=SIZE)
            await context.add_init_script(WATCH)
            await self._tab(name, context)

    async def _tab(
        self, name: str, context: "BrowserContext | None" = None
    ) -> "DrivenTab":
        """The tab of that name, opened if it was not: with the others, or apart."""
        if name not in self.tabs:
            context = context or self.context
            tab = self.tabs[name] = DrivenTab(name, await context.new_page())
            await tab.listen(context)
        return self.tabs[name]

    async def run(self, before: "asyncio.Task[None]", do: str, **what: Any) -> None:
        """Run a command after the one before it, and report when it is done."""
        from playwright.async_api import Error

        failed = None
        try:
            await before
            of: Any = await self._tab(what.pop("tab")) if "tab" in what else self
            await getattr(of, do)(**what)
        except (Error, OSError) as error:
            failed = str(error).partition("\n")[0]
        report("done", failed=failed)

    async def picture(self, path: str, captions: dict[str, str]) -> None:
        """Write a picture of the tabs that have a caption, side by side."""
        figures = []
        for tab, caption in captions.items():
            png = await self.tabs[tab].page.screenshot(timeout=ANSWERING * 1000)
            figures.append(FIGURE.format(caption, base64.b64encode(png).decode()))
        canvas = await self.context.new_page()
        width = (SIZE["width"] + 16) * len(captions) + 16
        await canvas.set_viewport_size({"width": width, "height": 100})
        await canvas.set_content(SIDE_BY_SIDE.format(figures="".join(figures)))
        unfinished = f"{path}.new.png"
        await canvas.screenshot(
            path=unfinished, full_page=True, timeout=ANSWERING * 1000
        )
        os.replace(unfinished, path)  # noqa: PTH105  Whoever looks sees a whole one.
        await canvas.close()


class DrivenTab(Writer):
    """One tab: what is done in it, and what it reports."""

    def __init__(self, name: str, page: "Page") -> None:
        self.name, self.page, self.host = name, page, ""
        self.box: ElementHandle | None = None
        self.sent: list[str] = []
        self.loads, self.has_tried_keys, self.sockets, self.closed = 0, False, 0, 0

    # What it reports ------------------------------------------------------------------

    async def listen(self, context: "BrowserContext") -> None:
        """Report what the browser knows about this tab: its WebSockets, and errors."""
        page = self.page
        await page.expose_function("courseReport", lambda s: self._report("shows", **s))
        session = await context.new_cdp_session(page)
        for event, noticed in self._events():
            session.on(event, noticed)
        page.on("console", self._console)
        page.on("domcontentloaded", lambda _: self._loaded())
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("dialog", accept_dialog)
        await session.send("Network.enable")
        await session.send("Runtime.enable")

    def _events(self) -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
        """What Chromium reports (DevTools protocol), and who takes it."""
        yield "Runtime.exceptionThrown", self._raised
        socket = "Network.webSocket"
        yield f"{socket}Created", self._created
        yield f"{socket}HandshakeResponseReceived", self._connected
        yield f"{socket}FrameError", self._refused
        yield f"{socket}FrameSent", lambda data: self._frame("sent", data)
        yield f"{socket}FrameReceived", lambda data: self._frame("received", data)
        yield f"{socket}Closed", lambda _: self._closed()

    def _report(self, kind: str, **data: Any) -> None:
        report(kind, tab=self.name, **data)

    def _console(self, said: "ConsoleMessage") -> None:
        """Report an error; where something could not be loaded, with its address."""
        at = said.location
        url = str(at["url"])
        if said.type == "error" and not url.endswith("/favicon.ico"):
            what = f" ({url})" if said.text.startswith("Failed to load") else ""
            line = at["lineNumber"] + 1
            self._report("console", words=said.text + what, url=url, line=line)

    def _raised(self, data: dict[str, Any]) -> None:
        """Report an exception that no script caught, and where it was raised."""
        what = data["exceptionDetails"]
        raised = what.get("exception", {})
        first = raised.get("description", what["text"]).partition("\n")[0]
        error, _, words = first.partition(": ")
        frames = what.get("stackTrace", {}).get("callFrames", [])
        at = next((frame for frame in frames if frame["url"]), what)
        line, url = at["lineNumber"] + 1, at.get("url", "")
        self._report("raised", error=error, words=words, url=url, line=line)

    def _loaded(self) -> None:
        self.loads += 1
        if self.loads > 1:
            self._report("loaded_again", url=self.page.url)

    def _failed(self, request: "Request") -> None:
        """Something could not be loaded, as from a site that is not reached."""
        why = (request.failure or "").removeprefix("net::")
        self._missing(request.url, why, request.resource_type)

    def _answered(self, response: "Response") -> None:
        if response.status >= WRONG:
            url, why = response.url, f"HTTP {response.status}"
            what = response.request.resource_type
            if what == "document":
                self._report("error_page", url=url, why=why)
            self._missing(url, why, what)

    def _missing(self, url: str, why: str, what: str) -> None:
        if what != "document" and not url.endswith("/favicon.ico"):
            away = urlsplit(url).netloc != self.host
            self._report("missing", url=url, why=why, what=what, away=away)

    def _created(self, data: dict[str, Any]) -> None:
        self.sockets += 1
        self._report("socket", url=data["url"])

    def _closed(self) -> None:
        self.closed += 1
        self._report("closed")

    def _connected(self, data: dict[str, Any]) -> None:
        self._report("answered", status=data["response"]["status"])

    def _refused(self, data: dict[str, Any]) -> None:
        """Chromium keeps a status in a sentence: `… Unexpected response code: 403`."""
        why = data["errorMessage"]
        self._report("refused", why=why)
        status = why.rpartition("response code: ")[2]
        if status.isdigit():
            self._report("answered", status=int(status))

    def _frame(self, kind: str, data: dict[str, Any]) -> None:
        payload, opcode = data["response"]["payloadData"], data["response"]["opcode"]
        if opcode == BINARY:  # Chromium hands it over as base64.
            payload = base64.b64decode(payload).decode(errors="replace")
        if opcode in (TEXT, BINARY):
            if kind == "sent":
                self.sent.append(payload)
            self._report(kind, text=payload)

    # What is done in it ---------------------------------------------------------------

    async def log_in(self, cookie: str, path: str) -> None:
        """Send cookies below this path, as after a login.

        Tabs that were not separated send them too.
        """
        # A cookie does not know ports.
        sent = [
            {"name": name, "value": value, "domain": "localhost", "path": path}
            for name, _, value in (one.partition("=") for one in cookie.split("; "))
        ]
        await self.page.context.add_cookies(sent)  # type: ignore[arg-type]

    async def open(self, url: str) -> None:
        """Open a page, as by typing its address."""
        self.host = urlsplit(url).netloc
        self.loads, self.has_tried_keys = 0, False
        answer = await self.page.goto(
            url, wait_until="domcontentloaded", timeout=ANSWERING * 1000
        )
        if answer:
            self._report("page", status=answer.status, html=await answer.text())

    async def look(self, words: str, id: str = "") -> None:  # noqa: A002
        """Look for words in the page until they are there, and report what is."""
        from playwright.async_api import Error

        seen: dict[str, Any] = {}
        for glance in range(FADING * GLANCES):
            try:
                seen = await self.page.evaluate(SHOWN, [words, id, self.box])
            except Error:  # The box is gone with the page that it was in.
                self.box = None
            fades = seen.get("faint") or glance < GLANCES
            if seen.get("lines") or seen.get("element") or not fades:
                break
            await asyncio.sleep(BETWEEN)
        self._report("seen", **seen)

    async def peek(
        self, url: str, words: str = "-", *, again: bool = False, over_tls: str = ""
    ) -> None:
        """Open one more page (see `peek`); report lines with words, and sockets."""
        context = self.page.context
        lines, sockets = await peek(context, url, words, again=again, over_tls=over_tls)
        self._report("peeked", lines=lines, sockets=sockets)

    async def arrives(self, frame: str) -> None:
        """Let a frame arrive, as if the server had sent it."""
        await self.page.evaluate(ARRIVES, frame)

    async def floods(self, frame: str, times: int) -> None:
        """Let the page send a frame many times at once."""
        await self.page.evaluate(FLOODS, [frame, times])

    async def later(self, least: int = 1) -> None:
        """Run the timers of the page, and report whether it loads itself again.

        Those of less than so many seconds run by themselves.
        """
        seen = await self.page.evaluate(LATER, [least, NEXT])
        if seen.pop("ran"):
            await asyncio.sleep(LEAVING)
        self._report("later", **seen)

    async def lose(self) -> None:
        """Break the page's connection, as the end of its server does."""
        await self.page.evaluate(BREAK)

    async def come_back(self, sockets: int) -> None:
        """Let timers run, the next ones first, until it has more than these sockets."""
        from playwright.async_api import Error

        for glance in range(RETRIES):
            await asyncio.sleep(BETWEEN)
            if self.sockets > sockets:  # It may have loaded itself again for that.
                with contextlib.suppress(Error):
                    await self.page.wait_for_load_state(
                        "domcontentloaded", timeout=ANSWERING * 1000
                    )
                self.loads = 1
                return
            with contextlib.suppress(Error):  # It does so.
                await self.page.evaluate(TIME_PASSES, min(NEXT, 2**glance))

    async def hold(self, words: str) -> None:
        """Remember where the page shows words."""
        await self.page.evaluate(HOLD, words)

    async def release(self, words: str) -> None:
        """Wait until one of these places does not show them, and report whether."""
        for _ in range(GLANCES):
            if released := await self.page.evaluate(RELEASED, words):
                break
            await asyncio.sleep(BETWEEN)
        self._report("released", whether=released)

    async def count(self, words: str, *, wait: bool = False) -> None:
        """Report whether the page shows words twice; with `wait`, it should."""
        for _ in range(GLANCES if wait else 1):
            await asyncio.sleep(BETWEEN)
            if twice := await self.page.evaluate(TWICE, words):
                break
        self._report("counted", twice=twice)
