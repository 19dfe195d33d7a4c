"""`make run` and `make docs`: a server in the foreground, and what it needs."""

import contextlib
import os
import signal
import socket
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
from checks.verdict import Cause, Finding

ENDING = 2.0
"""Seconds that a server has to end by itself after Ctrl-C."""


def run_project(lesson: Lesson, folder: Path, port: int) -> int:
    """Serve a learner's project with `runserver`, reloading, until Ctrl-C.

    Returns the exit status. Raises Finding when its Redis cannot be reached.
    """
    with contextlib.ExitStack() as stack:
        for host in _hosts(lesson, folder):
            name = _reached(stack, host)
            print(f"Redis: {name}", file=sys.stderr)
        if migrate := migrating(folder):
            subprocess.run(migrate, cwd=folder, check=False, stderr=subprocess.DEVNULL)
        manage = [sys.executable, "manage.py", "runserver", f"localhost:{port}"]
        return foreground(manage, folder)


def _reached(stack: contextlib.ExitStack, host: dict[str, Any]) -> str:
    """Reach a Redis until the stack is closed, and return its name."""
    from checks.sandbox import broker  # redis-py, which most lessons do without

    try:
        return stack.enter_context(broker.reached(host)).name
    except Failure as failure:
        raise Finding(diagnose(failure, Timeline()).cause) from None


def free(port: int, option: str = "PORT") -> None:
    """Raise a Finding if something listens on a port that a command wants.

    `option` is what one types to have another.
    """
    try:
        socket.create_server(("localhost", port)).close()
    except OSError:
        raise Finding(
            Cause(
                "machine",
                f"port {port} to be free",
                "another program listens there",
                f"Stop it, or type another port, such as {option}={port + 100}.",
            )
        ) from None


def _hosts(lesson: Lesson, folder: Path) -> list[dict[str, Any]]:
    """Where the project's layer is; where the lesson puts it, until it names one."""
    with contextlib.closing(Project(folder, Monitor())) as project:
        project.begin()
        try:
            layer = project.ask(questions.layer)
        except Failure:
            layer = {}  # `runserver` tells what is wrong, and reloads once mended.
    named: list[dict[str, Any]] = layer.get("redis") or []
    return named[:1] or [{"address": url} for url in lesson.broker]


def migrating(folder: Path) -> list[str]:
    """The command that makes the database of a project; none where there is one."""
    database = folder / "db.sqlite3"
    if database.exists() and database.stat().st_size:  # It can be an empty file.
        return []
    return [sys.executable, "manage.py", "migrate", "--verbosity=0"]


def foreground(command: Sequence[str | Path], folder: Path) -> int:
    """Run a server in the terminal's foreground, and leave nothing of it running.

    Returns its exit status. Raises KeyboardInterrupt when it was ended by Ctrl-C.
    """
    process = subprocess.Popen(command, cwd=folder, process_group=0)
    with _terminal_of(process.pid):
        try:
            process.wait()
        except KeyboardInterrupt:
            _signal(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDING)
            raise
        finally:
            _signal(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode == 0:  # A server ends well only when it is told to.
        raise KeyboardInterrupt
    return process.returncode


@contextlib.contextmanager
def _terminal_of(group: int) -> Iterator[None]:
    """Let a process group have the terminal, as a shell does, so that Ctrl-C is its."""
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
