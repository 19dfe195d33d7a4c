"""`make learn`: everything at once, on this machine only, until Ctrl-C.

One program that waits for many things: a file is saved, a page chooses a lesson, a
server ends. What it starts runs in processes of its own, and each may fail alone.
"""

import asyncio
import contextlib
from pathlib import Path

from rich.console import Console

from checks.course import hints
from checks.course.folders import Files
from checks.course.lessons import ROOT, Course, Lesson
from checks.course.state import state_of
from checks.learn import editor
from checks.learn.attached import OWN_FOLDER
from checks.learn.instance import Claim, Instance, Ports
from checks.learn.joined import Joining, OnWall
from checks.learn.ports import any_free, require_free
from checks.learn.project_servers import ProjectServers
from checks.learn.reminder import Reminder
from checks.learn.saves import saves
from checks.learn.supervisor import ATTACHED, SupervisedServer
from checks.learn.texts import Texts, difference
from checks.learn.watch import Watcher
from checks.live import places
from checks.live.history import History
from checks.live.pages import Pages
from checks.live.publish import Publisher
from checks.sandbox import embedded_redis
from checks.show import webpage
from checks.show.terminal import NOTICE, QUIET, print_line, print_wrapped
from checks.show.text import show_cause
from checks.show.watching import Screen
from checks.verdict import Cause, Check, Finding, Verdict

LAST_EVENT, DELIVERY = 0.5, 0.3
"""Seconds to publish the last event, and for the live results to deliver it."""
GONE = "The file is not there any more."
LATEST_RESTART = 1.0
"""Seconds after a save at which the project is restarted, even if checks still run."""


class LessonSession:
    """One lesson: its project is checked and restarted after every save.

    Observes its watcher, and passes on what it reports to the terminal and the pages.
    """

    wall: OnWall | None = None

    def __init__(
        self, lesson: Lesson, screen: Screen, pages: Pages, servers: ProjectServers
    ) -> None:
        self.lesson, self.screen, self.pages = lesson, screen, pages
        self.servers = servers
        self.watcher = Watcher(lesson, lesson.folder, self)
        self.reminder = Reminder(self._show_again)
        servers.on_line = self.reminder.line_printed
        self.latest_restart: asyncio.TimerHandle | None = None
        self.history = History(lesson.slug)
        self.texts = Texts(lesson.folder)
        self.saved: Files = {}
        self.judged: Files | None = None

    async def run(self) -> None:
        """Check and serve the project until cancelled."""
        self.pages.send("history", **self.history.event())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.servers.serve())
            tasks.create_task(self.watcher.watch())

    def polling_started(self) -> None:
        """See `Observer`."""
        self.screen.polling_started()

    def redis_reported(self, found: str | Cause) -> None:
        """See `Observer`."""
        self.screen.redis_reported(found)

    def run_started(self, run: int, changed: list[str]) -> None:
        """See `Observer`. The checks come first: both need the processor."""
        self.reminder.expect(None)
        self.screen.run_started(run, changed)
        self.pages.send_saved(self.lesson, run, changed)
        self.saved = self.texts.read()
        loop = asyncio.get_running_loop()
        self.latest_restart = self.latest_restart or loop.call_later(
            LATEST_RESTART, self._restart
        )

    def check_started(self, run: int, check: Check) -> None:
        """See `Observer`."""
        self.screen.check_started(run, check)
        self.pages.send_check(self.lesson, run, check)

    def cause_found(self, run: int, so_far: Verdict) -> None:
        """See `Observer`."""
        self.screen.cause_found(run, so_far)
        self.pages.send_verdict(self.lesson, run, so_far, unfinished=True)

    def run_finished(self, run: int, verdict: Verdict) -> None:
        """See `Observer`."""
        self.screen.run_finished(run, verdict)
        hints.Count(hints.FILE, self.lesson, self.lesson.folder).forget_passed(verdict)
        before, self.judged = self.judged, self.saved
        changed = None if before is None else difference(before, self.saved)
        state = state_of(verdict, self.lesson, self.lesson.folder)
        self.history.add(verdict, state, changed)
        self.pages.send_verdict(self.lesson, run, verdict)
        self.pages.send("history", **self.history.event())
        self.pages.send_progress()
        if self.wall:
            self.wall.show(self.lesson, verdict, state)
        self.reminder.expect(verdict.cause)
        self._restart()

    def _show_again(self, cause: Cause) -> None:
        print_line(self.screen.console, "── what the check found, again", QUIET)
        show_cause(cause, self.screen.console, self.lesson.folder)

    def _restart(self) -> None:
        """Restart the project once for each save."""
        if self.latest_restart:
            self.latest_restart.cancel()
            self.latest_restart = None
            self.servers.restart()


