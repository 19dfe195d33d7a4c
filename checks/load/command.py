"""The command `make load`, from what was asked to what is kept."""

import contextlib
import dataclasses
import datetime as dt
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from checks import interrupts
from checks.course.lessons import ROOT, Lesson
from checks.learn import foreground
from checks.load import crowd, drawing, first, live, open_files, servers, show
from checks.load.plan import Plan
from checks.load.result import Result, Used
from checks.show.terminal import QUIET, print_line
from checks.verdict import Cause, Finding

KEPT = ROOT / "build" / "load"
"""Where results are kept, in a folder for each lesson."""
ENOUGH = 20
"""More tabs than that tell how much memory one needs."""


@dataclass(frozen=True)
class Asked:
    """What was typed. Without an `address`, so many `servers` are started."""

    lesson: Lesson
    project: Path
    servers: int
    tabs: int
    rate: float
    seconds: float
    rooms: int
    workers: int | None
    address: tuple[str, ...]
    cookie: tuple[str, ...]
    to: Path | None

    def plan(self, addresses: tuple[str, ...]) -> Plan:
        """The plan for tabs on these servers."""
        return Plan(
            tabs=self.tabs,
            rooms=min(self.rooms, self.tabs),
            rate=self.rate,
            seconds=self.seconds,
            workers=min(self.workers or _workers(), self.tabs),
            addresses=addresses,
            name=f"load{secrets.token_hex(4)}",
            cookies=self.cookie,
        )


def _workers() -> int:
    """Half of the processors for the tabs; the servers need the others."""
    return max(1, min(4, (os.cpu_count() or 1) // 2))


def run(asked: Asked, console: Console, errors: Console, *, as_json: bool) -> int:
    """Run it; print and keep the result. Returns the exit status.

    Raises UsageError for a lesson without rooms, and Finding if nothing can be
    measured.
    """
    if not asked.lesson.broker:
        raise click.UsageError(
            f"{asked.lesson.slug} has no rooms in which tabs receive from each other. "
            "Type a later one, such as STEP=3."
        )
    workers = asked.workers or _workers()
    open_files.allow(
        asked.tabs, workers if asked.address else min(asked.servers, workers)
    )
    found: list[Result] = []

    load = os.getloadavg()[0]

    async def measure() -> None:
        found.append(await _measure(asked, errors if as_json else console, load))

    redis = foreground.redis_of(asked.lesson, asked.project)
    with contextlib.nullcontext() if asked.address else redis:
        interrupts.run_until_signal(measure())
    folder = asked.to or KEPT / asked.lesson.slug
    _finish(found[0], folder, console, as_json=as_json)
    return 0


def _finish(result: Result, folder: Path, console: Console, *, as_json: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{dt.datetime.now().astimezone():%Y-%m-%d-%H%M%S}.json"
    text = json.dumps(result.as_dict(), indent=2)
    kept.write_text(f"{text}\n", encoding="utf-8")
    picture = kept.with_suffix(".svg")
    picture.write_text(drawing.drawn(result), encoding="utf-8")
    if as_json:
        click.echo(text)
    else:
        show.show(result, console, (kept, picture))


async def _measure(asked: Asked, console: Console, load: float) -> Result:
    """Start what is needed, run the crowd, and end it all."""
    async with _ready(asked, console) as (plan, running, layer):
        tried = dataclasses.replace(plan, name=f"{plan.name}try")
        await first.try_each_server(asked.lesson, tried)
        before = _memory(running)
        async with crowd.crowd(plan) as people:
            await people.open()
            per_tab = _per_tab(_memory(running) - before, plan)
            await people.settle()
            cpu = [server.cpu for server in running]
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            with live.screen(plan, console) as screen:
                duration = await people.run(screen.update)
            used = [_used(*it, duration) for it in zip(running, cpu, strict=True)]
    lesson, project = asked.lesson.slug, str(asked.project)
    return Result(
        *(lesson, project, now, plan, people.counts, duration, layer, used, per_tab),
        cores=os.cpu_count() or 1,
        load_before=round(load, 1),
    )


Ready = tuple[Plan, list[servers.Server], dict[str, Any]]


@contextlib.asynccontextmanager
async def _ready(asked: Asked, console: Console) -> AsyncIterator[Ready]:
    """The plan, the servers that were started for it, and what layer they have."""
    if asked.address:
        plan = asked.plan(tuple(it.rstrip("/") for it in asked.address))
        if not plan.cookies and await first.wants_a_login(plan):
            raise Finding(_login_wanted(plan.addresses[0]))
        yield plan, [], {}
        return
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    try:
        servers.copy(asked.project, folder / "project")
        print_line(console, "Starting your project …", QUIET)
        ready = await servers.prepare(asked.lesson, folder / "project")
        served = servers.served(asked.lesson, folder / "project", asked.servers)
        async with served as running:
            plan = asked.plan(tuple(server.address for server in running))
            if await first.wants_a_login(plan):
                plan = dataclasses.replace(plan, cookies=_cookies(ready))
            yield plan, running, ready.layer
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cookies(ready: servers.Prepared) -> tuple[str, ...]:
    """The cookies of users. Raises Finding where nobody can be logged in."""
    if ready.cannot:
        expected, got = "users who are logged in", ready.cannot
        cure = "Start servers yourself, and type ADDRESS= and COOKIE=."
        raise Finding(Cause("machine", expected, got, cure))
    return ready.cookies


def _login_wanted(address: str) -> Cause:
    return Cause(
        "machine",
        f"{address} to accept a tab",
        "it rejects one that is not logged in (HTTP 403)",
        "Log in with a browser, and type the cookie that it has then: "
        "COOKIE=sessionid=….",
    )


def _memory(running: list[servers.Server]) -> int:
    return sum(server.memory for server in running)


def _per_tab(kib: int, plan: Plan) -> float | None:
    """KiB for each tab; None where the tabs are too few to tell."""
    return round(kib / plan.tabs, 1) if plan.tabs > ENOUGH and kib > 0 else None


def _used(server: servers.Server, before: float | None, seconds: float) -> Used:
    """What a server has used since then."""
    if server.ended is not None:
        return Used(None, 0, server.ended)
    now = server.cpu
    share = (
        None if now is None or before is None else round((now - before) / seconds, 2)
    )
    return Used(share, round(server.memory / 1024, 1))
