"""Servers of a project, as `make learn` forks them, and what they report."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from checks.course.lessons import ROOT
from tests.machine import TIMEOUT, free_port

PATH = "/ws/chat/lobby/"

Event = dict[str, Any]


class Served:
    """Servers that run, on these ports."""

    def __init__(self, process: asyncio.subprocess.Process, ports: list[int]) -> None:
        self.process, self.ports = process, ports

    async def report(self, kind: str = "") -> tuple[int, str, Event]:
        """The next report: the number of the server, what it is, and the event.

        Of this kind, if one is named.
        """
        assert self.process.stdout
        async with asyncio.timeout(TIMEOUT):
            while line := await self.process.stdout.readline():
                port, what, *facts = line.decode().split(maxsplit=2)
                if what == kind or not kind:
                    event = json.loads(facts[0]) if facts else {}
                    return self.ports.index(int(port)) + 1, what, event
        raise AssertionError("the servers have ended")

    async def connect(
        self, number: int = 1, path: str = PATH, origin: Any = "http://localhost:8000"
    ) -> ClientConnection:
        """Connect to a server, as soon as it listens."""
        address = f"ws://localhost:{self.ports[number - 1]}{path}"
        async with asyncio.timeout(TIMEOUT):
            while True:
                try:
                    return await connect(address, origin=origin, proxy=None)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def served(project: Path, servers: int = 1) -> AsyncIterator[Served]:
    """So many servers of a project, until the context ends."""
    pipes = {free_port(): os.pipe() for _ in range(servers)}
    outs = [(port, out) for port, (_, out) in pipes.items()]
    request = json.dumps({"project": str(project), "servers": outs})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "checks.learn.forkserver", request),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=[out for _, out in outs],
    )
    assert process.stdin
    try:
        process.stdin.write(b".")
        yield Served(process, list(pipes))
    finally:
        process.stdin.close()
        await process.wait()
        for pipe in pipes.values():
            for end in pipe:
                os.close(end)
