"""The learner's project on several Daphnes, in a copy of its own.

What the crowd says is saved in the database of the copy, and deleted with it. Nothing
of ours runs in these processes: they are what `daphne mysite.asgi:application` starts.
"""

import asyncio
import contextlib
import json
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from checks.course import folders
from checks.course.lessons import Lesson
from checks.learn.ports import any_free, wait_until_listening
from checks.learn.supervisor import ATTACHED, end, last_line
from checks.verdict import Cause, Finding

STARTING = 60.0
"""Seconds that a server may take to start, and the database to be made."""
USERS = 20
"""How many people there are, each with several tabs, where one has to log in."""
APPLICATION = "mysite.asgi:application"


@dataclass
class Server:
    """One Daphne; `log` is what it has printed."""

    process: asyncio.subprocess.Process
    port: int
    log: Path

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    @property
    def memory(self) -> int:
        """The memory that it holds, in KiB; 0 if it has ended."""
        ps = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        return int(subprocess.run(ps, capture_output=True, check=False).stdout or 0)

    @property
    def cpu(self) -> float | None:
        """Seconds of a processor that it has used; None where nobody knows that."""
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return None
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def ended(self) -> str | None:
        """The last line that it printed, if it has ended."""
        return None if self.process.returncode is None else last_line(self.log)


@dataclass(frozen=True)
class Prepared:
    """What a copy of the project is ready with: users, and a layer."""

    cookies: tuple[str, ...]
    cannot: str
    layer: dict[str, Any]


def copy(project: Path, into: Path) -> None:
    """Copy what people have written, without databases."""
    for path, file in folders.read(project).items():
        folders.write(file, into / path)


async def prepare(lesson: Lesson, folder: Path) -> Prepared:
    """Make the database of a copy, and log users in.

    Raises Finding where the project cannot be loaded, or its database is elsewhere.
    """
    names = [f"user-{number}" for number in range(1, USERS + 1)]
    log = folder.parent / "prepare.log"
    process = await _started(folder, log, "checks.load.prepared", *names, pipe=True)
    try:
        async with asyncio.timeout(STARTING):
            printed = await _printed(process)
    except TimeoutError:
        _does_not_start(lesson, "its database to be made", f"not in {STARTING:.0f} s")
    finally:
        await end(process)
    if process.returncode:
        _does_not_start(lesson, "the project to be loaded", last_line(log))
    found = json.loads(printed.splitlines()[-1])
    if "elsewhere" in found:
        _stays_away_from(found["elsewhere"])
    return Prepared(tuple(found["cookies"]), found["cannot"], found["layer"])


def _stays_away_from(database: str) -> NoReturn:
    """Raise the Finding that a database is not for what a crowd says."""
    cause = Cause(
        "project",
        "the database to be an SQLite file in your project, of which a copy is used",
        f"it is {database}",
        "Start servers on a database that may be filled, and name one of them: "
        "ADDRESS=http://localhost:8001.",
    )
    raise Finding(cause)


def _does_not_start(lesson: Lesson, expected: str, got: str) -> NoReturn:
    cure = f"Type make check STEP={lesson.step}: it says more."
    raise Finding(Cause("project", expected, got, cure))


async def _printed(process: asyncio.subprocess.Process) -> bytes:
    """What a process prints until it ends.

    `communicate()` closes its standard input on Python 3.13, which would end it.
    """
    printed = await process.stdout.read() if process.stdout else b""
    await process.wait()
    return printed


@contextlib.asynccontextmanager
async def served(
    lesson: Lesson, folder: Path, count: int
) -> AsyncIterator[list[Server]]:
    """So many Daphnes of the project in a folder, for as long as the context lasts.

    Raises Finding if one does not start.
    """
    servers: list[Server] = []
    try:
        for number in range(1, count + 1):
            port, log = any_free(), folder.parent / f"server-{number}.log"
            options = ("-b", "127.0.0.1", "-p", str(port), APPLICATION)
            process = await _started(folder, log, "daphne", *options)
            servers.append(Server(process, port, log))
        for server in servers:
            await _listens(lesson, server)
        yield servers
    finally:
        await asyncio.gather(*(end(server.process) for server in servers))


async def _started(
    folder: Path, log: Path, *command: str, pipe: bool = False
) -> asyncio.subprocess.Process:
    """Run a Python module in a folder; it ends with this process."""
    with log.open("wb") as out:
        return await asyncio.create_subprocess_exec(
            *(*ATTACHED, *command),
            cwd=folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE if pipe else out,
            stderr=out,
            process_group=0,
        )


async def _listens(lesson: Lesson, server: Server) -> None:
    """Wait until a server listens. Raises Finding when it ends, or does not."""
    listening = asyncio.create_task(wait_until_listening(server.port))
    ending = asyncio.create_task(server.process.wait())
    try:
        await asyncio.wait(
            (listening, ending), timeout=STARTING, return_when="FIRST_COMPLETED"
        )
        if not listening.done():
            _does_not_start(
                lesson, f"`daphne {APPLICATION}` to start", last_line(server.log)
            )
    finally:
        listening.cancel()
        ending.cancel()
