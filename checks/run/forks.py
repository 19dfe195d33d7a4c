"""One process in which everything is imported, and its forks: warm processes.

Each fork is what `python -m checks.run.warm` is, and shares the memory of what is
imported with the others. `python -m checks.run.forks FD` reads requests from the socket
FD: the JSON that `checks.run.warm` is given, with two file descriptors, which become
the standard input and output of the fork. The answer is the number of its process. When
the socket is closed, it waits for the end of its forks, ends what they have left, and
ends.
"""

import gc
import json
import os
import signal
import socket
import sys
import time
from typing import Any, NoReturn

from checks.run import events, warm
from checks.sandbox import stray_processes

LARGEST = 1 << 16
"""Bytes of a request."""
INPUT_AND_OUTPUT = 2


def serve(requests: socket.socket) -> None:
    """Fork a warm process for each request, until no more can come."""
    stray_processes.become_subreaper()
    while True:
        data, fds, *_ = socket.recv_fds(requests, LARGEST, INPUT_AND_OUTPUT)
        if not data:
            return
        pid = os.fork()
        if pid == 0:
            requests.close()
            _become_warm(fds, json.loads(data))
        for fd in fds:
            os.close(fd)
        requests.sendall(f"{pid}\n".encode())
        _reap()


def _become_warm(fds: list[int], request: dict[str, Any]) -> NoReturn:
    """Be a process of its own group, with these as standard streams. Never returns."""
    status = 1
    try:
        os.setpgid(0, 0)
        for name, fd in enumerate(fds):
            os.dup2(fd, name)
            os.close(fd)
        warm.main(**request)
        status = 0
    finally:
        os._exit(status)


def _reap() -> None:
    """Take notice of the children that have ended."""
    for pid in stray_processes.children():
        os.waitpid(pid, os.WNOHANG)


def _end_all() -> None:
    """Wait until the forks have ended, as their input has; then kill what is left."""
    deadline = time.monotonic() + 2 * events.CLEANUP
    while stray_processes.children() and time.monotonic() < deadline:
        _reap()
        time.sleep(0.01)
    stray_processes.kill(set())


def main(fd: int) -> None:
    """Import everything, then answer requests."""
    for signum in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)  # It ends when its socket does.
    warm.prepare(redis=True)
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=fd) as requests:
        serve(requests)
    _end_all()


if __name__ == "__main__":
    main(int(sys.argv[1]))
