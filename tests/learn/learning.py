"""`python -m checks learn` as somebody types it, in a copy of the course."""

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port

SOURCES = (
    *("checks", "docs", "solutions", "requirements"),
    *("tests/submissions", "tests/toy_course"),
)
INCLUDED = "capacity.md"
"""Lesson 11 shows its table."""
LEFT_OUT = shutil.ignore_patterns("db.sqlite3", "build", "*.pyc.*")
"""The bytecode comes along: to compile the checker again takes a second or two. What
another process is writing of it has a longer name, and is gone a moment later."""


def copy_of_the_course(folder: Path) -> Path:
    """The course as it is now, for somebody to write in."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for file in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / file, folder / file)
    shutil.copytree(ROOT / "checks/starters", folder / "lessons")
    return folder


def copy_with_the_lessons(folder: Path) -> Path:
    """A copy whose site has no other pages: to build those takes twice as long."""
    copy_of_the_course(folder)
    shutil.rmtree(folder / "docs/contribute")
    for page in (folder / "docs/reference").rglob("*.md"):
        if page.name != INCLUDED:
            page.unlink()
    return folder


class Learning:
    """The command, running, and what it prints."""

    def __init__(
        self,
        course: Path,
        ports: list[int] | None = None,
        *,
        parent: str = "",
        typed: tuple[str, ...] = (),
    ) -> None:
        self.course = course
        self.ports = ports or [free_port() for _ in range(4)]
        self.site, self.project, self.live, self.second = self.ports
        named = {
            "--site-port": self.site,
            "--port": self.project,
            "--live-port": self.live,
            "--second-port": self.second,
        }
        options = [str(word) for option in named.items() for word in option]
        command = [sys.executable, "-m", "checks", "learn", "1", "--no-open", *options]
        command += typed
        makes = {"MAKELEVEL": "1"} if parent else {}
        self.temporary = course.with_name("temporary")
        self.temporary.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            ["sh", "-c", parent, *command] if parent else command,
            cwd=course,
            env=environment(PYTHONUNBUFFERED="1", TMPDIR=str(self.temporary), **makes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed, self.news = "", threading.Condition()
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self.news:
                self.printed += line
                self.news.notify_all()

    def prints(self, pattern: str, after: int = 0) -> int:
        """Wait until something is printed, after so many characters; where it ends."""
        with self.news:
            there = re.compile(pattern).search
            found = self.news.wait_for(lambda: there(self.printed, after), TIMEOUT)
        assert found, f"no {pattern!r} after:\n{self.printed[after:]}"
        return found.end()

    def file(self, name: str, lesson: str = "01_consumer") -> Path:
        """A file of a lesson."""
        return self.course / "lessons" / lesson / name

    def solve(self, lesson: str = "01_consumer") -> None:
        """Write what the course would."""
        self._lay(self.course / "solutions" / lesson, lesson)

    def begin_again(self, lesson: str = "01_consumer") -> None:
        """Write the starter."""
        self._lay(self.course / "checks/starters" / lesson, lesson)

    def _lay(self, files: Path, lesson: str) -> None:
        folder = self.course / "lessons" / lesson
        # Saved now, as by an editor: copy2 would keep the time of the original.
        shutil.copytree(files, folder, dirs_exist_ok=True, copy_function=shutil.copy)

    def end(self, signum: int = signal.SIGINT) -> tuple[int, float]:
        """End it; the exit status, and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signum)
        status = self.process.wait(TIMEOUT)
        seconds = time.monotonic() - began
        self.reading.join(TIMEOUT)
        if self.process.stdout:
            self.process.stdout.close()
        return status, seconds

    def left(self) -> list[Path]:
        """What it has left in the folder for temporary files, but for its locks."""
        return sorted(
            set(self.temporary.iterdir())
            - set(self.temporary.glob("channels-course-*"))
        )

    def learns(self, *typed: str, **variables: str) -> str:
        """What `python -m checks learn` prints that is typed in another terminal."""
        command = [sys.executable, "-m", "checks", "learn", *typed]
        done = subprocess.run(
            command,
            cwd=self.course,
            env=environment(OPEN="0", **variables),
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT,
        )
        return done.stdout + done.stderr

    def processes(self) -> dict[int, str]:
        """The command lines of what runs in this course, by their process."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (entry / "cwd").resolve().is_relative_to(self.course):
                    found[int(entry.name)] = (entry / "cmdline").read_text()
        return found


def get(port: int, path: str) -> str:
    """A page, over HTTP; nothing while nobody answers there."""
    address = f"http://localhost:{port}{path}"
    try:
        with urlopen(address, timeout=TIMEOUT) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""


def refuses(port: int) -> bool:
    """Whether nobody listens at a port."""
    try:
        socket.create_connection(("localhost", port)).close()
    except OSError:
        return True
    return False


Begin = Callable[..., Learning]
"""Begins to run the command, with what `Learning` is given."""
