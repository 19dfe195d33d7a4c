"""What a person does to send a message: type, press Enter, click.

It is tried in each box and with several buttons, as nobody knows the page.
"""

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from checks.browser.scripts import BOXES, CLICKED, LOCKED, MARK, OTHER_KEYS, SENDS

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Page

ANSWERING = 5.0
"""Seconds that a page may take to answer, or to accept what is typed."""
LEAVING = 0.4
"""Seconds after which a page has sent nothing in answer to a key or a click."""
BUTTONS = 3
"""How many buttons of a page are tried."""
THINKING = 0.6
"""Seconds that a page may take to read what was typed: some wait until nobody types."""
KEY = "which key"
"""What is typed to find out which key a page waits for."""


class Writer:
    """The part of a driven tab that writes; `box` is what it writes into.

    Since it began to, `closed` WebSockets have ended; `already` frames had left before.
    """

    page: "Page"
    box: "ElementHandle | None"
    sent: list[str]
    loads: int
    closed: int
    already: int
    has_tried_keys: bool

    def _report(self, kind: str, **data: Any) -> None:
        raise NotImplementedError

    async def say(self, words: str) -> None:
        """Type into each box of the page, until something is sent."""
        await self._begin()
        boxes = await self._elements(BOXES)
        locked = 0 if boxes else await self.page.evaluate(LOCKED)
        self._report("boxes", count=len(boxes), locked=locked)
        for self.box in boxes:
            if await self._sends(self.box, words) or self.loads > 1:
                return

    async def click(self, words: str) -> None:
        """Type into the box that sends, click what is labelled so; report what came."""
        if not self.box:
            return
        await self._begin()
        await self._type(self.box, words)
        for button in (await self._elements(SENDS))[:1]:
            clicked = button.click(timeout=ANSWERING * 1000)
            self._report("clicked", sends=await self._leaves(clicked, words))

    async def _begin(self) -> None:
        await self.page.bring_to_front()
        await self.page.evaluate(MARK)
        self.closed, self.already = 0, len(self.sent)

    def _is_cut(self) -> bool:
        """Whether it has sent something for which its connection was closed."""
        return self.closed > 0 and len(self.sent) > self.already

    async def _elements(self, script: str, of: Any = None) -> "list[ElementHandle]":
        found = await (await self.page.evaluate_handle(script, of)).get_properties()
        elements = (handle.as_element() for handle in found.values())
        return [element for element in elements if element]

    async def _sends(self, box: "ElementHandle", words: str) -> bool:
        """Type, press Enter, and click the buttons; whether something was sent.

        Where only a click sends it, other names of that key are tried. Nothing more is
        tried where the connection was closed for what was sent.
        """
        for pause, buttons in ((0, BUTTONS), (THINKING, 1)):
            await self._type(box, words)
            await asyncio.sleep(pause)
            pressed = self.page.keyboard.press("Enter")
            if await self._leaves(pressed, words) or self._is_cut():
                return True
            for button in (await self._elements(CLICKED, box))[:buttons]:
                await self._type(box, words)
                await asyncio.sleep(pause)
                if await self._leaves(button.click(timeout=ANSWERING * 1000), words):
                    await self._try_other_keys(box)
                    return True
                if self._is_cut():
                    return True
        return False

    async def _try_other_keys(self, box: "ElementHandle") -> None:
        """Report, once, whether the page waits for a key that no keyboard has."""
        if self.has_tried_keys:
            return
        self.has_tried_keys = True
        await self._type(box, KEY)
        pressed = self.page.evaluate(OTHER_KEYS, box)
        self._report("key", missed=await self._leaves(pressed, KEY))
        await box.fill("", timeout=ANSWERING * 1000)

    async def _type(self, box: "ElementHandle", words: str) -> None:
        await box.fill("", timeout=ANSWERING * 1000)
        await box.focus()
        await self.page.keyboard.type(words)

    async def _leaves(self, done: Awaitable[None], words: str) -> bool:
        """Do something, and wait for a frame with the words; false without one."""
        before = len(self.sent)
        await done
        for _ in range(round(LEAVING / 0.01)):
            if self.loads > 1 or any(words in frame for frame in self.sent[before:]):
                return True
            await asyncio.sleep(0.01)
        return False
