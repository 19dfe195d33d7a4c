"""The submissions, and which mistake each of them is recorded to be."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from checks.course.lessons import ROOT
from checks.explain.mistakes import catalogue

FOLDER = Path("tests/submissions")
EXPLAINED = Path("bench/mistakes.toml")


@dataclass(frozen=True)
class Submission:
    """A folder of tests/submissions; `slug` is its lesson's, `kind` wrong or valid."""

    folder: Path
    slug: str
    kind: str
    name: str

    @property
    def file(self) -> Path:
        """Where its recorded words are, if it is told anything."""
        return self.folder / "expected.txt"

    @property
    def told(self) -> tuple[str, ...]:
        """The mistakes that were named: of the cause, and of each advice.

        A tie is one of them, with " or " between its ids.
        """
        words = self.file.read_text() if self.file.exists() else ""
        return tuple(re.findall(r"^Mistake: (.*)", words, re.MULTILINE))

    @property
    def due(self) -> tuple[str, ...]:
        """What it should be told: what it is named after, or else what is recorded."""
        return (self.name,) if self.name in ids() else self.told

    def astray(self, told: tuple[str, ...]) -> bool:
        """Whether it is named after one mistake, and told as another."""
        named = {one for tie in told for one in tie.split(" or ")}
        return self.name in ids() and bool(named) and self.name not in named


def ids() -> set[str]:
    """The names of all mistakes."""
    return {mistake.id for mistake in catalogue()}


def submissions(root: Path = ROOT) -> list[Submission]:
    """Every submission, in the order of its folder."""
    folders = sorted((root / FOLDER).glob("*/*/*/"))
    return [Submission(folder, *folder.parts[-3:]) for folder in folders]


def explained(root: Path = ROOT) -> dict[str, str]:
    """Why a submission that is named after one mistake is told as another."""
    return tomllib.loads((root / EXPLAINED).read_text())
