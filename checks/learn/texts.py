"""The files of a project at each save, to find out what a save has changed."""

import contextlib
from itertools import islice
from pathlib import Path

from checks.course.changes import unified_diff
from checks.course.folders import File, Files
from checks.learn.saves import Stats, stats
from checks.regular_file import read_bytes

LARGEST, MOST = 100_000, 500
"""Bytes of the largest file that is kept, and how many files are."""
LINES, COLUMNS = 300, 300
"""How much of a difference is kept."""


class Texts:
    """The text files of a folder, as they were when they were read last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stats: Stats = {}
        self.files: Files = {}

    def read(self) -> Files:
        """The files as they are now; what has not changed is not read again."""
        before, self.stats = self.stats, stats(self.folder)
        known, self.files = self.files, {}
        for path in islice(sorted(self.stats), MOST):
            name = path.relative_to(self.folder).as_posix()
            if before.get(path) == self.stats[path] and name in known:
                self.files[name] = known[name]
                continue
            _, size, _ = self.stats[path]
            with contextlib.suppress(OSError):  # It may be deleted meanwhile.
                if size <= LARGEST:
                    self.files[name] = File(read_bytes(path))
        return self.files


def difference(before: Files, after: Files) -> list[str]:
    """What has changed in text files, as the lines of a unified diff."""
    old, new = (
        {path: file for path, file in files.items() if b"\0" not in file.content}
        for files in (before, after)
    )
    lines = islice(unified_diff(old, new), LINES)
    return [line[:COLUMNS].rstrip("\n") for line in lines]
