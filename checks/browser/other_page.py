"""One more page, beside the one that is tried."""

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checks.browser.scripts import SHOWN
from checks.browser.writing import ANSWERING, LEAVING

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Dialog, Route, WebSocket

OVER_TLS = "https://localhost"
"""Where nothing listens: what is asked for there is answered here."""
ARRIVING = 2.0
"""Seconds in which the history arrives at a page that is opened again."""
SHOWING = 0.1
"""Seconds in which a page shows what has arrived."""


async def peek(
    context: "BrowserContext", url: str, words: str, *, again: bool, over_tls: str
) -> tuple[list[str], list[str]]:
    """Open it, `again` twice; return its lines with words, and its sockets' addresses.

    What a template has written is there before what arrives: `again` waits for both.
    `over_tls` is the page as it comes over https, from the usual port, if it does.
    """
    page, sockets, arrived = await context.new_page(), list[str](), asyncio.Event()

    def read(frame: str | bytes) -> None:
        if words in str(frame).lower():
            arrived.set()

    def opened(socket: "WebSocket") -> None:
        sockets.append(socket.url)
        socket.on("framereceived", read)

    page.on("dialog", accept_dialog)
    page.on("websocket", opened)
    if over_tls:
        site = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        await page.route(f"{OVER_TLS}/**", partial(_answer, site, over_tls))
        url = url.replace(site, OVER_TLS)
    try:
        for _ in range(1 + again):
            arrived.clear()
            await page.goto(url, wait_until="load", timeout=ANSWERING * 1000)
            await asyncio.sleep(LEAVING)
        if again:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(arrived.wait(), ARRIVING)
            await asyncio.sleep(SHOWING)
        seen = await page.evaluate(SHOWN, [words.lower(), "", None])
    finally:
        await page.close()
    return seen["lines"], sockets


async def _answer(site: str, html: str, route: "Route") -> None:
    """Answer over TLS with this page, and else with what a server answers without."""
    if route.request.is_navigation_request():
        await route.fulfill(body=html, content_type="text/html; charset=utf-8")
        return
    path = route.request.url.removeprefix(OVER_TLS)
    page = route.request.frame.page
    await route.fulfill(response=await page.context.request.get(f"{site}{path}"))


async def accept_dialog(dialog: "Dialog") -> None:
    """Answer what a page asks, such as for a name."""
    await dialog.accept("ada")
