"""The warm process: everything is imported and the next run prepared before a save.

What a run needs that does not depend on the learner's code is done beforehand: the
imports in this process; and in a child the start of pytest, the collection of the
checks and the forks of the servers. Then the child waits for a byte on the standard
input. It is the same run that `check` makes, in a third of the time.

`python -m checks.run.warm '{"step": "3", "project": …}'` answers each byte with events,
one a line: the number of the process that makes the run, each `Check` that begins, the
verdict so far if it cannot pass any more, the `Verdict`, and None when the process has
ended (FAILED where it did not end as it should, so that there is no verdict). SIGTERM
to that process stops its run.
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

from checks import interrupts
from checks.course.lessons import ROOT, Course
from checks.explain import mistakes
from checks.run import (
    events,
    plugin,  # noqa: F401 (as pytest)
    production_fixtures,  # noqa: F401 (as pytest)
    runner,
    tab_fixtures,  # noqa: F401 (as pytest)
)
from checks.run.halves import FirstHalf, OnlySecondHalf, SecondHalf
from checks.run.versions import versions
from checks.sandbox import (
    embedded_redis,
    own_code,
    own_namespaces,
    own_network,
    stray_processes,
)
from checks.sandbox.preload import preload
from checks.verdict import Check, Verdict


class PreparedRun:
    """The child: one run, prepared, which begins when a byte arrives.

    With a `second` half, this run is that of the first one.
    """

    def __init__(
        self, requests: int = 0, out: int = 1, second: SecondHalf | None = None
    ) -> None:
        # pytest replaces the standard streams while it runs.
        self.requests, self.out = os.dup(requests), os.dup(out)
        self.check: Check | None = None
        self.second = second

    def wait(self) -> None:
        """Wait until a run is asked for; stop when no request can come any more."""
        if not os.read(self.requests, 1):
            raise KeyboardInterrupt
        events.write(self.out, own_namespaces.outer_pid())

    def report(self, check: Check) -> None:
        """Report a check when it begins; this is called again while it runs."""
        if check is not self.check:
            self.check = check
            events.write(self.out, check)

    def report_cause(self, so_far: Verdict) -> None:
        """Report why the run does not pass, while it goes on."""
        events.write(self.out, events.Unfinished(so_far))

    def run(self, run: Callable[..., Verdict]) -> NoReturn:
        """Make one run, and exit."""
        gc.disable()  # The collector would touch, and so copy, the shared memory.
        status = 1
        try:
            interrupts.raise_on(signal.SIGTERM)
            reports = {"on_check": self.report, "on_cause": self.report_cause}
            if self.second:
                half = partial(FirstHalf, self.second, on_check=self.report)
                run = partial(run, half=half)
            events.write(self.out, run(**reports, wait=self.wait))
            status = 0
        finally:
            if self.second:
                self.second.end()
            os._exit(status)


class WarmProcess:
    """Forks one prepared run after another, until no run is asked for any more.

    `fork` is `os.fork`, or does the same; `in_halves` is whether two processes share
    the checks of a run.
    """

    def __init__(
        self,
        folder: Path,
        run: Callable[..., Verdict],
        fork: Callable[[], int] = os.fork,
        *,
        in_halves: bool = False,
    ) -> None:
        self.folder, self.run, self.fork = folder, run, fork
        self.in_halves = in_halves
        self.input_closed = select.poll()
        self.input_closed.register(0, 0)  # Only whether it is closed, not its bytes.
        stray_processes.become_subreaper()

    def serve(self) -> None:
        """Fork a run, wait for its end, clean up after it, and begin again."""
        while not self.input_closed.poll(0):
            children = stray_processes.children()
            status = self._fork_run()
            if self.fork is os.fork:  # Otherwise all that it started has ended.
                # Others may need a server that this run has started.
                stray_processes.long_lived |= embedded_redis.supervisors()
            stray_processes.kill(children)
            for left in self.folder.iterdir():
                shutil.rmtree(left, ignore_errors=True)
            with contextlib.suppress(BrokenPipeError):
                events.write(1, events.FAILED if status else None)

    def _fork_run(self) -> int:
        second = self._fork_second_half() if self.in_halves else None
        ended, keep_open = os.pipe()
        pid = self.fork()
        if pid == 0:
            tempfile.tempdir = str(self.folder)
            if second:
                second.close(second=True)
            PreparedRun(second=second).run(self.run)
        if second:
            second.close(first=True, second=True)
        os.close(keep_open)
        status = self._wait_for(pid, ended)
        os.close(ended)
        return status

    def _fork_second_half(self) -> SecondHalf:
        second = SecondHalf()
        second.pid = os.fork()
        if second.pid == 0:
            tempfile.tempdir = str(self.folder)
            second.close(first=True)
            run = partial(self.run, half=OnlySecondHalf)
            PreparedRun(second.requests, second.out).run(run)
        return second

    def _wait_for(self, pid: int, ended: int) -> int:
        """Wait until the child has ended; end it when the standard input is closed.

        Returns how it ended: 0 if it wrote its verdict, and did so to the end.
        The child holds the other end of the pipe `ended` open as long as it lives.
        """
        over = select.poll()
        over.register(ended)
        self.input_closed.register(ended)
        self.input_closed.poll()  # Until one of the two happens.
        if not over.poll(0):
            os.kill(pid, signal.SIGTERM)
            if not over.poll(events.CLEANUP * 1000):
                os.kill(pid, signal.SIGKILL)
        self.input_closed.unregister(ended)
        return os.waitpid(pid, 0)[1]


def prepare(*, redis: bool) -> None:
    """Do once what each run needs, whatever the project; `redis` as for `preload`."""
    mistakes.prepare()  # For a run that fails.
    preload(redis=redis)
    versions()
    own_code.remember()


def main(step: str, project: str, folder: str | None = None, **how: Any) -> None:
    """Make runs of one lesson's checks on one project until the input ends.

    `folder` is where the runs put their temporary files; it is deleted at the end. Who
    may have to kill this process makes the folder, to delete it in that case. `how` is
    what else `runner.check` is given: a limit, a seed, whether it is strict.
    """
    for signum in (signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)  # It ends when its input does.
    lesson = Course().lesson(step)
    prepare(redis=bool(lesson.broker))
    run = partial(runner.check, lesson, Path(project), **how)
    # From now on there is a folder to delete.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.ExitStack() as stack:
        folder = folder or tempfile.mkdtemp(prefix="checks-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        strict = how.get("strict", False)
        fork = _apart(Path(project), Path(folder)) if strict else os.fork
        in_halves = bool(lesson.second_half) and os.cpu_count() != 1 and not strict
        WarmProcess(Path(folder), run, fork, in_halves=in_halves).serve()


def _apart(project: Path, folder: Path) -> Callable[[], int]:
    """What forks a run of somebody else's project: as far apart as the system allows.

    It has namespaces of its own; or all runs of this process have a network together.
    """
    own = own_namespaces.is_possible()
    if own or own_network.enter():
        # The ports of `localhost` are its own, and so is the Redis there.
        embedded_redis.LEASES = folder / "leases"
    kept = (ROOT, project.parent, folder)
    return partial(own_namespaces.fork, *kept) if own else os.fork


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
