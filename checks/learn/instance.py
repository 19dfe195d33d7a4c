"""The one `make learn` of a clone: a second one finds it, and asks it for a lesson."""

import asyncio
import contextlib
import dataclasses
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console

from checks.course.lessons import Lesson
from checks.learn.supervisor import LOGS
from checks.live.publish import choose
from checks.show import webpage
from checks.show.terminal import print_wrapped
from checks.verdict import Cause, Finding

FILE = LOGS / "running.json"
"""Locked for as long as `make learn` runs, so that the file of one killed is free."""
ANSWERING = 3.0
"""Seconds that the other instance may take to be asked for a lesson."""


@dataclass(frozen=True)
class Ports:
    """Where everything listens; `second` is the project's second process."""

    site: int
    project: int
    live: int
    second: int


@dataclass(frozen=True)
class Instance:
    """A running `make learn`; `serves_site` is whether its pages are up."""

    ports: Ports
    redis: int
    serves_site: bool = False

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.ports.site}/"

    def choose(self, lesson: Lesson) -> bool:
        """Ask it to check this lesson from now on; whether it could be asked."""
        asking = choose(f"redis://127.0.0.1:{self.redis}", lesson.slug)
        try:
            asyncio.run(asyncio.wait_for(asking, ANSWERING))
        except (OSError, TimeoutError):
            return False
        return True


class Claim:
    """The lock of this instance, and what others can read about it."""

    def __init__(self, file: TextIO | None) -> None:
        self.file = file

    def write(self, instance: Instance) -> None:
        """Let others know where everything is."""
        if self.file:
            self.file.seek(0)
            self.file.truncate()
            json.dump(dataclasses.asdict(instance), self.file)
            self.file.flush()


@contextlib.contextmanager
def only_one(path: Path = FILE) -> Iterator[Claim | Instance]:
    """Yield a claim on the clone, or the instance that has it.

    Where files cannot be locked or written, nobody finds anybody. Raises Finding if the
    other instance is only starting.
    """
    with contextlib.ExitStack() as stack:
        file: TextIO | None = None
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            file = stack.enter_context(os.fdopen(fd, "r+", encoding="utf-8"))
        yield _instance_in(file) or Claim(file)


def _instance_in(file: TextIO | None) -> Instance | None:
    """The instance that holds the lock of this file; None if it is ours now."""
    if file is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(file)
    except OSError:  # This file system has no locks.
        return None
    return None


def _read(file: TextIO) -> Instance:
    try:
        known = json.load(file)
        return Instance(**known | {"ports": Ports(**known["ports"])})
    except (ValueError, TypeError, LookupError):
        cause = Cause(
            "machine",
            "`make learn` to run once for this folder",
            "another one is starting",
            "Look for its terminal, or wait until it has printed its addresses.",
        )
        raise Finding(cause) from None


def join(
    other: Instance,
    lesson: Lesson | None,
    ports: Ports,
    console: Console,
    *,
    opening: bool,
) -> None:
    """Open a lesson in the `make learn` that runs already, and say where it is."""
    there = other.address if other.serves_site else "in another terminal"
    found = f"Already running{' at' * other.serves_site} {there}"
    if lesson is None:
        print_wrapped(console, f"{found}.")
    elif other.choose(lesson):
        print_wrapped(console, f"{found}: opened lesson {lesson.step} there.")
    else:
        print_wrapped(console, f"{found}, and it does not answer: end it with Ctrl-C.")
    if ports != other.ports:
        words = "Its ports stay as they are: for others, end it with Ctrl-C first."
        print_wrapped(console, words)
    if opening and other.serves_site:
        path = f"lessons/{lesson.slug}/" if lesson else ""
        webpage.open_page(other.address + path)
