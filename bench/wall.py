"""How long a verdict takes to the wall, with a whole class on it.

    .venv/bin/python bench/wall.py [--learners 300] [--seconds 60] [--every 2]

So many learners, each with the client of `make learn`, save every two seconds. The
teacher's page is open in Chromium, which notes when a tile shows a verdict. Everything
runs on this machine, in three processes: the wall, the browser, and all the learners.
"""

import argparse
import asyncio
import math
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from checks.browser import chromium
from checks.classroom import Wall
from checks.course.lessons import ROOT
from checks.explain.mistakes import catalogue
from checks.learn.ports import any_free, wait_until_listening
from checks.wall.client import WallClient
from checks.wall.protocol import LARGEST_NUMBER, Address, Position

WATCH = """
window.shown = [];
const SHOWN = /^Learner (\\d+).*, (\\d+) of 999999 checks/;
new MutationObserver((changes) => {
  const now = Date.now() / 1000;
  for (const { target } of changes) {
    const [, ...found] = target.textContent.match(SHOWN) ?? [];
    if (found.length) shown.push([...found, now].map(Number));
  }
}).observe(document.getElementById("tiles"), { childList: true, subtree: true });
"""
"""Has the page note each learner and verdict that a tile shows, and when."""
LATE = 10.0
"""Seconds after which a verdict that is not shown counts as lost."""
MISTAKES = [mistake.id for mistake in catalogue()][:10]

Saves = dict[tuple[int, int], float]
"""When a learner has had a verdict: by the learner, and the number of the verdict."""


@asynccontextmanager
async def served(wall: Wall) -> AsyncIterator[int]:
    """Serve a wall; its process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "daphne", *wall.options),
        cwd=ROOT,
        env={**os.environ, **wall.settings},
    )
    try:
        await wait_until_listening(wall.port)
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def saves(client: WallClient, number: int, every: float, saved: Saves) -> None:
    """Have a verdict now and then, until cancelled."""
    await asyncio.sleep(random.uniform(0, every))
    verdict = 0
    while True:
        verdict += 1
        mistake = random.choice(MISTAKES)
        where = 1, "needs_attention", 2, mistake, verdict, LARGEST_NUMBER
        saved[number, verdict] = time.time()
        client.move(Position(*where))
        await asyncio.sleep(every)


async def measure(page: Page, wall: Wall, options: argparse.Namespace) -> list[float]:
    """The seconds that each verdict took, infinite for one that is not shown."""
    saved: Saves = {}
    learners = range(1, options.learners + 1)
    clients = {
        number: WallClient(
            Address.read(wall.address), f"Learner {number}", lambda _: None
        )
        for number in learners
    }
    tasks = [asyncio.create_task(client.run()) for client in clients.values()]
    tiles = page.locator("#tiles li")
    await tiles.nth(options.learners - 1).wait_for()
    await page.evaluate(WATCH)
    saving = [
        asyncio.create_task(saves(client, number, options.every, saved))
        for number, client in clients.items()
    ]
    await asyncio.sleep(options.seconds)
    await ended(saving)
    found = delays(saved, await page.evaluate("shown"))
    while math.inf in found and time.time() < max(saved.values()) + LATE:
        await asyncio.sleep(0.5)
        found = delays(saved, await page.evaluate("shown"))
    await ended(tasks)
    return found


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def delays(saved: Saves, shown: list[Any]) -> list[float]:
    """How long each verdict took until its tile showed it or a newer one, sorted."""
    first: Saves = {}
    for learner, newest, at in shown:
        for verdict in range(int(newest), 0, -1):
            if (int(learner), verdict) in first:
                break
            first[int(learner), verdict] = at
    return sorted(first.get(key, math.inf) - at for key, at in saved.items())


def used(pid: int) -> tuple[float, float]:
    """Seconds of processor that a process has used, and MiB that it holds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    memory = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    ticks = int(fields[11]) + int(fields[12])
    return (
        ticks / os.sysconf("SC_CLK_TCK"),
        memory * os.sysconf("SC_PAGE_SIZE") / 2**20,
    )


def report(found: list[float], seconds: float, use: tuple[float, float]) -> None:
    """Print what was measured."""
    lost = sum(one > LATE for one in found)

    def at(share: float) -> str:
        return f"{found[min(int(len(found) * share), len(found) - 1)]:.3f} s"

    print(
        f"{len(found)} verdicts, {len(found) / seconds:.0f} in a second; lost: {lost}"
    )
    print(f"to the tile: p50 {at(0.5)}, p99 {at(0.99)}, longest {at(1)}")
    print(f"the wall: {use[0] / seconds:.0%} of a processor, {use[1]:.0f} MiB")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


async def main(options: argparse.Namespace) -> None:
    """Measure, and print it."""
    wall = Wall("localhost", any_free(), time.time() + 3600)
    async with served(wall) as pid, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=next(iter(chromium.find_browsers()), None),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        await page.goto(wall.page)
        before, _ = used(pid)
        found = await measure(page, wall, options)
        after, memory = used(pid)
        await browser.close()
    report(found, options.seconds, (after - before, memory))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--every", type=float, default=2)
    asyncio.run(main(parser.parse_args()))
