"""Processes, temporary folders and a network of its own for one run.

The run is forked as process 1 of its namespaces. What it starts can neither see nor
signal a process outside; and when the run ends, Linux kills all that has come of it,
whatever that did to get away (see `man 7 pid_namespaces`).

Files are where they are outside, but for the folders in which programs meet others:
those are empty, and gone with the run.
"""

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from checks.sandbox import namespaces, own_network
from checks.sandbox.namespaces import call, unshared
from checks.sandbox.stray_processes import become_subreaper

KINDS = (
    namespaces.CLONE_NEWPID
    | namespaces.CLONE_NEWNS
    | namespaces.CLONE_NEWIPC
    | namespaces.CLONE_NEWNET
)
MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x2, 0x4, 0x8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
EMPTY = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 (nothing is written)
"""The folders that are empty: temporary files, shared memory, and the sockets of what
runs on this machine, to which Landlock lets every process connect."""
OPTIONS = b"mode=1777,size=256m"
"""Such a folder is in memory, and so large at most."""
PROGRAMS = (sys.prefix, sys.base_prefix, "/run/current-system")
"""Python, its packages, and the programs of NixOS: they stay, wherever they are."""

_outside: list[int] = []


def is_inside() -> bool:
    """Whether this process is in namespaces that `fork` has made."""
    return bool(_outside)


def outer_pid() -> int:
    """The number of this process, as those outside of its namespaces see it."""
    return _outside[0] if _outside else os.getpid()


def fork(*kept: Path) -> int:
    """Fork as `os.fork` does; the child is process 1 of namespaces of its own.

    In it, the folders `kept` are what they are outside. The caller has to be a
    subreaper, to become the parent of that process. Raises OSError where this system
    does not allow it.
    """
    reading, writing = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.close(reading)
        _go_on_as_first(writing, kept)
        return 0
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        number = answer.read()
    os.waitpid(helper, 0)
    if not number:
        raise OSError("this system gives no namespaces to a process")
    return int(number)


def _go_on_as_first(answer: int, kept: Iterable[Path]) -> None:
    """Go on in a fork, the first process of new namespaces; the caller's process ends.

    It could not enter them itself. It writes the number of the fork to `answer`.
    """
    try:
        with unshared(KINDS):
            if pid := os.fork():
                os.write(answer, str(pid).encode())
                os._exit(0)
            os.close(answer)
            _outside[:] = [int(Path("/proc/self").readlink().name)]
            own_network.set_up()
            _mount({*kept, *map(Path, PROGRAMS)})
    except BaseException:  # noqa: BLE001 (nothing may return to the caller twice)
        os._exit(1)


def _mount(kept: Iterable[Path]) -> None:
    """Mount what is the run's own, and a /proc that shows its processes only."""
    call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    # A link to a folder is replaced by the folder.
    both = (it for path in kept if path.is_dir() for it in (path, path.resolve()))
    folders = _topmost(both)
    opened = {path: os.open(path, os.O_PATH) for path in folders}
    for empty in _topmost(Path(it).resolve() for it in EMPTY if Path(it).is_dir()):
        if any(empty.is_relative_to(path) for path in folders):
            continue
        _mount_new(b"tmpfs", empty, OPTIONS)
        for path in folders:
            if path.is_relative_to(empty):
                _mount_again(opened[path], path)
    for fd in opened.values():
        os.close(fd)
    _mount_new(b"proc", Path("/proc"), None)


def _topmost(paths: Iterable[Path]) -> set[Path]:
    """Those of some paths that are not below another one of them."""
    every = {*paths}
    return {path for path in every if every.isdisjoint(path.parents)}


def _mount_new(kind: bytes, folder: Path, options: bytes | None) -> None:
    flags = MS_NOSUID | MS_NODEV | (MS_NOEXEC if kind == b"proc" else 0)
    call("mount", kind, os.fsencode(folder), kind, flags, options)


def _mount_again(fd: int, path: Path) -> None:
    """Mount a folder where it was before something was mounted over it."""
    path.mkdir(parents=True, exist_ok=True)
    again = f"/proc/self/fd/{fd}".encode()
    call("mount", again, os.fsencode(path), None, MS_BIND | MS_REC, None)


def is_possible() -> bool:
    """Whether this system gives a run namespaces of its own: a child tries."""
    if sys.platform != "linux":
        return False
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(OSError):
            become_subreaper()
            status = _status_of_one()
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _status_of_one() -> int:
    """How a process ends that has tried: 0 if it could be set up."""
    if (pid := fork()) == 0:
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def described() -> str:
    """What a project that is graded here has for itself, and what it shares."""
    if is_possible():
        own = "processes, temporary folders, a network and a Redis"
        return f"each project has {own} of its own"
    if own_network.is_possible():
        shared = "sees the processes and the temporary folders of this machine"
        return f"each project has a network and a Redis of its own, and {shared}"
    return "all projects share the processes and network of this machine, and one Redis"
