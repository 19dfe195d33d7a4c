"""What the doctor found, as data: a line for each thing, with a cause if it is bad."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from checks.observe.failure import Failure
from checks.verdict import STATUS, WORD, Cause, Finding


@dataclass(frozen=True)
class Line:
    """One thing: what it is about, what was found, and why that will not do."""

    about: str
    found: str
    cause: Cause | None = None


@dataclass
class Report:
    """Everything that was found, of the machine and, if one was named, of a project."""

    step: int | None = None
    lesson: str | None = None
    project: str | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def causes(self) -> list[Cause]:
        """The problems, the machine's first: one of them may be why a project fails."""
        causes = [line.cause for line in self.lines if line.cause]
        return sorted(causes, key=lambda cause: cause.voice != "machine")

    @property
    def exit_status(self) -> int:
        """What `doctor` ends with."""
        return STATUS[self.causes[0].voice] if self.causes else 0

    def as_dict(self) -> dict[str, Any]:
        """The report as one JSON document, `schema` 1."""
        verdict = WORD[self.causes[0].voice] if self.causes else "passed"
        return {"schema": 1, "verdict": verdict, **dataclasses.asdict(self)}


Question = Callable[[], str]
"""Returns what was found; raises Finding or Failure if that will not do."""


def asked(
    about: str, question: Question, explain: Callable[[Failure], Cause]
) -> Iterator[Line]:
    """The line that answers a question."""
    try:
        yield Line(about, question())
    except Finding as finding:
        yield Line(about, finding.cause.got, finding.cause)
    except Failure as failure:
        cause = explain(failure)
        yield Line(about, cause.got, cause)
