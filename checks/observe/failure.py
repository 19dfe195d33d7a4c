"""What did not happen, as data: raised by whatever a check asks for."""

from dataclasses import dataclass, field
from typing import Any

from checks.observe.conversation import Conversation
from checks.observe.log import Event, ProcessLog
from checks.verdict import Where


@dataclass(eq=False)
class Failure(Exception):
    """Something that was expected did not happen, with the evidence for why.

    `kind` is one word for what was observed, and `expected` completes "Expected …";
    where the kind is empty, no mistake of the catalogue is looked for.
    `tab` or `process` is where it was observed, `event` proves it, and `busy_at` is the
    learner's line that was running at that moment. `facts` is what only that kind has.
    `checks.explain` turns all of this into words.

    A check of a lesson raises one with the words that it knows itself: `got` completes
    "…, but …", `where` is a place in the project, and `cure` what to do. Without a
    cure, it is said that the course recognises no mistake. Its `kind` is a word of the
    lesson's own, by which `is_("kind")` recognizes it in `.checks/mistakes.py`.
    """

    kind: str
    expected: str
    got: str = ""
    where: Where | None = None
    cure: str = ""
    tab: Conversation | None = None
    process: ProcessLog | None = None
    event: Event | None = None
    busy_at: Where | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    cause: "Failure | None" = None

    def __str__(self) -> str:
        return f"{self.kind}: expected {self.expected}"

    def within(self, kind: str, expected: str = "", **facts: Any) -> "Failure":
        """The failure of a larger step, of which this one is the cause."""
        expected = expected or self.expected
        return Failure(
            kind, expected, tab=self.tab, event=self.event, facts=facts, cause=self
        )
