"""Which part of the checker imports which, read from the code: the layers of the house.

A part is a package or a module right below `checks/`. A test holds the arrows against
`MAY_IMPORT`, and `make sync` draws them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from checks.course.lessons import ROOT

MAY_IMPORT: dict[str, set[str]] = {
    "verdict": set(),
    "marks": set(),
    "course": {"verdict"},
    "observe": {"verdict"},
    "sandbox": {"verdict", "observe"},
    "asking": {"verdict", "observe", "sandbox"},
    "explain": {"verdict", "course", "observe"},
}
"""The parts from the bottom to the top, and what each may import besides itself."""


class Import(NamedTuple):
    """A statement that imports one part of the checker into another."""

    importing: str
    imported: str
    place: str
    name: str

    def __str__(self) -> str:
        return f"{self.place} imports {self.name}"


def imports(root: Path = ROOT) -> Iterator[Import]:
    """Every import between two parts, wherever it stands in a file."""
    folder = root / "checks"
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        if inside.parts[0] == "starters":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in _names(node):
                part, imported = inside.parts[0].removesuffix(".py"), _part(name)
                if imported and imported != part:
                    place = f"checks/{inside.as_posix()}:{node.lineno}"  # type: ignore[attr-defined]
                    yield Import(part, imported, place, name)


def _names(node: ast.AST) -> Iterator[str]:
    """The full names of what a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _part(name: str) -> str | None:
    """The part that a name belongs to; None if it is not the checker's."""
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] if package == "checks" and rest else None
