"""One lesson as it is shipped, with its page, its solution and its submissions."""

import ast
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from checks.author.projects import STARTERS
from checks.course import fences
from checks.course.folders import File, Files, read
from checks.course.lessons import is_own
from checks.explain.mistakes import Mistake
from checks.explain.mistakes.lessons import declared


@dataclass(frozen=True)
class Shipped:
    """A lesson of the course in the folder `root`."""

    root: Path
    slug: str

    @property
    def step(self) -> int:
        """Its number."""
        return int(self.slug.partition("_")[0])

    @property
    def folder(self) -> str:
        """The folder that its author edits; the files are read from checks/starters."""
        return f"lessons/{self.slug}"

    @property
    def page(self) -> str:
        return f"docs/lessons/{self.slug}.md"

    @property
    def submissions(self) -> str:
        return f"tests/submissions/{self.slug}"

    @cached_property
    def files(self) -> Files:
        return read(self.root / STARTERS / self.slug)

    @cached_property
    def solution(self) -> Files:
        return read(self.root / "solutions" / self.slug)

    @property
    def toml(self) -> str:
        """The text of its lesson.toml."""
        return self.files.get("lesson.toml", File(b"")).text

    @cached_property
    def described(self) -> dict[str, Any]:
        return tomllib.loads(self.toml)

    @cached_property
    def regions(self) -> dict[str, list[fences.Region]]:
        """The regions of the solution by its files."""
        return {path: fences.regions(f.text) for path, f in self.solution.items()}

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return list(self.described.get("tasks", []))

    @property
    def numbers(self) -> set[int]:
        """The numbers of its tasks."""
        return set(range(1, len(self.tasks) + 1))

    @property
    def tests(self) -> list[str]:
        """The files that hold its checks."""
        return [p for p in self.files if p.startswith("test_") and is_own(p)]

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The mistakes that the lesson declares itself."""
        return declared(self.root / STARTERS / self.slug)

    @cached_property
    def checks(self) -> list[tuple[str, int | None]]:
        """The name of each check with its task, which is None for an advice."""
        return [one for path in self.tests for one in _checks(self.files[path].text)]

    @cached_property
    def cells(self) -> list[dict[str, Any]] | None:
        """The code cells of its notebook; None if there is no notebook."""
        file = self.files.get("explore.ipynb")
        if file is None:
            return None
        cells = json.loads(file.content).get("cells", [])
        return [cell for cell in cells if cell["cell_type"] == "code"]

    def submissions_of(self, kind: str) -> list[Path]:
        """The folders of its wrong or of its valid submissions."""
        return sorted((self.root / self.submissions / kind).glob("*/"))

    @cached_property
    def recorded(self) -> str:
        """The recorded messages of all its submissions, in one text."""
        files = sorted((self.root / self.submissions).glob("*/*/expected.txt"))
        return "".join(file.read_text() for file in files)

    @property
    def outputs(self) -> list[str]:
        """The recorded outputs of `make check`, before each task and at the end."""
        later = (f"-task-{number}" for number in sorted(self.numbers - {1}))
        names = ["", *later, "-passed"]
        return [f"docs/recorded/check-{self.step}{name}.txt" for name in names]


def _checks(source: str) -> Iterator[tuple[str, int | None]]:
    """The functions with a decorator `@task(2)` or `@advice`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                match mark:
                    case ast.Call(ast.Name("task"), [ast.Constant(int(number))]):
                        yield node.name, number
                    case ast.Name("advice"):
                        yield node.name, None
