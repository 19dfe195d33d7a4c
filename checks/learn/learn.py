"""`make learn`: everything at once, on this machine alone, until Ctrl-C.

One program that waits for many things: a file is saved, a page chooses a lesson, a
server ends. What it starts runs in processes of its own, and each may fail without the
others.
"""

import asyncio
import contextlib
import socket
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from checks.course import hints
from checks.course.lessons import ROOT, Course, Lesson
from checks.learn import serving
from checks.learn.kept import Kept
from checks.learn.project import Served
from checks.learn.watch import Watcher, saves
from checks.live.pages import Pages, progress
from checks.live.publish import Publisher
from checks.notebook.notebook import may_open
from checks.sandbox import broker
from checks.show.terminal import LATER, flow
from checks.show.text import show_cause
from checks.show.watching import Screen
from checks.verdict import Check, Finding, Verdict

TELLING, FAREWELL = 0.5, 0.3
"""Seconds in which the live results are told that all ends, and tell the pages."""
LATEST = 1.0
"""Seconds after a save at which the project is served anew, whatever the checks do."""


@dataclass(frozen=True)
class Ports:
    """Where everything listens; `second` is the project's second process."""

    site: int
    project: int
    live: int
    second: int


class Teaching:
    """One lesson: its project is checked and served anew on every save.

    Looks on at its watcher, and hands on what it sees to the terminal and the pages.
    """

    def __init__(
        self, lesson: Lesson, screen: Screen, pages: Pages, served: Served
    ) -> None:
        self.lesson, self.screen, self.pages = lesson, screen, pages
        self.served = served
        self.watcher = Watcher(lesson, lesson.folder, self)
        self.latest: asyncio.TimerHandle | None = None

    async def teach(self) -> None:
        """Check and serve the project until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.served.serve())
            tasks.create_task(self.watcher.watch())

    def polls(self) -> None:
        """See `Onlooker`."""
        self.screen.polls()

    def begins(self, run: int, changed: list[str]) -> None:
        """See `Onlooker`. The checks come first: they and the servers want the CPU."""
        self.screen.begins(run, changed)
        self.pages.runs(self.lesson, run, None)
        loop = asyncio.get_running_loop()
        self.latest = self.latest or loop.call_later(LATEST, self._serve)

    def checks(self, run: int, check: Check) -> None:
        """See `Onlooker`."""
        self.screen.checks(run, check)
        self.pages.runs(self.lesson, run, check)

    def ends(self, run: int, verdict: Verdict) -> None:
        """See `Onlooker`."""
        self.screen.ends(run, verdict)
        hints.Count(hints.FILE, self.lesson, self.lesson.folder).begin_anew(verdict)
        self.pages.judged(self.lesson, run, verdict)
        self._serve()

    def _serve(self) -> None:
        if self.latest:
            self.latest.cancel()
            self.latest = None
            self.served.again()


class Learning:
    """Everything that `make learn` runs, and what it says about it."""

    def __init__(self, lesson: Lesson, ports: Ports, console: Console) -> None:
        self.ports, self.console = ports, console
        self.lesson = lesson
        self.choices: asyncio.Queue[Lesson] = asyncio.Queue()

    async def learn(self, *, opening: bool) -> None:
        """Run until cancelled."""
        redis = _free_port()
        with contextlib.ExitStack() as brokers:
            brokers.enter_context(broker.leased(redis))
            self._reach_redis(brokers)
            self.publisher = Publisher(f"redis://127.0.0.1:{redis}")
            self.pages = Pages(self.publisher)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.pages.publish())
                tasks.create_task(self._choose())
                tasks.create_task(self._follow())
                await self._start(tasks, _live(self.ports, redis))
                # It takes some seconds; the first verdict does not.
                tasks.create_task(self._open(tasks, opening=opening))
                await self._teach()

    async def _say_goodbye(self) -> None:
        """Tell the pages that all ends, while somebody is there to hand it on."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.publisher.tell({"type": "stopped"}), TELLING)
        await asyncio.sleep(FAREWELL)
        await self.publisher.close()

    def _reach_redis(self, brokers: contextlib.ExitStack) -> None:
        """The Redis that lessons use, started if nothing listens there."""
        for url in sorted(
            {url for lesson in Course().lessons for url in lesson.broker}
        ):
            try:
                reached = brokers.enter_context(broker.reached({"address": url}))
                self._says("Redis", reached.name)
            except Finding as finding:
                show_cause(finding.cause, self.console)

    async def _start(self, tasks: asyncio.TaskGroup, server: Kept) -> bool:
        """Start a server, and wait until it listens; whether it does."""
        try:
            serving.free(server.port, server.option)
        except Finding as finding:
            show_cause(finding.cause, self.console)
            return False
        tasks.create_task(server.keep(self._tell))
        await server.settled.wait()
        if server.listens:
            self._says(server.name, f"http://localhost:{server.port}/")
        return server.listens

    async def _open(self, tasks: asyncio.TaskGroup, *, opening: bool) -> None:
        """Start the site, and open the page of the lesson in a browser, once."""
        page = f"http://localhost:{self.ports.site}/lessons/{self.lesson.slug}/"
        if await self._start(tasks, _site(self.ports)) and opening and may_open():
            webbrowser.open(page)

    async def _choose(self) -> None:
        """Take in which lessons the pages choose."""
        async for slug in self.publisher.chosen():
            self.choices.put_nowait(Course().lesson(slug))

    async def _follow(self) -> None:
        """Choose the lesson of which a file is saved, if it is another one alone."""
        lessons = {lesson.folder.name: lesson for lesson in Course().lessons}
        async for changed in saves(ROOT / "lessons", lambda: None):
            folders = {Path(path).parts[0] for path in changed} & lessons.keys()
            if len(folders) == 1 and self.lesson.folder.name not in folders:
                self.choices.put_nowait(lessons[folders.pop()])

    async def _teach(self) -> None:
        """Teach one lesson after another, as they are chosen."""
        self.pages.progress()
        while True:
            lesson = self.lesson
            self.pages.tell("chosen", lesson=lesson.slug)
            screen = Screen(lesson, self.console, "learn")
            ports = {"PORT": self.ports.project, "SECOND_PORT": self.ports.second}
            served = Served(lesson, ports, self.pages, self.console)
            self._says("Your project", f"{_page(lesson, self.ports.project)}")
            teaching = asyncio.create_task(
                Teaching(lesson, screen, self.pages, served).teach()
            )
            try:
                self.lesson = await self._other_than(lesson, teaching)
            except asyncio.CancelledError:
                await self._say_goodbye()
                raise
            finally:
                teaching.cancel()
                await asyncio.wait([teaching])

    async def _other_than(self, lesson: Lesson, teaching: asyncio.Task[None]) -> Lesson:
        """Wait until another lesson is chosen. Raises what the teaching raised."""
        while True:
            choice = asyncio.ensure_future(self.choices.get())
            await asyncio.wait({choice, teaching}, return_when=asyncio.FIRST_COMPLETED)
            if teaching.done():
                choice.cancel()
                teaching.result()
            if choice.result() != lesson:
                return choice.result()
            self.pages.tell("chosen", lesson=lesson.slug)

    def _says(self, what: str, where: str) -> None:
        flow(self.console, where, f"{what:<14}")

    def _tell(self, words: str) -> None:
        flow(self.console, words, style=LATER)


