"""Namespaces: what a Linux process has for itself, and shares with its children only.

Linux gives them to root, and to others where the system allows user namespaces: see
`man 7 namespaces`. They need no package.
"""

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterator
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x20000000, 0x40000000
CAPABILITIES = 0x20080522
"""The version of the structures of `capset` (see `man 2 capset`)."""

libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def unshared(kinds: int) -> Iterator[None]:
    """Give this process new namespaces of these kinds, to set up in a `with` block.

    It must not have a second thread yet. Whoever is not root has every right in them
    until the block ends. Raises OSError where the system does not allow them.
    """
    ids = os.getuid(), os.getgid()
    if ids[0] == 0 and libc.unshare(kinds) == 0:
        yield
        return
    call("unshare", CLONE_NEWUSER | kinds)
    _keep_ids(*ids)
    yield
    # The children of this process need none of its rights.
    call("capset", struct.pack("Ii", CAPABILITIES, 0), bytes(24))


def call(name: str, *args: object) -> None:
    """Call a function of the C library. Raises OSError if it fails."""
    if libc[name](*args):
        raise OSError(ctypes.get_errno(), name)


def _keep_ids(uid: int, gid: int) -> None:
    """Be the same user and group in the new namespace."""
    for name, words in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        Path("/proc/self", name).write_text(words, encoding="ascii")
