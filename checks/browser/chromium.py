"""A real browser: where to find one, and the process that drives its tabs.

`python -m checks.browser.chromium` is that process. It reads commands from standard
input, one JSON object a line, and reports on standard output what happens in the tabs.
It ends when its input does, even if its parent was killed, and the browser and its
profile with it. It is a process of its own because Playwright has an event loop and
threads, and a process with threads must not fork servers.
"""

import asyncio
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

from checks.browser.driver import SIZE, TabDriver, report

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

STARTING = 15.0
"""Seconds that a browser may take to start, before the next one is tried."""
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

LOCAL = "MAP localhost 127.0.0.1, EXCLUDE 127.0.0.1, MAP * ~NOTFOUND"
"""So that nothing leaves the machine: no other name or address is resolved."""
QUIET = (
    "--disable-background-networking",
    "--no-proxy-server",
    f"--host-resolver-rules={LOCAL}",
)


def find_browsers() -> list[str]:
    """The paths of the browsers on this machine that Playwright can drive."""
    on_path = (shutil.which(name) for name in NAMES)
    places = (place for place in PLACES if os.access(place, os.X_OK))
    return list(dict.fromkeys(filter(None, (*on_path, *places))))


def is_there() -> bool:
    """Whether there is a browser: on this machine, or one of Playwright's own."""
    cache = "Library/Caches" if sys.platform == "darwin" else ".cache"
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / cache
    places = (Path(own), Path(own) / "ms-playwright")
    return bool(find_browsers() or any(any(p.glob("chromium*")) for p in places))


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
