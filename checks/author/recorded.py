"""The submissions, and the mistake that is recorded for each of them."""

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
        """The file with the recorded message, which may not exist."""
        return self.folder / "expected.txt"

    @property
    def reported(self) -> tuple[str, ...]:
        """The recorded mistakes: that of the cause, and that of each advice.

        A tie counts as one, with " or " between the ids.
        """
        words = self.file.read_text() if self.file.exists() else ""
        return tuple(re.findall(r"^Mistake: (.*)", words, re.MULTILINE))

    @property
    def due(self) -> tuple[str, ...]:
        """The mistakes that should be reported: its name, or else those recorded."""
        return (self.name,) if self.name in ids() else self.reported

    def astray(self, reported: tuple[str, ...]) -> bool:
        """Whether it is named after one mistake and reported as another."""
        named = {one for tie in reported for one in tie.split(" or ")}
        return self.name in ids() and bool(named) and self.name not in named


def ids() -> set[str]:
    """The names of all mistakes."""
    return {mistake.id for mistake in catalogue()}


def submissions(root: Path = ROOT) -> list[Submission]:
    """Every submission, sorted by folder."""
    folders = sorted((root / FOLDER).glob("*/*/*/"))
    return [Submission(folder, *folder.parts[-3:]) for folder in folders]


def explained(root: Path = ROOT) -> dict[str, str]:
    """Why some submissions are reported as a mistake other than their name."""
    return tomllib.loads((root / EXPLAINED).read_text())
