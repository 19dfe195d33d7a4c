"""The learner's project as `make learn` has it running, and what is told of it."""

import asyncio
import contextlib
import dataclasses
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from rich.console import Console

from checks.course.lessons import ROOT, Lesson
from checks.learn import serving
from checks.learn.kept import AGAIN, end, listening
from checks.live.pages import Pages
from checks.show.terminal import QUIET, line
from checks.show.text import show_cause
from checks.verdict import Finding

MIGRATING = 10.0
"""Seconds that a project may take to make its database."""
LONGEST_LINE = 1 << 20
"""Bytes of one line that a project prints; longer ones are not shown."""


@dataclass
class Server:
    """One process of the project: whether it is there, and if not, why."""

    number: int
    port: int
    state: str = "starting"
    why: str | None = None


class Served:
    """A learner's project on its ports, served anew whenever that is asked for."""

    def __init__(
        self, lesson: Lesson, ports: dict[str, int], pages: Pages, console: Console
    ) -> None:
        self.lesson, self.pages, self.console = lesson, pages, console
        self.ports = ports
        self.servers = {
            port: Server(number, port) for number, port in enumerate(ports.values(), 1)
        }
        self.wanted = asyncio.Event()
        self.looking: dict[int, asyncio.Task[None]] = {}
        self.last_words: dict[int, str] = {}

    def again(self) -> None:
        """Serve the project as its files are now."""
        self.wanted.set()

    async def serve(self) -> None:
        """Serve it until cancelled, also if the process ends that does so."""
        await self._migrate()
        while True:
            try:
                await self._serve_from_a_process()
            except* EOFError:
                await asyncio.sleep(AGAIN)
                self.again()

    async def _serve_from_a_process(self) -> None:
        pipes = {port: os.pipe() for port in self._free()}
        process = await self._start({port: out for port, (_, out) in pipes.items()})
        try:
            async with asyncio.TaskGroup() as tasks:
                for port, (read, out) in pipes.items():
                    os.close(out)
                    tasks.create_task(self._print(port, read))
                tasks.create_task(self._hear(process))
                tasks.create_task(self._serve(process))
        finally:
            for task in self.looking.values():
                task.cancel()
            await end(process)

    async def _migrate(self) -> None:
        """Make the database, if the project can be loaded and has none."""
        if not (command := serving.migrating(self.lesson.folder)):
            return
        nowhere = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.lesson.folder,
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            process_group=0,
        )
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), MIGRATING)
        finally:
            await end(process)

    def _free(self) -> Iterator[int]:
        """The ports that nobody else has; the others are told."""
        for option, port in self.ports.items():
            try:
                serving.free(port, option)
            except Finding as finding:
                show_cause(finding.cause, self.console)
                self._is(port, "down", finding.cause.sentence())
            else:
                yield port

    async def _start(self, outs: dict[int, int]) -> asyncio.subprocess.Process:
        asked = {"project": str(self.lesson.folder), "servers": list(outs.items())}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "checks.learn.served", json.dumps(asked)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=tuple(outs.values()),
            process_group=0,
        )

    async def _serve(self, process: asyncio.subprocess.Process) -> None:
        while process.stdin:
            await self.wanted.wait()
            self.wanted.clear()
            process.stdin.write(b".")

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        """Take in what the process says of its servers: one was forked, or ended."""
        while process.stdout and (said := await process.stdout.readline()):
            port, what = said.decode().split()
            if int(port) in self.looking:
                self.looking.pop(int(port)).cancel()
            if what == "started":
                self._is(int(port), "starting")
                look = self._look(int(port))
                self.looking[int(port)] = asyncio.create_task(look)
            else:
                self._is(int(port), "down", self.last_words.get(int(port)))
        raise EOFError("the process has ended")

    async def _look(self, port: int) -> None:
        await listening(port)
        self._is(port, "up")

    def _is(self, port: int, state: str, why: str | None = None) -> None:
        """Note the state of a server, and tell the pages."""
        server = self.servers[port]
        server.state, server.why = state, why
        servers = [dataclasses.asdict(server) for server in self.servers.values()]
        self.pages.tell("project", lesson=self.lesson.slug, servers=servers)

    async def _print(self, port: int, read: int) -> None:
        """Print what a server prints once it serves. Why it does not, a check tells."""
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        loop = asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(reader)
        await loop.connect_read_pipe(lambda: protocol, os.fdopen(read, "rb"))
        async for said in lines(reader):
            self.last_words[port] = said.strip() or self.last_words.get(port, "")
            if self.servers[port].state == "up":
                line(self.console, f"{port} │ {said}", QUIET)


async def lines(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    """The lines that can be read; of one that is too long, nothing."""
    while True:
        try:
            said = await reader.readline()
        except ValueError:
            continue
        if not said:
            return
        yield said.decode(errors="replace").rstrip("\n")
