"""What a process of a project may read, write and do.

Whoever works alone runs the same project without the checks, so it may do what it does
then, but for what would make a verdict worthless: read the answers, change the course,
and reach the process that checks it. Where others' projects are graded, it has its own
folder, and what belongs to the system.
"""

import ctypes
import errno
import os
import resource
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checks.observe.log import Event
from checks.sandbox import landlock

PR_SET_DUMPABLE = 4
MEMORY = 2**30
"""Bytes of memory that a process may ask for."""
LARGEST_FILE = 64 * 2**20
"""Bytes that it may write into one file, its output included."""
LARGEST_DATABASE = 256 * 2**20
"""Bytes of a database that is copied for a run."""
OPEN_FILES = 1024
"""Files and connections that it may have open."""
SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/opt", "/nix"),
    *("/proc", "/sys", "/dev", "/run/systemd/resolve"),
)
"""What belongs to the system, and every program may need."""
CHECKS = Path(__file__).resolve().parents[1]
CURES = {
    errno.ENOMEM: f"A process of a project may use {MEMORY >> 20} MiB of memory here.",
    errno.EFBIG: f"A project may write {LARGEST_FILE >> 20} MiB into one file here.",
    errno.EMFILE: f"A process may have {OPEN_FILES:,} files open here.",
}
"""What is said of a limit that was hit, by the number of the error."""
ELSEWHERE = {
    False: "While it is checked, a project cannot read or change other files of the "
    "course: use its own folder.",
    True: "Where it is graded, a project has its own folder, and the one that "
    "tempfile.gettempdir() names: use those.",
}
"""The same of a file, by whether the confinement is strict."""


@dataclass(frozen=True)
class Confinement:
    """What all processes of one project are confined to.

    In `course` nothing can be written, and the `answers` cannot be read. If it is
    `strict`, other people's projects are around: see above. Then it can also be kept
    from reading the checker.
    """

    course: Path | None = None
    answers: tuple[Path, ...] = ()
    strict: bool = False
    sees_checker: bool = True

    def apply(self, *own: Path) -> None:
        """Confine this process to all that its project may do; for a child.

        `own` are the folders of the project and of its run. It has to be called before
        there is a second thread: a thread that is there stays free.
        """
        limit_resources()
        landlock.confine(
            self._readable(own), self._writable(own), binds=not self.strict
        )

    def _readable(self, own: tuple[Path, ...]) -> Iterator[Path]:
        if not self.strict:
            kept = (*own, *_environment())
            yield from visible(Path("/"), set(self.answers), kept)
            return
        yield from (*map(Path, SYSTEM), *_environment(), *own)
        if self.sees_checker:
            yield from visible(CHECKS, set(self.answers), own)

    def _writable(self, own: tuple[Path, ...]) -> Iterator[Path]:
        if self.strict:
            yield from (Path("/dev"), *own)
            return
        kept = {self.course} if self.course else set()
        yield from visible(Path("/"), kept | _environment(), own)

    def cure(self, error: BaseException) -> Event:
        """What to do about an exception that a limit of ours causes, as `limit`."""
        number = errno.ENOMEM if isinstance(error, MemoryError) else None
        number = error.errno if isinstance(error, OSError) else number
        if number in CURES:
            return {"limit": CURES[number]}
        if isinstance(error, PermissionError) and _allowed_by_system(error.filename):
            return {"limit": ELSEWHERE[self.strict]}
        return {}


def _environment() -> set[Path]:
    """Where Python and its packages are."""
    return {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}


def _allowed_by_system(file: object) -> bool:
    """Whether the owner and the mode of a file would have let us use it."""
    if not isinstance(file, str | bytes) or not landlock.abi():
        return False
    path = os.fsdecode(file)
    there = path if os.access(path, os.F_OK) else Path(path).parent
    return os.access(there, os.R_OK | os.W_OK)


def visible(path: Path, hidden: set[Path], kept: Iterable[Path]) -> Iterator[Path]:
    """Paths that together have everything below a path but for what is hidden.

    What is kept is there, though something that is hidden may be around it. Links are
    left out: what they lead to has a path of its own.
    """
    kept = {*kept}
    # Looked up, not compared: the folder around a project may have hundreds of entries.
    around = {folder for one in hidden for folder in (one, *one.parents)}

    def below(path: Path) -> Iterator[Path]:
        if path in kept or path not in around:
            yield path
        elif path in hidden:
            yield from (one for one in kept if one.is_relative_to(path))
        else:
            for child in _children(path):
                yield from below(child)

    return below(path)


def _children(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as found:
            return [Path(it.path) for it in found if not it.is_symlink()]
    except OSError:
        return []


def limit_resources() -> None:
    """Limit the memory, files and output of this process."""
    _limit(resource.RLIMIT_DATA, MEMORY, MEMORY)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE, LARGEST_FILE + LARGEST_DATABASE)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)


def _limit(what: int, soft: int, hard: int) -> None:
    """Set a limit, unless a lower one is set already."""
    before = resource.getrlimit(what)[1]
    if before != resource.RLIM_INFINITY:
        soft, hard = min(soft, before), min(hard, before)
    resource.setrlimit(what, (soft, hard))


def be_traceable(*, yes: bool) -> None:
    """Let other processes of this user look into this one, or not.

    Those of root can in any case, unless they are confined by Landlock.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, int(yes), 0, 0, 0)
