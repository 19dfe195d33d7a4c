"""A process that stands by: all is imported, the next run is prepared, and waits.

What a run needs that does not depend on the learner's code is done before they save:
the imports in the parent; and in a child pytest's start, the collection of the checks,
and the forks of the servers. Then the child waits for a byte on its standard input. It
is the same run that `check` makes, in a third of the time.

`python -m checks.run.warm '{"step": "3", "project": …}'` answers each byte with events,
one a line: the number of the process that runs, each `Check` that begins, the
`Verdict`, and None when the process has ended. SIGTERM to that process cuts its run
short.
"""

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest  # noqa: F401 (imported here, no run has to)

from checks.course.lessons import Course, Lesson
from checks.explain import mistakes
from checks.run import (
    plugin,  # noqa: F401
    runner,
)
from checks.run.events import DYING, tell
from checks.sandbox import (
    broker,
    strays,
)
from checks.sandbox.preload import preload
from checks.verdict import Check, Finding, Verdict


class Standby:
    """The child: one run, prepared, begun when a byte arrives, and told."""

    def __init__(self) -> None:
        # pytest takes the standard streams while it runs.
        self.asked, self.out = os.dup(0), os.dup(1)
        self.check: Check | None = None

    def wait(self) -> None:
        """Wait until a run is asked for; stop when none will be any more."""
        if not os.read(self.asked, 1):
            raise KeyboardInterrupt
        tell(self.out, os.getpid())

    def begins(self, check: Check) -> None:
        """Tell of a check when it begins; it is named again while it runs."""
        if check is not self.check:
            self.check = check
            tell(self.out, check)

    def run(self, run: Callable[..., Verdict]) -> NoReturn:
        """Make one run, and end."""
        gc.disable()  # A look for garbage would touch, and so copy, what is shared.
        # Where an interrupt cannot be raised. In C: no further one comes there.
        sys.unraisablehook = id
        try:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            tell(self.out, run(on_check=self.begins, wait=self.wait))
        finally:
            os._exit(0)


class Parent:
    """Has one child after another stand by, until no run is asked for any more."""

    def __init__(self, folder: Path, run: Callable[..., Verdict]) -> None:
        self.folder, self.run = folder, run
        self.ended = select.poll()
        self.ended.register(0, 0)  # No more than whether it is closed.
        strays.adopt()

    def stand_by(self) -> None:
        """Fork, wait for the end, clear away what is left, and again."""
        while not self.ended.poll(0):
            bystanders = strays.children()
            self._have_a_run()
            strays.ours |= broker.keepers()  # One that a run has started may be needed.
            strays.end(bystanders)
            for left in self.folder.iterdir():
                shutil.rmtree(left, ignore_errors=True)
            with contextlib.suppress(BrokenPipeError):
                tell(1, None)

    def _have_a_run(self) -> None:
        lives, life = os.pipe()
        pid = os.fork()
        if pid == 0:
            tempfile.tempdir = str(self.folder)
            Standby().run(self.run)
        os.close(life)
        self._outlive(pid, lives)
        os.close(lives)

    def _outlive(self, pid: int, lives: int) -> None:
        """Wait until the child has ended; end it when nobody is there to be told."""
        over = select.poll()
        over.register(lives)
        self.ended.register(lives)
        self.ended.poll()  # Until one of the two happens.
        if not over.poll(0):
            os.kill(pid, signal.SIGTERM)
            if not over.poll(DYING * 1000):
                os.kill(pid, signal.SIGKILL)
        self.ended.unregister(lives)
        os.waitpid(pid, 0)


def _kept(lesson: Lesson) -> contextlib.ExitStack:
    """The broker that the finished lesson names, kept for all runs."""
    stack = contextlib.ExitStack()
    for url in lesson.broker:
        with contextlib.suppress(Finding):  # Each run finds it out for itself.
            stack.enter_context(broker.reached({"address": url}))
    return stack


def main(step: str, project: str, limit: float = 60, seed: Any = None) -> None:
    """Stand by for runs of one lesson's checks on one project."""
    for signum in (signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)  # It ends when its input does.
    mistakes.catalogue()  # For a run that fails.
    preload()
    lesson = Course().lesson(step)
    run = partial(runner.check, lesson, Path(project), limit, seed)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # From now on there is more to end.
    with tempfile.TemporaryDirectory(prefix="checks-") as folder, _kept(lesson):
        Parent(Path(folder), run).stand_by()


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