def first_open() -> Lesson:
    """The first lesson that is not known to pass; the last if all do."""
    known, lessons = progress(), Course().lessons
    open_ = (it for it in lessons if known.get(it.slug, {}).get("verdict") != "passed")
    return next(open_, lessons[-1])


def _live(ports: Ports, redis: int) -> Kept:
    where = ["-v", "0", "-b", "127.0.0.1", "-p", str(ports.live)]
    command = [sys.executable, "-m", "daphne", *where, "checks.live.asgi:application"]
    settings = {
        "LIVE_REDIS": f"redis://127.0.0.1:{redis}",
        "LIVE_SITE_PORT": str(ports.site),
    }
    return Kept("Live results", command, settings, ports.live, "LIVE_PORT")


def _site(ports: Ports) -> Kept:
    # A page that is loaded anew by itself would lose what its two tabs have said.
    where = ["-a", f"localhost:{ports.site}", "--quiet", "--no-livereload"]
    settings = {
        "NO_MKDOCS_2_WARNING": "1",  # Material's, about what comes after MkDocs
        "COURSE_LIVE": f"{ports.live} {ports.project} {ports.second}",
    }
    command = [sys.executable, "-m", "mkdocs", "serve", *where]
    return Kept("The lessons", command, settings, ports.site, "SITE_PORT")


def _page(lesson: Lesson, port: int) -> str:
    return f"lessons/{lesson.slug} at http://localhost:{port}/chat/lobby/"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
