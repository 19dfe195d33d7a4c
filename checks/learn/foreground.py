"""`make run` and `make docs`: one server in the foreground of the terminal."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from checks.course.lessons import ROOT, Lesson
from checks.learn import new_database, redis_keeper
from checks.verdict import Cause, Finding

GRACE = 2.0
"""Seconds that a server has to end after Ctrl-C."""


def run_project(lesson: Lesson, folder: Path, port: int) -> int:
    """Serve a learner's project with `runserver`, reloading, until Ctrl-C.

    Returns the exit status. Raises Finding when Redis cannot be reached.
    """
    with redis_of(lesson, folder.resolve()):
        _migrate(folder)
        manage = [sys.executable, "manage.py", "runserver", f"localhost:{port}"]
        return run(manage, folder)


def _migrate(folder: Path) -> None:
    """Make the database, if the project can be loaded and has none."""
    if not (command := new_database.command(folder.resolve())):
        return
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=new_database.FROM, stderr=nowhere)
    try:
        process.wait()
    finally:
        process.kill()
        process.wait()
        new_database.delete_draft(folder, process.pid)


@contextlib.contextmanager
def redis_of(lesson: Lesson, folder: Path) -> Iterator[None]:
    """Keep the Redis of a project for as long as the context lasts.

    Raises Finding when it cannot be reached at the beginning; later, that is printed.
    """
    keeper = subprocess.Popen(
        redis_keeper.command(lesson, folder),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        process_group=0,
    )
    with keeper, contextlib.ExitStack() as end:
        if keeper.stdin:
            end.callback(keeper.stdin.close)  # It ends, and so does what is read of it.
        redis_keeper.pass_on(_line(keeper), _require)
        threading.Thread(target=_print_reports, args=[keeper], daemon=True).start()
        yield


def _line(keeper: "subprocess.Popen[bytes]") -> bytes:
    return keeper.stdout.readline() if keeper.stdout else b""


def _require(found: str | Cause) -> None:
    """Print which Redis runs. Raises Finding if there is none."""
    if isinstance(found, Cause):
        raise Finding(found)
    _print_report(found)


def _print_reports(keeper: "subprocess.Popen[bytes]") -> None:
    while line := _line(keeper):
        redis_keeper.pass_on(line, _print_report)


def _print_report(found: str | Cause) -> None:
    words = found if isinstance(found, str) else found.sentence()
    print(f"Redis: {words}", file=sys.stderr)


def run(command: Sequence[str | Path], folder: Path) -> int:
    """Run a server in the foreground, and end all its processes afterwards.

    Returns its exit status. Raises KeyboardInterrupt when Ctrl-C ended it.
    """
    process = subprocess.Popen(command, cwd=folder, process_group=0)
    with _foreground_of_terminal(process.pid):
        try:
            process.wait()
        except KeyboardInterrupt:
            _signal(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            raise
        finally:
            _signal(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode == 0:  # A server returns 0 only when somebody ended it.
        raise KeyboardInterrupt
    return process.returncode


@contextlib.contextmanager
def _foreground_of_terminal(group: int) -> Iterator[None]:
    """Give a process group the terminal, as a shell does, so that it gets Ctrl-C."""
    if not os.isatty(0):
        yield
        return
    ours = os.getpgrp()
    ignored = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        os.tcsetpgrp(0, group)
        yield
    finally:
        os.tcsetpgrp(0, ours)
        signal.signal(signal.SIGTTOU, ignored)


def _signal(group: int, signum: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signum)
