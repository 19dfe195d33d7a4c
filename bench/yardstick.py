"""Plain pytest, asking of lesson 1 roughly what its checks ask, in one process.

It takes for granted that the project is there and right: it has no sentence for a
mistake, and a loop in the consumer hangs it.
"""

# ruff: noqa: S101

import asyncio
import importlib
import os
import random
from collections.abc import Awaitable, Callable
from typing import Any

from channels.testing import WebsocketCommunicator

os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"

UNUSUAL = ["äöü 日本語 🎉", "\"double\" and 'single'", "two\nlines", "  ends  ", ""]
Tab = Any


async def open_tab() -> Tab:
    """Open a tab that is connected to the project."""
    application = importlib.import_module("mysite.asgi").application
    tab = WebsocketCommunicator(application, "/ws/chat/lobby/")
    connected, _ = await tab.connect()
    assert connected
    return tab


async def hears_itself(tab: Tab, words: str = "hello") -> None:
    """Send a message, and receive it."""
    await tab.send_json_to({"message": words})
    assert await tab.receive_json_from() == {"message": words}


def with_a_tab(ask: Callable[[Tab], Awaitable[None]]) -> None:
    """Open a tab, ask something of it, close it."""

    async def asking() -> None:
        tab = await open_tab()
        await ask(tab)
        await tab.disconnect()

    asyncio.run(asking())


def test_accepts_and_closes() -> None:
    with_a_tab(lambda _: asyncio.sleep(0))


def test_echoes() -> None:
    with_a_tab(hears_itself)


def test_echoes_any_text() -> None:
    async def ask(tab: Tab) -> None:
        for text in [*UNUSUAL, "x" * 100_000]:
            await hears_itself(tab, text)

    with_a_tab(ask)


def test_keeps_the_order() -> None:
    async def ask(tab: Tab) -> None:
        said = [{"message": str(random.random())} for _ in range(20)]
        for message in said:
            await tab.send_json_to(message)
        assert [await tab.receive_json_from() for _ in said] == said

    with_a_tab(ask)


def test_keeps_tabs_apart() -> None:
    async def ask(tab: Tab) -> None:
        other = await open_tab()
        await hears_itself(tab, "one")
        await hears_itself(other, "two")
        assert await tab.receive_nothing()
        await other.disconnect()

    with_a_tab(ask)
