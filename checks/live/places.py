"""Places in a learner's project: a few lines of code around one, and its path."""

from pathlib import Path
from typing import Any

from checks.regular_file import read_text
from checks.verdict import Where

AROUND = 1
"""Lines that are shown above a place, and as many below it."""


def inside(project: Path, file: str) -> Path | None:
    """The path of a file that is in the project, and nowhere else; or None."""
    path = (project / file).resolve()
    is_there = path.is_relative_to(project.resolve()) and path.is_file()
    return path if is_there else None


def excerpt(project: Path, where: Where | None) -> dict[str, Any] | None:
    """The lines around a place, and the number of the first; None if it has none."""
    path = inside(project, where.file) if where and where.line else None
    if path is None or where is None or where.line is None:
        return None
    try:
        lines = read_text(path).splitlines()
    except (OSError, ValueError):
        return None
    first = max(where.line - AROUND, 1)
    return {"first": first, "lines": lines[first - 1 : where.line + AROUND]}
