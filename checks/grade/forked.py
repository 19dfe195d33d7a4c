"""Starts warm processes as forks of one (`checks.run.forks`): they share its memory."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from typing import Any, Self

from checks.course.lessons import ROOT
from checks.learn.supervisor import ended
from checks.run.events import CLEANUP


class ForkedProcess:
    """A warm process that somebody else has forked: the part of `Process` in use.

    Its end is that of its output, as its status goes to its own parent.
    """

    def __init__(self, pid: int, requests: int, stdout: asyncio.StreamReader) -> None:
        self.pid, self.stdout = pid, stdout
        self.stdin = RequestPipe(requests)

    @property
    def returncode(self) -> int | None:
        """None as long as it may still write."""
        return 0 if self.stdout.at_eof() else None

    async def wait(self) -> None:
        """Wait for its end."""
        await self.stdout.read()


class RequestPipe:
    """The writing end of a pipe, for a byte at a time: that never has to wait."""

    def __init__(self, fd: int) -> None:
        self.file = open(fd, "wb", buffering=0)  # noqa: SIM115 (closed when asked to)

    def write(self, data: bytes) -> None:
        """Write; that nobody reads any more is seen at the other pipe."""
        with contextlib.suppress(BrokenPipeError):
            self.file.write(data)

    def close(self) -> None:
        """Close it, at most once."""
        self.file.close()


class Forks:
    """The process that forks warm ones, for as long as the context lasts."""

    async def __aenter__(self) -> Self:
        """Start it; it answers a second later, and can be asked before."""
        self.asking = asyncio.Lock()
        self.socket, other = socket.socketpair()
        self.socket.settimeout(0)
        with other:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "checks.run.forks", str(other.fileno())),
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=[other.fileno()],
                process_group=0,
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ask it to end, and wait until it and all that it forked have."""
        self.socket.close()
        await ended(self.process, 4 * CLEANUP)
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def start(self, request: dict[str, Any], limit: int) -> ForkedProcess:
        """A new warm process; a line of its output has at most `limit` bytes.

        Raises EOFError when the process that forks is gone.
        """
        given, requests = os.pipe()
        answers, written = os.pipe()
        try:
            async with self.asking:
                pid = await self._fork(request, given, written)
        except BaseException:
            os.close(requests)
            os.close(answers)
            raise
        finally:
            os.close(given)
            os.close(written)
        return ForkedProcess(pid, requests, await _reader(answers, limit))

    async def _fork(self, request: dict[str, Any], given: int, written: int) -> int:
        socket.send_fds(self.socket, [json.dumps(request).encode()], [given, written])
        answer = await asyncio.get_running_loop().sock_recv(self.socket, 64)
        if not answer:
            raise EOFError("the process that forks others has ended")
        return int(answer)


async def _reader(fd: int, limit: int) -> asyncio.StreamReader:
    """What reads a pipe; a line has at most `limit` bytes."""
    reader = asyncio.StreamReader(limit)
    loop = asyncio.get_running_loop()
    protocol = asyncio.StreamReaderProtocol(reader)
    await loop.connect_read_pipe(lambda: protocol, os.fdopen(fd, "rb", 0))
    return reader
