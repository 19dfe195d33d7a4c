"""A page of the site in a real browser, and what every test of it asks.

The browser, the site and a feed are fixtures in conftest.py.
"""

import contextlib
import datetime as dt
import os
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright

from checks.browser import chromium

WIDE, MIDDLE, NARROW = (1440, 900), (1024, 768), (360, 740)
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
PATIENT = 30_000
"""Milliseconds that a busy machine may take to show what it shows at once."""
HIDDEN = """
addEventListener("test-hide", (event) => {
  const { detail } = event;
  const state = { hidden: detail, visibilityState: detail ? "hidden" : "visible" };
  for (const [name, value] of Object.entries(state))
    Object.defineProperty(document, name, { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange"));
});
"""
"""Lets a test say that nobody looks at the page: a headless browser never says so."""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

NO_GPU = ("--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis")
"""Nothing here needs one, and to imitate it costs a tenth of each page."""

Open = Callable[..., Page]


def launch(playwright: Playwright) -> Browser:
    """A browser from which no name but localhost leads anywhere."""
    return playwright.chromium.launch(
        executable_path=next(iter(chromium.find_browsers()), None),
        args=[
            *chromium.QUIET,
            *NO_GPU,
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ],
    )


class Heard:
    """What the browser says and asks for while a test runs."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.hosts: set[str] = set()

    def listen(self, page: Page, stack: contextlib.ExitStack) -> None:
        """Note what this page says, and whom it asks, until the stack is closed."""
        listeners: dict[str, Callable[[Any], None]] = {
            "console": lambda told: self.said.append(f"{told.type}: {told.text}"),
            "pageerror": lambda error: self.said.append(f"error: {error}"),
            "request": lambda request: self.hosts.add(host_of(request.url)),
            "websocket": lambda socket: self.hosts.add(host_of(socket.url)),
        }
        emitter: Any = page
        for event, listener in listeners.items():
            emitter.on(event, listener)
            stack.callback(emitter.remove_listener, event, listener)

    def check(self) -> None:
        """No other host was asked, and no error was said but of a WebSocket's end."""
        ours = [words for words in self.said if "WebSocket connection to" not in words]
        assert [words for words in ours if words.startswith("error")] == []
        assert self.hosts <= {"localhost"}


LOOK: dict[str, Any] = {
    "media": "screen",
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
}
"""How a page looks unless a test says otherwise; a used page can be told."""


def new_page(
    browser: Browser,
    stack: contextlib.ExitStack,
    options: dict[str, Any],
    *,
    stopped: bool,
) -> Page:
    """A page in a context of its own, perhaps with a clock that stands still."""
    context = browser.new_context(**options)
    stack.callback(context.close)
    context.set_default_timeout(PATIENT)
    context.add_init_script(HIDDEN)
    if stopped:
        context.clock.install(time=NOON)
        context.clock.pause_at(NOON + dt.timedelta(seconds=1))
    return context.new_page()


def leave(page: Page) -> None:
    """Let a used page forget what it has kept, and show nothing."""
    if host_of(page.url):
        page.evaluate("localStorage.clear()")
    page.goto("about:blank")


def host_of(url: str) -> str:
    """The host in an address."""
    return urlsplit(url).hostname or ""


def widths(page: Page) -> tuple[int, int]:
    """How wide the page is, and how wide the window."""
    found: list[int] = page.evaluate(
        "[document.documentElement.scrollWidth, innerWidth]"
    )
    return found[0], found[1]


def accessible(page: Page, part: str = "html", *, contrast: bool = True) -> None:
    """axe-core finds nothing on the page, or in a part of it.

    Its `contrast` cannot be asked for in forced colours: axe takes those of the page.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    rules = {"color-contrast": {"enabled": contrast}}
    found = page.evaluate(
        """async ([part, rules]) => (await axe.run(part, { rules })).violations""",
        [part, rules],
    )
    violations = [
        (one["id"], node["html"], node["failureSummary"])
        for one in found
        for node in one["nodes"]
    ]
    assert not violations, violations
