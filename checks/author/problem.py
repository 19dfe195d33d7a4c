"""A problem for an author to solve, and lists of them."""

import re
from typing import NamedTuple

_PLACED = re.compile(r"(?P<path>[^\s:]+)(?::(?P<line>\d+))?:? (?P<what>.*)", re.DOTALL)


class Problem(NamedTuple):
    """One thing to do: `path` is relative to the root of the repository."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"

    @classmethod
    def from_error(cls, error: Exception, folder: str = "") -> "Problem":
        """Make a problem of an error whose message begins with a path and a line."""
        placed = _PLACED.fullmatch(f"{folder}{error}")
        if not placed:
            return cls(folder, str(error))
        line = f"line {placed['line']}: " if placed["line"] else ""
        return cls(placed["path"], line + placed["what"])


def listed(problems: list[Problem]) -> str:
    """Format a numbered list of files, with what to do in each."""
    by_path: dict[str, list[str]] = {}
    for path, what in problems:
        by_path.setdefault(path, []).append(what)
    lines = []
    for number, (path, todo) in enumerate(by_path.items(), start=1):
        lines += [f"{number:3}. {path}", *(f"     - {what}" for what in todo)]
    return "\n".join(lines)
