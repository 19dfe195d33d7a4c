"""Keeps the Redis of a project running while somebody works on it.

`python -m checks.learn.redis_keeper '{"course": …, "step": …, "project": …}'` asks the
project which Redis its settings resolve to, starts the embedded one where nothing
listens, and keeps it until the standard input ends. It asks again when a file outside
the app is saved. What it has, and what is wrong, are lines on the standard output.

A process of its own: it forks, and who watches files has threads.
"""

import asyncio
import contextlib
import json
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from checks.course.lessons import ROOT, Course, Lesson
from checks.explain.cause import cause_of
from checks.explain.record import Record
from checks.learn.saves import Snapshot
from checks.learn.supervisor import RESTART_DELAY, end, ended
from checks.observe.failure import Failure
from checks.observe.monitor import Monitor
from checks.observe.timeline import Timeline
from checks.run import events
from checks.run.answers import confinement
from checks.sandbox import questions, redis_probe, redis_server
from checks.sandbox.processes import Project
from checks.sandbox.redis_hosts import first_line
from checks.verdict import Cause, Finding

LOOK_AGAIN = 0.3
"""Seconds between two looks at the files, and at Redis."""
COMING_BACK = 3.0
"""Seconds that a Redis which is gone has to come back, before another is started."""
APP = "chat/"
"""The folder whose files are saved most often, and are no settings."""

Report = Callable[[str | Cause], None]


class Keeper:
    """The Redis of one project.

    `report` is given its name, or why there is none; a name is empty for a project
    that needs none.
    """

    def __init__(self, lesson: Lesson, project: Path, report: Report) -> None:
        self.lesson, self.project, self.report = lesson, project, report
        self.layer: dict[str, Any] = {}
        self.reported: str | Cause | None = None
        self.held = contextlib.ExitStack()
        self.server: redis_server.RedisServer | None = None
        self.gone_since = 0.0

    def renew(self) -> None:
        """Hold what the settings name now, and let go of what they named before.

        Settings that cannot be loaded change nothing: the checks say why.
        """
        layer = layer_of(self.lesson, self.project)
        if layer is not None or not self.layer:
            self.layer = layer or {}
            self._connect()

    def _connect(self) -> None:
        before, self.held, self.server = self.held, contextlib.ExitStack(), None
        self.gone_since = time.monotonic()
        hosts = self.layer.get("redis") or [{"address": u} for u in self.lesson.broker]
        pubsub = bool(self.layer.get("pubsub"))
        found = redis_server.connected(*hosts, pubsub=pubsub)
        try:
            self.server = self.held.enter_context(found)
            self._say(self.server.name)
        except Finding as finding:
            self._say(finding.cause)
        except Failure as failure:
            self._say(cause_in(failure, self.lesson, self.project))
        before.close()

    def _say(self, what: str | Cause) -> None:
        if what != self.reported:
            self.reported = what
            self.report(what)

    def look(self) -> None:
        """Report a Redis that is gone; some seconds later, start another there."""
        lost = self._lost()
        if self.server and lost is None:
            self._say(self.server.name)
            self.gone_since = time.monotonic()
        elif time.monotonic() - self.gone_since > COMING_BACK:
            self._connect()
        elif lost:
            self._say(lost)

    def _lost(self) -> Cause | None:
        """Why one of the hosts does not answer any more."""
        for host in self.server.hosts if self.server else ():
            try:
                host.client.ping()
            except redis.RedisError as error:
                return redis_probe.stopped(host, first_line(error)).cause
        return None

    def run(self) -> None:
        """Keep it until the standard input ends."""
        snapshot = Snapshot(self.project)
        with contextlib.closing(self):
            self.renew()
            while not select.select([0], [], [], LOOK_AGAIN)[0]:
                changed = snapshot.changes()
                if any(not path.startswith(APP) for path in changed):
                    self.renew()
                self.look()

    def close(self) -> None:
        """Let go of it."""
        self.held.close()


def layer_of(lesson: Lesson, folder: Path) -> dict[str, Any] | None:
    """What the settings of a project say of its layer; None if they do not load."""
    with contextlib.closing(Project(folder, Monitor(), confinement(lesson))) as project:
        project.begin()
        try:
            layer: dict[str, Any] = project.ask(questions.layer)
        except Failure:
            return None
    return layer


def cause_in(failure: Failure, lesson: Lesson, project: Path) -> Cause:
    """The cause that a check of this project would name."""
    return cause_of(failure, Record(lesson, project, Timeline()))


def command(lesson: Lesson, project: Path, folder: str = "") -> list[str]:
    """What starts a keeper, whose temporary files are in a folder, if one is named."""
    known = {"course": str(lesson.folder.parents[1]), "step": lesson.slug}
    request = json.dumps(known | {"project": str(project), "folder": folder})
    return [sys.executable, "-m", "checks.learn.redis_keeper", request]


async def keep(lesson: Lesson, project: Path, report: Report) -> None:
    """Keep the Redis of a project until cancelled, and pass on what is reported."""
    # One that has to be killed cannot delete its own files.
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        while True:
            await _keep(command(lesson, project, folder), report)
            await asyncio.sleep(RESTART_DELAY)


async def _keep(typed: list[str], report: Report) -> None:
    """Run a keeper until it ends, or this is cancelled."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *typed, cwd=ROOT, stdin=pipe, stdout=pipe, process_group=0
    )
    try:
        while process.stdout and (line := await process.stdout.readline()):
            pass_on(line, report)
    finally:
        if process.stdin:
            process.stdin.close()
        await ended(process, events.CLEANUP)
        await end(process)


def pass_on(line: bytes, report: Report) -> None:
    """Report what a line of a keeper says, unless it is that no Redis is needed."""
    found = events.decoded(line)
    if isinstance(found, str | Cause) and found:
        report(found)


def main(course: str, step: str, project: str, folder: str) -> None:
    """Keep the Redis of a project until the standard input ends."""
    if folder:
        Path(folder).mkdir(exist_ok=True)
        tempfile.tempdir = folder
    for signum in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)  # It ends when its input does.

    def report(found: str | Cause) -> None:
        with contextlib.suppress(BrokenPipeError):
            events.write(1, found)

    lesson = Course(Path(course)).lesson(step)
    Keeper(lesson, Path(project), report).run()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
