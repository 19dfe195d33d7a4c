"""Reading a file of a project without trust: it may be a pipe, a device, or huge."""

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

LARGEST = 8 * 2**20
"""Bytes of the largest file of a project that is read."""
REFUSED = (errno.EINVAL, errno.EFBIG)
"""The numbers of the errors that are raised for what is not read."""


def read_bytes(path: Path | str) -> bytes:
    """The content of a regular file; never waits, and never reads without a bound.

    A link to a regular file is one. Raises OSError for anything else, and for a file
    that is larger than `LARGEST`.
    """
    with _opened(path) as file:
        if _size(file) > LARGEST:
            words = f"it is larger than {LARGEST >> 20} MiB"
            raise OSError(errno.EFBIG, words, str(path))
        return file.read(LARGEST)


def read_text(path: Path, errors: str = "strict") -> str:
    """The text of a regular file, as UTF-8, with line ends as Python reads them."""
    text = read_bytes(path).decode(errors=errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def end(path: Path, most: int) -> tuple[int, bytes]:
    """The size of a regular file, and its last bytes, `most` of them.

    Of anything else, and of a link, there is nothing.
    """
    with contextlib.suppress(OSError), _opened(path, os.O_NOFOLLOW) as file:
        size = _size(file)
        file.seek(max(0, size - most))
        return size, file.read(most)
    return 0, b""


def _opened(path: Path | str, flags: int = 0) -> BinaryIO:
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    file = os.fdopen(fd, "rb")
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return file


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size
