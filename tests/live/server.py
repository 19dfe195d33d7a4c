"""The live results as `make learn` runs them: a Daphne of their own, on a port."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from checks.course.lessons import ROOT
from checks.sandbox import embedded_redis
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port, until

LOST = re.compile(
    r"\S+ \S+ ERROR +Future exception was never retrieved\nfuture: .*"
    r"(BrokenPipe|ConnectionReset)Error.*\nTraceback .*\n(  .*\n)*"
    r"(BrokenPipe|ConnectionReset)Error: .*\n"
)
"""What asyncio logs of a connection that was lost while something was sent."""
SITE = 8000
"""The port of the site; nothing needs to listen there."""


class Live:
    """A running server of the live results, and where its Redis is."""

    def __init__(self, redis: int, folder: Path, *options: str) -> None:
        self.redis, self.port = redis, free_port()
        self.redis_url = f"redis://127.0.0.1:{redis}"
        self.hints, self.log = folder / "hints.json", folder / "log"
        self.history = folder / "history"
        self.process = self._start(
            *(sys.executable, "-m", "daphne", "-v", "0", *options),
            *("-b", "127.0.0.1", "-p", str(self.port)),
            "checks.live.asgi:application",
        )
        assert until(lambda: embedded_redis.listens(self.port)), self.log.read_text()

    def _start(self, *command: str) -> "subprocess.Popen[bytes]":
        variables = environment(
            LIVE_REDIS=self.redis_url,
            LIVE_SITE_PORT=str(SITE),
            LIVE_HINTS=str(self.hints),
            LIVE_HISTORY=str(self.history),
        )
        with self.log.open("w") as log:
            return subprocess.Popen(command, cwd=ROOT, env=variables, stderr=log)

    @property
    def memory(self) -> int:
        """MiB that the process holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 2**20

    def terminate(self) -> int:
        """End it as `make learn` does; return how it ended."""
        self.process.terminate()
        try:
            return self.process.wait(TIMEOUT)
        finally:
            self.process.kill()


@contextlib.contextmanager
def running(redis: int, folder: Path, *options: str) -> Iterator[Live]:
    """A server, and no line in its log: nothing that a page does is an exception.

    But where something was on its way to a Redis that died, asyncio says so.
    """
    live = Live(redis, folder, *options)
    try:
        yield live
    finally:
        live.terminate()
    assert LOST.sub("", live.log.read_text()) == ""
