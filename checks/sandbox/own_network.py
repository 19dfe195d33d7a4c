"""A network of its own for a process and its children: this machine, and nobody else.

There, `localhost` is another one than outside: its ports are free, and no Redis of
other people listens. Linux gives one to root, and to others where the system allows
user namespaces: see `man 7 network_namespaces`.
"""

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
CAPABILITIES = 0x20080522
"""The version of the structures of `capset` (see `man 2 capset`)."""


_entered: list[bool] = []


def is_own() -> bool:
    """Whether this process, or the one that has forked it, is in such a network."""
    return bool(_entered)


def enter() -> bool:
    """Move this process into a network of its own; False where that is not possible.

    It must not have a second thread yet.
    """
    if sys.platform == "linux" and _enter():
        _entered.append(True)
    return is_own()


def _enter() -> bool:
    libc = ctypes.CDLL(None)
    ids = os.getuid(), os.getgid()
    if ids[0] == 0 and libc.unshare(CLONE_NEWNET) == 0:
        _switch_loopback_on()
        return True
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        return False
    _keep_ids(*ids)
    _switch_loopback_on()
    # In this namespace it has every right: its children need none of them.
    header, none = struct.pack("Ii", CAPABILITIES, 0), bytes(24)
    return bool(libc.capset(header, none) == 0)


def is_possible() -> bool:
    """Whether this system gives a process a network of its own: a child tries."""
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(OSError):
            status = 0 if enter() else 1
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _keep_ids(uid: int, gid: int) -> None:
    """Be the same user and group in the new namespace."""
    for name, words in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        Path("/proc/self", name).write_text(words, encoding="ascii")


def _switch_loopback_on() -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)
