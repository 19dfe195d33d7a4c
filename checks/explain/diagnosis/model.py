"""What a failure comes down to, once all evidence has been looked at."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from checks.explain.diagnosis.places import frames
from checks.observe.conversation import Conversation
from checks.observe.log import Event
from checks.verdict import Cause, Where


@dataclass(frozen=True)
class Diagnosis:
    """A failure in words, and what the mistakes of the catalogue look at.

    `kind` can be more exact than that of the failure; `event` proves it, and `tab` is
    the one that it happened to. Where the cause has no place or no cure, the task does.
    """

    kind: str
    cause: Cause
    event: Event | None = None
    tab: Conversation | None = None

    def replace(self, kind: str | None = None, **words: Any) -> "Diagnosis":
        """The same with other words: fields of the cause. Those that are None stay."""
        given = {name: word for name, word in words.items() if word is not None}
        cause = dataclasses.replace(self.cause, **given)
        return dataclasses.replace(self, kind=kind or self.kind, cause=cause)


def diagnosis(  # noqa: PLR0913  (the parts of a cause, and the evidence)
    kind: str,
    expected: str,
    got: str,
    at: Where | None = None,
    *,
    cure: str = "",
    event: Event | None = None,
    tab: Conversation | None = None,
) -> Diagnosis:
    """A diagnosis of the learner's project.

    `cure` is what to do as long as nobody knows which mistake it is; without one, the
    task of the check is the cure.
    """
    if event and "limit" in event and not cure:  # No mistake explains it better.
        kind, cure = "", event["limit"]
    own = frames(event) if event and "frames" in event else ()
    cause = Cause("project", expected, got, cure, at, frames=own)
    return Diagnosis(kind, cause, event, tab)
