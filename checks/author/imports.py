"""Which part of the checker imports which, read from the code: the layers of the house.

A part is a package or a module right below `checks/`. A test holds the imports against
`MAY_IMPORT`, and `make sync` draws them (`author.picture`).
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from checks.course.lessons import ROOT

DATA = {"verdict", "course"}
RUN = {*DATA, "observe", "sandbox", "asking", "explain"}
MAY_IMPORT: dict[str, set[str]] = {
    "environment": set(),
    "verdict": set(),
    "regular_file": set(),
    "marks": set(),
    "interrupts": set(),
    "course": {"verdict", "regular_file"},
    "options": {"course"},
    "page": {"verdict", "course", "regular_file"},
    "observe": {"verdict"},
    "__init__": {"marks", "observe", "verdict"},
    "sandbox": {"verdict", "regular_file", "observe"},
    "asking": {"verdict", "observe", "sandbox"},
    "explain": {*DATA, "regular_file", "observe", "page"},
    "browser": {"verdict", "observe", "sandbox", "asking", "page"},
    "run": {*RUN, "browser", "interrupts", "page", "regular_file"},
    "show": {*DATA, "observe", "explain"},
    "ending": {"verdict", "interrupts", "show"},
    "once": {*DATA, "interrupts", "run", "show"},
    "recheck": {*DATA, "once", "options", "show"},
    "tabs": {*RUN, "browser", "run", "show"},
    "notebook": {*RUN, "run", "show"},
    "explore": {"notebook"},
    "author": {*DATA, "asking", "explain"},
    "own_code": {*DATA, "once", "options", "author", "show"},
    "live": {*DATA, "author", "regular_file"},
    "wall": {*DATA, "explain", "live"},
    "learn": {*RUN, "run", "show", "live", "regular_file", "wall"},
    "classroom": {*DATA, "learn", "show", "wall"},
    "doctor": {*RUN, "run", "show", "browser", "learn"},
    "load": {*DATA, "interrupts", "learn", "options", "sandbox", "show"},
    # It lays the solutions out for its canary, as `own_code` does to show them.
    "grade": {
        *DATA,
        "author",
        "explain",
        "interrupts",
        "learn",
        "options",
        "run",
        "sandbox",
        "show",
    },
    "__main__": {
        *(*DATA, "environment", "interrupts", "options", "run", "show"),
        *(
            "ending",
            "once",
            "own_code",
            "recheck",
            "tabs",
            "notebook",
            "learn",
            "classroom",
            "doctor",
            "load",
            "grade",
            "author",
        ),
    },
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


@cache
def modules(root: Path = ROOT) -> dict[str, Path]:
    """The modules of the checker by their names, without the lessons in `starters/`."""
    files = sorted((root / "checks").rglob("*.py"))
    inside = {path.relative_to(root).with_suffix(""): path for path in files}
    return {
        ".".join(name.parts).removesuffix(".__init__"): path
        for name, path in inside.items()
        if "starters" not in name.parts
    }


def imports(root: Path = ROOT) -> Iterator[Import]:
    """Every import between two parts, wherever it is in a file."""
    for module, path in modules(root).items():
        part = module.split(".")[1] if "." in module else "__init__"
        for line, name in _imported(path):
            imported = name.split(".")[1]
            if imported != part:
                place = f"{path.relative_to(root).as_posix()}:{line}"
                yield Import(part, imported, place, name)


def imported_modules(path: Path, root: Path = ROOT) -> Iterator[str]:
    """The modules of the checker that a file imports."""
    known = modules(root)
    for _, name in _imported(path):
        yield name if name in known else name.rpartition(".")[0]


def _imported(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the full name of everything that a file imports from the checker."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("checks.") and isinstance(node, ast.stmt):
                yield node.lineno, name
