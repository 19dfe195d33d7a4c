"""The files of one submission, read without trust: a folder, a zip or a tar.

Only regular files are read, each through a bounded reader; what is left out is noted.
An archive that expands beyond the limits is refused before it has been expanded.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

MOST_NAMES = 20_000
"""Files and folders in a submission, those of a whole repository included."""
MOST_BYTES = 64 * 2**20
"""Bytes that are read of a submission, after decompression."""
DEEPEST = 20
"""Folders that a file may be in."""
IGNORED = {".git", ".venv", "venv", "node_modules", "__pycache__", "__MACOSX"}
"""Folders that tools make: they are left out without a remark."""
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
COMPRESSED: dict[bytes, Callable[[Any], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZ": bz2.open,
    b"\xfd7": lzma.open,
}
DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, struct.error),
    *(OSError, EOFError, ValueError, RuntimeError, LookupError, OverflowError),
)
"""What the libraries raise for an archive that is damaged, encrypted or forged."""


class Unreadable(Exception):
    """A submission cannot be read; the message completes "could not be read: …"."""


class Entry(NamedTuple):
    """A file of a submission: where it is in there, and how to read it."""

    path: str
    size: int
    read: Callable[[], bytes]


Entries = Iterator[Entry | str]
"""Files, and sentences about what was left out."""


@contextlib.contextmanager
def entries(path: Path) -> Iterator[Entries]:
    """The files of a submission, one after another. Raises Unreadable."""
    try:
        with _opened(path) as found:
            yield _bounded(found)
    except DAMAGED as error:
        raise Unreadable(f"it is damaged ({error})") from None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Entries]:
    if path.is_dir():
        yield _in_folder(path)
        return
    with os.fdopen(_open_regular(path), "rb") as file:
        if path.name.lower().endswith(".zip"):
            with zipfile.ZipFile(file) as archive:
                yield _in_zip(archive)
        else:
            stream = BoundedReader(_decompressed(file))
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                yield _in_tar(archive)


def _bounded(found: Entries) -> Entries:
    """The entries with safe paths; what is unsafe is left out, and too much refused."""
    for count, entry in enumerate(found):
        if count >= MOST_NAMES:
            raise Unreadable(f"it has more than {MOST_NAMES:,} files")
        if isinstance(entry, str):
            yield entry
        elif (parts := PurePosixPath(entry.path).parts) and not IGNORED & {*parts}:
            yield _refused(entry, parts) or entry


def _refused(entry: Entry, parts: tuple[str, ...]) -> str | None:
    """Why a file is left out because of its path."""
    if ".." in parts or parts[0].startswith("/") or "\0" in entry.path:
        return f"{entry.path}: its path leads out of the submission"
    if len(parts) > DEEPEST:
        return f"{entry.path[:100]}…: it is in more than {DEEPEST} folders"
    return None


def _in_folder(root: Path) -> Entries:
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as inside:
            for it in inside:
                path = Path(it.path)
                name = path.relative_to(root).as_posix()
                if it.is_dir(follow_symlinks=False):
                    if it.name not in IGNORED and name.count("/") < DEEPEST:
                        waiting.append(path)
                elif it.is_file(follow_symlinks=False):
                    size = it.stat(follow_symlinks=False).st_size
                    yield Entry(name, size, lambda path=path: _read(path))  # type: ignore[misc]
                else:
                    yield f"{name}: it is not a regular file"


def _open_regular(path: Path) -> int:
    """Open a file that is regular, and not a link, also if it is swapped meanwhile."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Unreadable("it is not a regular file")
    return file


def _read(path: Path) -> bytes:
    with os.fdopen(_open_regular(path), "rb") as file:
        return file.read(MOST_BYTES + 1)


def _in_zip(archive: zipfile.ZipFile) -> Entries:
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            yield f"{info.filename}: it is not a regular file"
        elif not info.is_dir():

            def read(info: zipfile.ZipInfo = info) -> bytes:
                with archive.open(info) as file:
                    return file.read(MOST_BYTES + 1)

            yield Entry(info.filename, info.file_size, read)


def _in_tar(archive: tarfile.TarFile) -> Entries:
    for member in archive:
        if member.isreg() and not member.issparse():

            def read(member: tarfile.TarInfo = member) -> bytes:
                file = archive.extractfile(member)
                return file.read(MOST_BYTES + 1) if file else b""

            yield Entry(member.name, member.size, read)
        elif not member.isdir():
            yield f"{member.name}: it is not a regular file"


def _decompressed(file: BinaryIO) -> BinaryIO:
    start = file.read(2)
    file.seek(0)
    stream: BinaryIO = COMPRESSED.get(start, lambda file: file)(file)
    return stream


class BoundedReader(io.RawIOBase):
    """A stream of which no more than `MOST_BYTES` can be read."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.left = stream, MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        """Read bytes. Raises Unreadable beyond the limit."""
        data = self.stream.read(min(size, self.left + 1) if size >= 0 else self.left)
        self.left -= len(data)
        if self.left < 0:
            raise Unreadable(f"it expands to more than {MOST_BYTES // 2**20} MiB")
        return data
