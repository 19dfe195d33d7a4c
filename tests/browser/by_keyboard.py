"""Use the chat page with a keyboard alone, 360 pixels wide, and tell what happened.

    python tests/browser/by_keyboard.py PAGE

PAGE is the page as the server would send it. What would be the server here sends back
what it gets, and closes with code 4001 when it gets "bye". Prints one JSON document.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route, WebSocketRoute, async_playwright

from checks.browser import chromium

HERE = "http://localhost:8001/chat/lobby/"
FOCUSED = "document.activeElement.id || document.activeElement.textContent"
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


async def use(page: Page, html: str) -> dict[str, Any]:
    """Type, press Enter, Tab and Shift+Tab; never touch a mouse."""
    told: dict[str, Any] = {"console": [], "asked": []}
    page.on("console", lambda message: told["console"].append(message.text))
    page.on("pageerror", lambda error: told["console"].append(error.message))
    page.on("request", lambda request: told["asked"].append(request.url))

    async def answer(route: Route) -> None:
        await route.fulfill(body=html, content_type="text/html")

    def serve(socket: WebSocketRoute) -> None:
        def hear(text: str | bytes) -> None:
            socket.send(text)
            if json.loads(text) == {"message": "bye"}:
                closing.append(asyncio.create_task(socket.close(code=4001)))

        socket.on_message(hear)

    closing: list[asyncio.Task[None]] = []
    await page.route("**", answer)
    await page.route_web_socket("**", serve)
    await page.goto(HERE)
    await page.wait_for_function("document.activeElement.id === 'message'")
    for words in ("Ελλάδα  🎉", "x" * 200, "bye"):
        await page.keyboard.type(words)
        await page.keyboard.press("Enter")
    told["focus"] = [await page.evaluate(FOCUSED)]
    for key in ("Shift+Tab", "Tab", "Tab"):
        await page.keyboard.press(key)
        told["focus"].append(await page.evaluate(FOCUSED))
    await page.get_by_role("status").get_by_text("code 4001").wait_for()
    told["log"] = await page.get_by_role("log").locator("> *").all_inner_texts()
    told["box"] = await page.get_by_label("Message", exact=True).input_value()
    told["widths"] = await page.evaluate(WIDTHS)
    return told


async def main(html: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=next(iter(chromium.find_browsers()), None),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        page = await browser.new_page(viewport={"width": 360, "height": 640})
        print(json.dumps(await use(page, html)))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_text(encoding="utf-8")))
