"""Locks on files that do not stay behind when nobody holds them any more.

Whoever holds a lock exclusively may delete its file. Somebody else may have opened that
file just before and get the lock of a file that no longer has a name, so `acquire`
compares the file it has locked with the one that has the name now, and tries again when
they differ.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

SHARED, EXCLUSIVE = fcntl.LOCK_SH, fcntl.LOCK_EX


def acquire(path: Path, how: int) -> int:
    """Wait for a lock on the file of this name; return its file descriptor."""
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, how)
            if _has_the_name(fd, path):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


def release(path: Path, fd: int) -> None:
    """Let go of a shared lock; the last one to do so deletes the file."""
    with contextlib.suppress(BlockingIOError):  # Others hold the lock as well.
        fcntl.flock(fd, EXCLUSIVE | fcntl.LOCK_NB)
        if _has_the_name(fd, path):
            path.unlink()
    os.close(fd)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock that nobody else holds, and delete its file at the end."""
    fd = acquire(path, EXCLUSIVE)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(fd)


def is_shared(path: Path) -> bool:
    """Whether somebody holds a shared lock on the file of this name."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, SHARED | fcntl.LOCK_NB)
        return not _can_lock(fd)
    except BlockingIOError:
        return False
    finally:
        os.close(fd)


def _can_lock(fd: int) -> bool:
    """Whether a shared lock can be made exclusive, because nobody else shares it."""
    try:
        fcntl.flock(fd, EXCLUSIVE | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_the_name(fd: int, path: Path) -> bool:
    """Whether this open file is the one that has the name now."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False
