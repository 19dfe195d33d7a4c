"""The learner's code as text that can be searched, whatever its layout."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checks.course.lessons import is_own
from checks.verdict import Where

COMPOUND = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.While),
    *(ast.Try, ast.With, ast.AsyncFor, ast.AsyncWith, ast.Match),
)


@dataclass(frozen=True)
class Line:
    """One statement as Python itself writes it, or the head of a compound one."""

    text: str
    at: Where
    functions: tuple[str, ...]
    column: int = 0


class Source:
    """The Python files of a project; what cannot be parsed has no lines."""

    def __init__(self, project: Path) -> None:
        self.project = project

    @cached_property
    def all(self) -> list[Line]:
        """Every statement of every file, in order."""
        files = sorted(self.project.rglob("*.py"))
        theirs = [f for f in files if not self._is_of_the_course(f)]
        return [line for file in theirs for line in self._lines(file)]

    def _is_of_the_course(self, file: Path) -> bool:
        inside = file.relative_to(self.project).as_posix()
        return file.name.startswith("test_") or is_own(inside)

    def lines(self, place: str) -> list[Line]:
        """The statements in a file (`mysite/asgi.py`), or in functions of a name.

        In the whole project when `place` is empty.
        """
        if place.endswith(".py"):
            return [line for line in self.all if line.at.file == place]
        return [line for line in self.all if not place or place in line.functions]

    def _lines(self, file: Path) -> Iterator[Line]:
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, SyntaxError, RecursionError):
            return
        name = str(file.relative_to(self.project))
        yield from _statements(tree, name, ())


def _statements(node: ast.AST, file: str, functions: tuple[str, ...]) -> Iterator[Line]:
    for child in ast.iter_child_nodes(node):
        inside = functions
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = (*functions, child.name)
        if isinstance(child, ast.stmt | ast.ExceptHandler):
            yield Line(
                _text(child), Where(file, child.lineno), inside, child.col_offset
            )
        if isinstance(child, (*COMPOUND, ast.ExceptHandler, ast.match_case)):
            yield from _statements(child, file, inside)


def _text(statement: ast.stmt | ast.ExceptHandler) -> str:
    """The statement on one line; of a compound one, its head without decorators."""
    lines = ast.unparse(statement).strip().splitlines()
    if not isinstance(statement, (*COMPOUND, ast.ExceptHandler)):
        return "\n".join(lines)
    return lines[len(getattr(statement, "decorator_list", ()))]
