"""`make run` and `make docs`: one server in the foreground of the terminal."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from checks.course.lessons import Lesson
from checks.explain.diagnosis import diagnose
from checks.observe.failure import Failure
from checks.observe.monitor import Monitor
from checks.observe.timeline import Timeline
from checks.sandbox import questions
from checks.sandbox.processes import Project
from checks.verdict import Finding

GRACE = 2.0
"""Seconds that a server has to end after Ctrl-C."""


def run_project(lesson: Lesson, folder: Path, port: int) -> int:
    """Serve a learner's project with `runserver`, reloading, until Ctrl-C.

    Returns the exit status. Raises Finding when Redis cannot be reached.
    """
    with contextlib.ExitStack() as stack:
        for host in _redis_hosts(lesson, folder):
            print(f"Redis: {_connect(stack, host)}", file=sys.stderr)
        if migrate := migrate_command(folder):
            subprocess.run(migrate, cwd=folder, check=False, stderr=subprocess.DEVNULL)
        manage = [sys.executable, "manage.py", "runserver", f"localhost:{port}"]
        return run(manage, folder)


def _connect(stack: contextlib.ExitStack, host: dict[str, Any]) -> str:
    """Connect to a Redis until the stack is closed, and return its name."""
    from checks.sandbox import redis_server  # redis-py takes 0.1 s

    try:
        return stack.enter_context(redis_server.connected(host)).name
    except Failure as failure:
        raise Finding(diagnose(failure, Timeline()).cause) from None


def _redis_hosts(lesson: Lesson, folder: Path) -> list[dict[str, Any]]:
    """Where the settings say that Redis is, or the lesson as long as they do not."""
    with contextlib.closing(Project(folder, Monitor())) as project:
        project.begin()
        try:
            layer = project.ask(questions.layer)
        except Failure:
            layer = {}  # `runserver` reports the error, and reloads once it is fixed.
    named: list[dict[str, Any]] = layer.get("redis") or []
    return named[:1] or [{"address": url} for url in lesson.broker]


def migrate_command(folder: Path) -> list[str]:
    """The command that makes the database of a project; empty where there is one."""
    database = folder / "db.sqlite3"
    if database.exists() and database.stat().st_size:  # It can be an empty file.
        return []
    return [sys.executable, "manage.py", "migrate", "--verbosity=0"]


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
