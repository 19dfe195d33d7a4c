"""The servers of the learner's project while `make learn` runs, and their state."""

import asyncio
import contextlib
import dataclasses
import functools
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from checks.course.lessons import ROOT, Lesson
from checks.learn import new_database
from checks.learn.messages import Messages
from checks.learn.ports import require_free, wait_until_listening
from checks.learn.supervisor import RESTART_DELAY, end, ended
from checks.learn.tracebacks import Tracebacks
from checks.live.pages import Pages
from checks.show.terminal import QUIET, print_line, print_wrapped
from checks.show.text import show_cause
from checks.verdict import Finding

MIGRATING = 30.0
"""Seconds that a project may take to make its database."""
LONGEST_LINE = 1 << 20
"""Bytes of one line that a project prints; longer ones are not shown."""


@dataclass
class ServerState:
    """One server of the project: whether it is up, and if not, why."""

    number: int
    port: int
    state: str = "starting"
    why: str | None = None


class ProjectServers:
    """A learner's project on its ports, restarted whenever that is asked for.

    `on_line` is called after each line that a server prints, and this prints. The
    address of the project is printed when it is served for the first time.
    """

    def __init__(
        self, lesson: Lesson, ports: dict[str, int], pages: Pages, console: Console
    ) -> None:
        self.lesson, self.pages, self.console = lesson, pages, console
        self.ports = ports
        self.states = {
            port: ServerState(number, port)
            for number, port in enumerate(ports.values(), 1)
        }
        self.restart_requested = asyncio.Event()
        self.starting: dict[int, asyncio.Task[None]] = {}
        self.last_line: dict[int, str] = {}
        self.known: Counter[str] = Counter()
        send = functools.partial(pages.send, "message", lesson=lesson.slug)
        self.messages = Messages(lesson.folder, send)
        self.on_line: Callable[[], None] = lambda: None
        self.is_announced = False

    def restart(self) -> None:
        """Serve the project as its files are now."""
        self.restart_requested.set()

    async def serve(self) -> None:
        """Serve it until cancelled, even if the process that forks the servers ends."""
        self._send_states()
        while True:
            try:
                await self._run_forkserver()
            except* EOFError:
                await asyncio.sleep(RESTART_DELAY)
                self.restart()

    async def _run_forkserver(self) -> None:
        """Run `checks.learn.forkserver`, with a pipe for what each server prints."""
        pipes = {port: os.pipe() for port in self._free_ports()}
        process = await self._start({port: out for port, (_, out) in pipes.items()})
        try:
            async with asyncio.TaskGroup() as tasks:
                for port, (read, out) in pipes.items():
                    os.close(out)
                    tasks.create_task(self._print(port, read))
                tasks.create_task(self._read_events(process))
                tasks.create_task(self._request_restarts(process))
        finally:
            for task in self.starting.values():
                task.cancel()
            await end(process)

    async def _migrate(self) -> None:
        """Make the database, if the project can be loaded and has none."""
        if not (command := new_database.command(self.lesson.folder)):
            return
        nowhere = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=new_database.FROM,
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            process_group=0,
        )
        try:
            await ended(process, MIGRATING)
        finally:
            await end(process)
            new_database.delete_draft(self.lesson.folder, process.pid)

    def _free_ports(self) -> Iterator[int]:
        """The ports that are free; the others are reported."""
        for option, port in self.ports.items():
            try:
                require_free(port, option)
            except Finding as finding:
                show_cause(finding.cause, self.console)
                self._set_state(port, "down", finding.cause.sentence())
            else:
                yield port

    async def _start(self, outs: dict[int, int]) -> asyncio.subprocess.Process:
        request = {"project": str(self.lesson.folder), "servers": list(outs.items())}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "checks.learn.forkserver", json.dumps(request)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=tuple(outs.values()),
            process_group=0,
        )

    async def _request_restarts(self, process: asyncio.subprocess.Process) -> None:
        while process.stdin:
            await self.restart_requested.wait()
            self.restart_requested.clear()
            await self._migrate()
            process.stdin.write(b".")

    async def _read_events(self, process: asyncio.subprocess.Process) -> None:
        """Read which server was started or ended. Raises EOFError at the end."""
        while process.stdout and (event := await process.stdout.readline()):
            port, what, *facts = event.decode().split(maxsplit=2)
            if facts:
                with contextlib.suppress(ValueError):  # Two have written at once.
                    self._take(int(port), what, json.loads(facts[0]))
            else:
                self._note(int(port), what)
        raise EOFError("the process has ended")

    def _take(self, port: int, what: str, event: dict[str, Any]) -> None:
        """Take in what a server reports, for the pages."""
        number = self.states[port].number
        if what == "message":
            self.messages.take(number, event)
        else:  # Why a WebSocket was not accepted.
            self.pages.send(what, lesson=self.lesson.slug, server=number, **event)

    def _note(self, port: int, event: str) -> None:
        """Note that a server was started, or ended by itself."""
        self.messages.forget(self.states[port].number)
        if port in self.starting:
            self.starting.pop(port).cancel()
        if event == "started":
            self._set_state(port, "starting")
            self.starting[port] = asyncio.create_task(self._notice_listening(port))
        else:
            self._set_state(port, "down", self.last_line.get(port))

    async def _notice_listening(self, port: int) -> None:
        await wait_until_listening(port)
        self._set_state(port, "up")
        if self.states[port].number == 1 and not self.is_announced:
            self.is_announced = True
            address = f"http://localhost:{port}/chat/lobby/"
            print_wrapped(self.console, address, f"{'Your project':<14}")

    def _set_state(self, port: int, state: str, why: str | None = None) -> None:
        """Note the state of a server, and send it to the pages."""
        server = self.states[port]
        server.state, server.why = state, why
        self._send_states()

    def _send_states(self) -> None:
        servers = [dataclasses.asdict(server) for server in self.states.values()]
        self.pages.send("project", lesson=self.lesson.slug, servers=servers)

    async def _print(self, port: int, read: int) -> None:
        """Print what a server prints once it is up. Why it is not, a check reports."""
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        loop = asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(reader)
        await loop.connect_read_pipe(lambda: protocol, os.fdopen(read, "rb"))
        tracebacks = Tracebacks(self.known)
        async for printed in lines(reader):
            self.last_line[port] = printed.strip() or self.last_line.get(port, "")
            if self.states[port].state == "up":
                self._print_lines(port, tracebacks.take(printed))
        self._print_lines(port, tracebacks.rest())

    def _print_lines(self, port: int, printed: list[str]) -> None:
        for line in printed:
            print_line(self.console, f"{port} │ {line}", QUIET)
            self.on_line()


async def lines(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    """The lines that can be read; a line that is too long is left out."""
    while True:
        try:
            read = await reader.readline()
        except ValueError:
            continue
        if not read:
            return
        yield read.decode(errors="replace").rstrip("\n")
