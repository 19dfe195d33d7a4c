"""One more page, beside the one that is tried."""

import asyncio
import contextlib
from typing import TYPE_CHECKING

from checks.browser.scripts import SHOWN
from checks.browser.writing import ANSWERING, LEAVING

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Dialog, WebSocket

ARRIVING = 2.0
"""Seconds in which the history arrives at a page that is opened again."""
SHOWING = 0.1
"""Seconds in which a page shows what has arrived."""


async def peek(
    context: "BrowserContext", url: str, words: str, *, again: bool
) -> tuple[list[str], list[str]]:
    """Open it, `again` twice; return its lines with words, and its sockets' addresses.

    What a template has written is there before what arrives: `again` waits for both.
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


async def accept_dialog(dialog: "Dialog") -> None:
    """Answer what a page asks, such as for a name."""
    await dialog.accept("ada")
