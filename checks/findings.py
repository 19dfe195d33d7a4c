"""What the fixtures of a lesson report when a project does not do what it should."""

from typing import Any

from checks.verdict import Cause, Finding, Where


class LessonFinding(Finding):
    """A finding that a lesson's own fixture raises; see `finding`."""


def finding(  # noqa: PLR0913 (the parts of a message)
    kind: str,
    expected: str,
    got: str,
    where: tuple[str, int | None] | None = None,
    cure: str = "",
    *,
    event: dict[str, Any] | None = None,
    tab: Any = None,
) -> Finding:
    """A finding about the learner's project, for a fixture to raise.

    `expected` and `got` complete "Expected …, but …". `kind` is a word of the lesson's
    own, by which `is_("kind")` recognizes it in `.checks/mistakes.py`. `where` is a
    file of the project and a line, or None; without it and without a `cure` the learner
    is shown the comment of the task that the check belongs to. `event` and `tab` are
    evidence for mistakes to look at.
    """
    at = Where(*where) if where else None
    cause = Cause("project", expected, got, cure, at)
    return LessonFinding(cause, kind, event, tab)
