"""Runs the checker's commands in forks of one process that has imported everything.

This takes half the time of starting `python -m checks` each time; only tests use it.
It reads one JSON object a line, a `Request`, and answers each with
the exit status.

With arguments it runs one command and ends: the folder of a course, then the command.
"""

import functools
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import checks.__main__ as commands
from checks import options, own_code
from checks.asking import own_tests
from checks.course.lessons import Course
from checks.observe import monitor
from checks.run import answers, run
from checks.sandbox import one_suite, processes, suites
from checks.show import terminal


def use_course(root: str) -> None:
    """Have the commands use the course in this folder.

    The variable TOY_SILENCE is the number of seconds after which silence is reported.
    With an hour, a test sees what is reported without waiting for silence. TOY_HANG is
    the number after which a test that somebody has written does not end. TOY_PROCESSES
    is how many processes a project may have, and TOY_STRICT has it confined as where
    others' projects are graded.
    """
    course = functools.partial(Course, Path(root))
    for module in (commands, own_code):
        vars(module).update(ROOT=Path(root), Course=course)
    vars(options).update(Course=course)
    if "TOY_SILENCE" in os.environ:
        monitor.SILENCE = float(os.environ["TOY_SILENCE"])
        monitor.Monitor.wait.__defaults__ = (monitor.SILENCE,)
    if "TOY_PROCESSES" in os.environ:
        processes.MOST_PROCESSES = int(os.environ["TOY_PROCESSES"])
    if "TOY_STRICT" in os.environ:
        strictly = functools.partial(answers.confinement, strict=True)
        vars(run).update(confinement=lambda lesson, **_: strictly(lesson))
    if "TOY_HANG" in os.environ:
        for module in (one_suite, own_tests, suites):
            vars(module).update(HANG=float(os.environ["TOY_HANG"]))


@dataclass(frozen=True)
class Request:
    """A command, as if it were typed in a folder; it reads and prints files."""

    folder: str
    stdin: str
    stdout: str
    stderr: str
    command: list[str]
    course: str | None
    """The folder of another course than this one."""
    variables: dict[str, str]

    def run(self) -> NoReturn:
        """Run the command in this process, and end it."""
        os.setsid()
        os.chdir(self.folder)
        os.environ.update(self.variables)
        os.dup2(os.open(self.stdin, os.O_RDONLY), 0)
        for name, fd in ((self.stdout, 1), (self.stderr, 2)):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), fd)
        self._read_variables()
        sys.argv[1:] = self.command
        if self.course:
            use_course(self.course)
        sys.exit(commands.run_command())

    def _read_variables(self) -> None:
        """Do again what depends on TMPDIR and COLUMNS, and was done at import."""
        tempfile.tempdir = None
        for module in (commands, own_code):
            vars(module).update(console=terminal.make_console())
        vars(commands).update(errors=terminal.make_console(stderr=True))


def serve() -> None:
    """Import what a check needs, then run one command after another until the end."""
    import pytest  # noqa: F401

    from checks.explain import cause, mistakes  # noqa: F401
    from checks.run import plugin, runner  # noqa: F401
    from checks.sandbox import redis_server  # noqa: F401
    from checks.sandbox.preload import preload

    mistakes.catalogue()
    preload()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            Request(**json.loads(line)).run()
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        use_course(sys.argv.pop(1))
        sys.exit(commands.run_command())
    serve()
