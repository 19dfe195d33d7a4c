"""A network of its own for a process and its children: this machine, and nobody else.

There, `localhost` is another one than outside: its ports are free, and no Redis of
other people listens. See `man 7 network_namespaces`.
"""

import contextlib
import fcntl
import os
import socket
import struct
import sys

from checks.sandbox.namespaces import CLONE_NEWNET, unshared

SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1

_entered: list[bool] = []


def is_own() -> bool:
    """Whether this process, or the one that has forked it, is in such a network."""
    return bool(_entered)


def enter() -> bool:
    """Move this process into a network of its own; False where that is not possible.

    It must not have a second thread yet.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError), unshared(CLONE_NEWNET):
            set_up()
    return is_own()


def set_up() -> None:
    """Switch `localhost` on, in a network that is new."""
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)
    _entered.append(True)


def is_possible() -> bool:
    """Whether this system gives a process a network of its own: a child tries."""
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(OSError):
            status = 0 if enter() else 1
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0
