"""A learner's project, served by real Daphnes on free ports, as `make learn` does."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import environment
from tests.machine import free_port


class Daphne:
    """One server process of a project, which can be ended and started again."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        daphne = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p"]
        self.process = subprocess.Popen(
            [*daphne, str(self.port), "mysite.asgi:application"],
            cwd=self.project,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr
        for line in self.process.stderr:
            if "Listening on TCP address" in line:
                return
        raise AssertionError("Daphne has ended")

    def stop(self) -> None:
        """End it as a crash would: every connection breaks."""
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None


@contextlib.contextmanager
def served(project: Path) -> Iterator[tuple[Daphne, Daphne]]:
    """Two server processes of the same project."""
    servers = Daphne(project), Daphne(project)
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.stop()
