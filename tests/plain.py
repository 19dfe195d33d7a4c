"""A project that nobody watches: served by `daphne`, as people type it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import environment
from tests.machine import free_port

OWN_PREFIX = """
for layer in globals().get("CHANNEL_LAYERS", {{}}).values():
    if "redis" in layer["BACKEND"]:
        layer.setdefault("CONFIG", {{}})["prefix"] = {prefix!r}
"""


def with_own_groups(project: Path) -> Path:
    """Let nobody else be in this project's groups, and return its folder.

    The tests share the Redis that the lessons name, where a group of the same name is
    the same group, whichever project its members are of.
    """
    with (project / "mysite/settings.py").open("a", encoding="utf-8") as settings:
        settings.write(OWN_PREFIX.format(prefix=str(project)))
    return project


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
            stdin=subprocess.DEVNULL,
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
def served(project: Path) -> Iterator[Daphne]:
    """One server process of a project."""
    server = Daphne(project)
    try:
        server.start()
        yield server
    finally:
        server.stop()
