"""A real browser: where to find one, and the process that drives its tabs.

`python -m checks.browser.chromium` is that process. It reads commands from standard
input, one JSON object a line, and reports on standard output what happens in the tabs.
It ends when its input does, even if its parent was killed, and the browser and its
profile with it. It is a process of its own because Playwright has an event loop and
threads, and a process with threads must not fork servers.
"""

import asyncio
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Page,
        Playwright,
        ViewportSize,
    )

ANSWERING = 5.0
"""Seconds that a page may take to answer, or to accept what is typed."""
STARTING = 15.0
"""Seconds that a browser may take to start, before the next one is tried."""
TEXT, BINARY = 1, 2
SIZE: "ViewportSize" = {"width": 480, "height": 600}
SLOWLY = 150
"""Milliseconds between two steps, where a person watches."""

NAMES = [
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chromium",
    "chromium-browser",
]
PLACES = (
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

QUIET = (
    "--disable-background-networking",
    "--no-proxy-server",
    "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND",
)
"""So that nothing leaves the machine: no name but localhost is resolved."""

WATCH = """
addEventListener("DOMContentLoaded", () => {
  const text = (node) => node && node.textContent.trim();
  const look = () => {
    const log = document.querySelector("[role=log]");
    courseReport({
      log: log && [...log.children].map((line) => line.textContent),
      status: text(document.querySelector("[role=status]")),
    });
  };
  const all = { subtree: true, childList: true, characterData: true };
  new MutationObserver(look).observe(document, all);
  look();
});
"""
"""Runs in a page before its own scripts, and reports what its log and status show."""

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


def find_browsers() -> list[str]:
    """The paths of the browsers on this machine that Playwright can drive."""
    on_path = (shutil.which(name) for name in NAMES)
    places = (place for place in PLACES if os.access(place, os.X_OK))
    return list(dict.fromkeys(filter(None, (*on_path, *places))))


def install() -> bool:
    """Install Chromium as root on Debian, and say so; whether it is installed."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("There is no browser: apt-get install -y chromium …", file=sys.stderr)
    return _apt("install") or (_apt("update") and _apt("install"))


def _apt(verb: str) -> bool:
    what = ["install", "-y", "chromium"] if verb == "install" else [verb]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with Path(os.devnull).open("w") as nowhere:
        done = subprocess.run(
            ["apt-get", *what],
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=nowhere,
            stderr=nowhere,
        )
    return done.returncode == 0


# From here on: inside the process that drives the tabs.


def report(kind: str, **data: Any) -> None:
    """Report to the parent what happened."""
    os.write(1, json.dumps({"kind": kind, **data}).encode() + b"\n")


async def commands() -> AsyncIterator[dict[str, Any]]:
    """What the parent asks for, until it closes the pipe or is gone."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    async for line in reader:
        yield json.loads(line)


async def drive(*, headed: bool) -> None:
    """Start a browser, and run the commands until the input ends."""
    # Here, so that a Playwright that cannot be imported is reported to the parent.
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await _launched(playwright, headed=headed)
        if browser is None:
            return
        driver = TabDriver(await browser.new_context(viewport=SIZE))
        tasks = [asyncio.create_task(driver.prepare())]
        async for command in commands():
            tasks.append(asyncio.create_task(driver.run(tasks[-1], **command)))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await browser.close()


async def _launched(playwright: "Playwright", *, headed: bool) -> "Browser | None":
    from playwright.async_api import Error

    reasons = {}
    for path in (
        *find_browsers(),
        None,
    ):  # None: the one that Playwright may have installed.
        try:
            browser = await playwright.chromium.launch(
                executable_path=path,
                headless=not headed,
                slow_mo=SLOWLY if headed else 0,
                timeout=STARTING * 1000,
                args=[*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
                env=_environment(),
            )
        except Error as error:
            reasons[path] = _reason(error.message)
        else:
            name = Path(path or "chromium").name
            report("browser", name=f"{name} {browser.version}")
            return browser
    del reasons[None]  # Playwright says at length that it has none.
    report("no_browser", reasons=reasons)
    return None


def _environment() -> dict[str, str | float | bool]:
    """Files of a browser in the home folder go to the folder that is deleted."""
    folder = os.environ["TMPDIR"]
    return {**os.environ, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}


def _reason(words: str) -> str:
    """Why a browser does not start: what it printed, or else what Playwright says."""
    lines = re.findall(r"\[err\] +(.+)", words)
    errors = (line for line in lines if re.search("error|fatal", line, re.IGNORECASE))
    line = next(errors, lines[-1] if lines else words.partition("\n")[0])
    return re.sub(r"^\[\S+\] ", "", line).strip().rstrip(".")


class TabDriver:
    """The tabs of one browser, by their names."""

    def __init__(self, context: "BrowserContext") -> None:
        self.context = context
        self.pages: dict[str, Page] = {}

    async def prepare(self) -> None:
        """Open two empty tabs, and listen to their events."""
        await self.context.add_init_script(WATCH)
        await asyncio.gather(*map(self._open_tab, ("tab A", "tab B")))

    async def _open_tab(self, name: str) -> None:
        page = self.pages[name] = await self.context.new_page()
        await page.expose_function(
            "courseReport", lambda seen: report("shows", tab=name, **seen)
        )
        await self._listen(name, page)

    async def _listen(self, name: str, page: "Page") -> None:
        """Report what the browser knows about a tab's WebSocket, and errors."""
        session = await self.context.new_cdp_session(page)
        for event, translated in EVENTS.items():
            session.on(
                f"Network.webSocket{event}",
                lambda data, translated=translated: translated(name, data),
            )
        page.on("console", lambda said: _console(name, said))
        page.on(
            "pageerror", lambda error: report("console", tab=name, words=error.message)
        )
        await session.send("Network.enable")

    async def run(self, before: "asyncio.Task[None]", do: str, **what: Any) -> None:
        """Run a command after the one before it, and report when it is done."""
        from playwright.async_api import Error

        failed = None
        try:
            await before
            await getattr(self, do)(**what)
        except (Error, OSError) as error:
            failed = str(error).partition("\n")[0]
        report("done", failed=failed)

    async def open(self, tab: str, url: str) -> None:
        """Open a page, as by typing its address."""
        page = self.pages[tab]
        answer = await page.goto(
            url, wait_until="domcontentloaded", timeout=ANSWERING * 1000
        )
        if answer:
            report("page", tab=tab, status=answer.status)

    async def say(self, tab: str, words: str) -> None:
        """Type into the box of a page, letter by letter, and press Enter."""
        page = self.pages[tab]
        await page.bring_to_front()
        box = page.get_by_role("textbox").last
        await box.press_sequentially(words, timeout=ANSWERING * 1000)
        await box.press("Enter", timeout=ANSWERING * 1000)

    async def picture(self, path: str, captions: dict[str, str]) -> None:
        """Write a picture of the tabs that have a caption, side by side."""
        figures = []
        for tab, caption in captions.items():
            png = await self.pages[tab].screenshot(timeout=ANSWERING * 1000)
            figures.append(FIGURE.format(caption, base64.b64encode(png).decode()))
        canvas = await self.context.new_page()
        width = (SIZE["width"] + 16) * len(captions) + 16
        await canvas.set_viewport_size({"width": width, "height": 100})
        await canvas.set_content(SIDE_BY_SIDE.format(figures="".join(figures)))
        await canvas.screenshot(path=path, full_page=True, timeout=ANSWERING * 1000)
        await canvas.close()


def _console(name: str, said: "ConsoleMessage") -> None:
    """Report an error; where something could not be loaded, with its address."""
    url = str(said.location["url"])
    if said.type == "error" and not url.endswith("/favicon.ico"):
        what = f" ({url})" if said.text.startswith("Failed to load") else ""
        report("console", tab=name, words=said.text + what)


def _created(name: str, data: dict[str, Any]) -> None:
    report("socket", tab=name, url=data["url"])


def _answered(name: str, data: dict[str, Any]) -> None:
    report("answered", tab=name, status=data["response"]["status"])


def _failed(name: str, data: dict[str, Any]) -> None:
    """Chromium keeps the status of a refusal in a sentence: `… response code: 403`."""
    status = data["errorMessage"].rpartition("response code: ")[2]
    if status.isdigit():
        report("answered", tab=name, status=int(status))


def _frame(kind: str) -> Any:
    def frame(name: str, data: dict[str, Any]) -> None:
        payload, opcode = data["response"]["payloadData"], data["response"]["opcode"]
        if opcode == BINARY:  # Chromium hands it over as base64.
            payload = base64.b64decode(payload).decode(errors="replace")
        if opcode in (TEXT, BINARY):
            report(kind, tab=name, text=payload)

    return frame


def _closed(name: str, _: dict[str, Any]) -> None:
    report("closed", tab=name)


EVENTS = {
    "Created": _created,
    "HandshakeResponseReceived": _answered,
    "FrameError": _failed,
    "FrameSent": _frame("sent"),
    "FrameReceived": _frame("received"),
    "Closed": _closed,
}
"""What Chromium reports about a WebSocket (DevTools, `Network.webSocket…`)."""


def main() -> None:
    """Drive a browser; its profile is in TMPDIR, which is deleted at the end."""
    try:
        asyncio.run(drive(headed="--headed" in sys.argv))
    except Exception as error:  # noqa: BLE001  reported instead of printed
        report("broken", words="".join(traceback.format_exception(error)))
    finally:
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)


if __name__ == "__main__":
    main()