class LearnSession:
    """Everything that `make learn` runs, and what it prints about it.

    `joining` is the wall of a classroom that the learner joins, if any.
    """

    def __init__(
        self,
        lesson: Lesson,
        ports: Ports,
        console: Console,
        claim: Claim,
        joining: Joining | None = None,
    ) -> None:
        self.ports, self.console, self.claim = ports, console, claim
        self.joining = joining
        self.wall: OnWall | None = None
        self.lesson = lesson
        self.site_address: str | None = None
        self.choices: asyncio.Queue[Lesson] = asyncio.Queue()

    async def run(self, *, opening: bool) -> None:
        """Run until cancelled; `opening` says whether to open a browser."""
        self.redis = redis = any_free()
        self.claim.write(Instance(self.ports, redis))
        with contextlib.ExitStack() as stack:
            stack.enter_context(embedded_redis.leased(redis))
            self.publisher = Publisher(f"redis://127.0.0.1:{redis}")
            self.pages = Pages(self.publisher)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.pages.publish())
                tasks.create_task(self._read_choices())
                tasks.create_task(self._follow_saves())
                if self.joining:
                    self.wall = OnWall(self.joining, self.pages, self.console)
                    tasks.create_task(self.wall.run())
                live = await self._start(tasks, _live_results(self.ports, redis))
                # The site takes some seconds; the first verdict should not wait.
                site = _site(self.ports, live=live)
                tasks.create_task(self._start_site(tasks, site, opening=opening))
                await self._run_lessons()

    async def _announce_end(self) -> None:
        """Tell the pages that everything ends, while the live results still run."""
        with contextlib.suppress(TimeoutError):
            stopped = self.publisher.publish({"type": "stopped"})
            await asyncio.wait_for(stopped, LAST_EVENT)
        await asyncio.sleep(DELIVERY)
        await self.publisher.close()

    async def _start(self, tasks: asyncio.TaskGroup, server: SupervisedServer) -> bool:
        """Start a server, and wait until it listens; whether it does."""
        try:
            require_free(server.port, server.option)
        except Finding as finding:
            show_cause(finding.cause, self.console)
            return False
        tasks.create_task(server.supervise(self._print_warning))
        if started := await server.starts():
            self._print_address(server.name, f"http://localhost:{server.port}/")
        return started

    async def _start_site(
        self, tasks: asyncio.TaskGroup, site: SupervisedServer, *, opening: bool
    ) -> None:
        """Start the site, and open the page of the lesson in a browser once."""
        if not await self._start(tasks, site):
            return
        running = Instance(self.ports, self.redis, serves_site=True)
        self.claim.write(running)
        self.site_address = running.address
        if opening:
            webpage.open_page(f"{running.address}lessons/{self.lesson.slug}/")

    async def _read_choices(self) -> None:
        """Queue the lessons that the pages choose, and do what else they ask for."""
        async for choice in self.publisher.choices():
            if choice["type"] == "wall.asked":
                if self.wall:
                    self.wall.ask(choice["ask"])
                continue
            lesson = Course().lesson(choice["lesson"])
            if choice["type"] == "place.opened":
                self._open(lesson, choice["file"], choice["line"])
            else:
                self.choices.put_nowait(lesson)

    def _open(self, lesson: Lesson, file: str, line: int) -> None:
        """Open a place of a lesson's project in an editor, and report which one."""
        path = places.inside(lesson.folder, file)
        name, why = editor.open_place(path, line) if path else (None, GONE)
        self.pages.send("opened", lesson=lesson.slug, editor=name, why=why)

    async def _follow_saves(self) -> None:
        """Choose another lesson when files of that lesson alone are saved."""
        lessons = {lesson.folder.name: lesson for lesson in Course().lessons}
        async for changed in saves(ROOT / "lessons", lambda: None):
            folders = {Path(path).parts[0] for path in changed} & lessons.keys()
            if len(folders) == 1 and self.lesson.folder.name not in folders:
                self.choices.put_nowait(lessons[folders.pop()])

    async def _run_lessons(self) -> None:
        """Run one lesson after another, as they are chosen."""
        self.pages.send_progress()
        while True:
            lesson = self.lesson
            session = asyncio.create_task(self._lesson_session(lesson).run())
            try:
                self.lesson = await self._other_choice(lesson, session)
            except asyncio.CancelledError:
                await self._announce_end()
                raise
            finally:
                session.cancel()
                await asyncio.wait([session])

    def _lesson_session(self, lesson: Lesson) -> LessonSession:
        """Announce a lesson, and prepare its session."""
        self.pages.send("chosen", lesson=lesson.slug)
        screen = Screen(lesson, self.console, "learn", lambda: self.site_address)
        ports = {"PORT": self.ports.project, "SECOND_PORT": self.ports.second}
        servers = ProjectServers(lesson, ports, self.pages, self.console)
        self._print_address("Your project", f"lessons/{lesson.slug}")
        session = LessonSession(lesson, screen, self.pages, servers)
        session.wall = self.wall
        return session

    async def _other_choice(
        self, lesson: Lesson, session: asyncio.Task[None]
    ) -> Lesson:
        """Wait until another lesson is chosen. Raises what the session raised."""
        while True:
            choice = asyncio.ensure_future(self.choices.get())
            await asyncio.wait({choice, session}, return_when=asyncio.FIRST_COMPLETED)
            if session.done():
                choice.cancel()
                session.result()
            if choice.result() != lesson:
                return choice.result()
            self.pages.send("chosen", lesson=lesson.slug)

    def _print_address(self, what: str, where: str) -> None:
        print_wrapped(self.console, where, f"{what:<14}")

    def _print_warning(self, words: str) -> None:
        print_wrapped(self.console, words, style=NOTICE)


def _live_results(ports: Ports, redis: int) -> SupervisedServer:
    where = ["-v", "0", "-b", "127.0.0.1", "-p", str(ports.live)]
    command = [*ATTACHED, "daphne", *where, "checks.live.asgi:application"]
    settings = {
        "LIVE_REDIS": f"redis://127.0.0.1:{redis}",
        "LIVE_SITE_PORT": str(ports.site),
    }
    return SupervisedServer("Live results", command, settings, ports.live, "LIVE_PORT")


def _site(ports: Ports, *, live: bool) -> SupervisedServer:
    """The site; its pages ask for live results only where those run."""
    # A page that reloads by itself would lose what its two tabs have received.
    where = ["-a", f"localhost:{ports.site}", "--quiet", "--no-livereload"]
    settings = {
        "NO_MKDOCS_2_WARNING": "1",  # Material's, about what comes after MkDocs
        "COURSE_LIVE": f"{ports.live} {ports.project} {ports.second}" * live,
    }
    command = [*ATTACHED, OWN_FOLDER, "mkdocs", "serve", *where]
    return SupervisedServer("The lessons", command, settings, ports.site, "SITE_PORT")
