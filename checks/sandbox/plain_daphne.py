"""A `daphne` that serves a copy of a project, and has no code of ours in it.

It is confined as all processes of the project are, and cannot read the checker either.
"""

import functools
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from checks.sandbox.processes import Project

STARTING = 20.0
"""Seconds in which a server has to answer its first handshake."""
APPLICATION = "mysite.asgi:application"


class PlainDaphne:
    """One server, on a port of its own."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        confined = replace(project.confinement, sees_checker=False)
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
            self.port: int = listening.getsockname()[1]
            fd = listening.fileno()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "daphne", "-e", f"fd:fileno={fd}", APPLICATION],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[fd],
                start_new_session=True,
                # There is no second thread here.
                preexec_fn=functools.partial(confined.apply, folder),  # noqa: PLW1509
            )

    def starting(self) -> float:
        """The seconds that a handshake may take, which waits for the start."""
        return min(STARTING, max(0.0, self.project.monitor.left))

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(
    project: Project, names: set[str], *, share: bool
) -> Iterator[dict[str, PlainDaphne]]:
    """A server for each name, as long as the context lasts.

    Each has its own copy of the project, with the databases of the run, so that they
    have nothing in common but Redis; where they `share` a database, all have the same.
    """
    folders = {name: _folder(project, "" if share else name) for name in sorted(names)}
    servers: dict[str, PlainDaphne] = {}
    try:
        for name, folder in folders.items():
            servers[name] = PlainDaphne(project, folder)
        yield servers
    finally:
        for server in servers.values():
            server.stop()


def _folder(project: Project, name: str) -> Path:
    """A copy of the project; it is made once."""
    folder = project.folder / f"plain-{name.replace(' ', '-')}"
    if not folder.exists():
        shutil.copytree(project.path, folder, symlinks=True)
        for database in project.folder.glob("db-*/*"):
            shutil.copy(database, folder / database.name)
    return folder
