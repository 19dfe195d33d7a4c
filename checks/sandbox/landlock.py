"""Landlock: what a Linux process forbids itself, and all that it starts later.

It needs no rights and no package. What a kernel knows of it is a number, its ABI
(https://docs.kernel.org/userspace-api/landlock.html). The system calls have the same
numbers on all architectures that Python's wheels are made for.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH, RULE_PORT = 1, 2
VERSION = 1
PR_SET_NO_NEW_PRIVS = 38
WRITE_FILE, READ_FILE, REFER, TRUNCATE = 1 << 1, 1 << 2, 1 << 13, 1 << 14
MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE
"""The rights that a rule about a single file may have."""
BIND_TCP = 1
SIGNALS_AND_ABSTRACT_SOCKETS = 0b11
OLDEST = 2
"""The first ABI that is used: with ABI 1, no file can be moved between folders."""
SINCE = {REFER: 2, TRUNCATE: 3}
"""The ABI from which on there is a right; the others have been there from the start."""
PORTS, SIGNALS = 4, 6
"""The same for the binding of ports, and for signals to other processes."""

libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Path(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"  # So Python 3.14 wants it said; for these two, the layout is C's.
    _fields_ = (("allowed", ctypes.c_uint64), ("fd", ctypes.c_int32))


class _Port(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def abi() -> int:
    """Which Landlock this kernel has; 0 if none that will do, or it is switched off."""
    if sys.platform != "linux":
        return 0
    found: int = libc.syscall(CREATE_RULESET, None, 0, VERSION)
    return found if found >= OLDEST else 0


def described() -> str:
    """What a project is kept from while it is checked, as far as this kernel can."""
    version = abi()
    if not version:
        return "no: Linux 5.19 or newer with Landlock keeps a project in its folder"
    kept = ["files"]
    lacking: list[str] = []
    for what, since in (("ports", PORTS), ("signals", SIGNALS)):
        (kept if version >= since else lacking).append(what)
    without = f", not {' and '.join(lacking)}: Linux 6.12 has those, too"
    return f"{', '.join(kept)} (Landlock {version}){without if lacking else ''}"


def confine(read: Iterable[Path], write: Iterable[Path], *, binds: bool) -> None:
    """Let this thread read and write files below these paths only, for ever.

    Where the kernel can do it, it signals no process that is not confined with it, and
    binds no port unless `binds`; any free port (0) it may always bind. Raises OSError.
    """
    if not (version := abi()):
        return
    writing = WRITE_FILE | MAKE_AND_REMOVE
    writing |= sum(right for right, since in SINCE.items() if version >= since)
    rules = _Ruleset(
        writing | READ_FILE,
        BIND_TCP if version >= PORTS and not binds else 0,
        SIGNALS_AND_ABSTRACT_SOCKETS if version >= SIGNALS else 0,
    )
    size = 24 if version >= SIGNALS else 16 if version >= PORTS else 8
    ruleset = _call(CREATE_RULESET, ctypes.byref(rules), size, 0)
    rights = dict.fromkeys(read, READ_FILE)
    for path in write:
        rights[path] = rights.get(path, 0) | writing
    for path, right in rights.items():
        _allow(ruleset, path, right)
    if rules.net:
        free = _Port(BIND_TCP, 0)
        _call(ADD_RULE, ruleset, RULE_PORT, ctypes.byref(free), 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: Path, right: int) -> None:
    """Allow something below a path; one that is not there needs no rule."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    is_folder = stat.S_ISDIR(os.fstat(fd).st_mode)
    rule = _Path(right if is_folder else right & OF_FILES, fd)
    _call(ADD_RULE, ruleset, RULE_PATH, ctypes.byref(rule), 0)
    os.close(fd)


def _call(number: int, *args: object) -> int:
    result: int = libc.syscall(number, *args)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock (system call {number})")
    return result
