"""Verdict, Check, Cause: what was found out, as plain data. No behaviour but words.

The fields are a contract: `docs/reference/verdict.schema.json` describes them, and
teachers' scripts read them.
"""

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any, Literal

Voice = Literal["project", "machine", "checker"]
Kind = Literal["tab", "server", "layer"]
Outcome = Literal["passed", "failed", "not_reached", "skipped", "broken"]

LONGEST = 300
"""Values are shown whole up to this many characters."""
PIECE = re.compile(rf"(.)\1{{19}}|(?:(.)(?!\2{{19}})){{1,{LONGEST}}}", re.DOTALL)
"""A character that is repeated so often that one reads better how often, or a text
without one; no longer than is shown, as the whole text may have 100 kB."""


WORD: dict[Voice, Literal["failed", "machine", "broken"]] = {
    "project": "failed",
    "machine": "machine",
    "checker": "broken",
}
STATUS: dict[Voice, int] = {"project": 1, "machine": 3, "checker": 4}
"""Exit status of a command that did not get what it wanted, by who is to act."""


@dataclass(frozen=True)
class Where:
    """A place in the learner's project; `file` is relative to it."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Frame:
    """One step of a traceback in the learner's own code."""

    file: str
    line: int
    function: str
    code: str


@dataclass(frozen=True)
class Cause:
    """Why a run did not pass: the one sentence that is shown first.

    `expected` and `got` complete "Expected …, but …"; `cure` and `why` are sentences of
    their own. `mistake` is the id in `checks.explain.mistakes`, where the evidence fits
    one, and `page` the part of the site that teaches it.
    """

    voice: Voice
    expected: str
    got: str
    cure: str
    where: Where | None = None
    mistake: str | None = None
    why: str = ""
    page: str = ""
    frames: tuple[Frame, ...] = ()

    def sentence(self) -> str:
        """Everything in one breath: expected, got, where, what to do."""
        place = f" Look at {self.where}." if self.where else ""
        return f"Expected {self.expected}, but {self.got}.{place} {self.cure}"


def broke(error: BaseException) -> Cause:
    """An exception of our own, as the cause that it is."""
    return Cause(
        "checker",
        "the check to run",
        f"it broke with {type(error).__name__}: {error}",
        "That is a mistake of the course, not yours: please report what stands below.",
    )


class Finding(Exception):
    """Raised where something fails and its cause is known on the spot.

    Mostly it is the machine's. What a learner's project does is raised as evidence
    instead (`checks.observe.failure`), and explained later.
    """

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.sentence())
        self.cause = cause


@dataclass(frozen=True)
class Actor:
    """Who did something: a tab, a server process, the channel layer."""

    id: str
    kind: Kind


@dataclass(frozen=True)
class Moment:
    """One line of a transcript; `at` is in seconds since the check began.

    `peer` is the id of the other one that takes part: the server of a tab, and the
    server that the layer is called by or delivers to. `where` is the learner's line
    that it came from, if one is known, and `code` that line between its neighbours.
    """

    at: float
    actor: Actor
    does: str
    what: str
    peer: str | None = None
    where: Where | None = None
    code: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replay:
    """The way of one message in a run that passes: the transcript of one check."""

    check: str
    title: str
    transcript: list[Moment]


@dataclass(frozen=True)
class Answer:
    """What a run saw of something that a lesson lets people predict.

    `outcome` names one of the options, if one fits; `saw` is a clause that says what
    happened, and `because` one that says why, empty where the evidence does not.
    """

    prediction: str
    outcome: str
    saw: str
    because: str = ""


@dataclass
class Check:
    """What became of one check; `waited` is when it was clear that it failed."""

    id: str
    task: int | None
    title: str
    outcome: Outcome = "not_reached"
    reason: str | None = None
    seconds: float = 0.0
    waited: float | None = None
    cause: Cause | None = None
    transcript: list[Moment] = field(default_factory=list)
    traceback: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The check as JSON has it: the parts of its cause beside its own."""
        data = dataclasses.asdict(self)
        named = ["expected", "got", "where", "mistake", "cure", "why", "page"]
        cause = data.pop("cause") or dict.fromkeys(named)
        return data | {name: cause[name] for name in named}


@dataclass
class Verdict:
    """The result of one run. `verdict` and `cause` follow from the checks."""

    step: int
    lesson: str
    project: str
    started_at: str = ""
    seconds: float = 0.0
    cause: Cause | None = None
    broker: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    checks_sha256: str = ""
    checks_changed: bool = False
    checks: list[Check] = field(default_factory=list)
    advice: list[Cause] = field(default_factory=list)
    replay: Replay | None = None
    answers: list[Answer] = field(default_factory=list)
    printed: str = ""
    printed_bytes: int = 0
    logged: str = ""
    traceback: str | None = None

    @property
    def verdict(self) -> Literal["passed", "failed", "machine", "broken"]:
        """Passed, or on what it failed."""
        return WORD[self.cause.voice] if self.cause else "passed"

    @property
    def exit_status(self) -> int:
        """What a command ends with that asked for this verdict."""
        return STATUS[self.cause.voice] if self.cause else 0

    def as_dict(self) -> dict[str, Any]:
        """The verdict as one JSON document, `schema` 1."""
        data = dataclasses.asdict(self)
        data["checks"] = [check.as_dict() for check in self.checks]
        return {"schema": 1, "verdict": self.verdict, **data}


def shown(value: str) -> str:
    """A value for a sentence: invisible characters visible, cut at `LONGEST`."""
    plain = value and value.isprintable() and value == value.strip()
    text, rest = "", value if plain else repr(value)
    while len(text) <= LONGEST and (piece := PIECE.match(rest)):
        run = piece[1]
        after = rest.lstrip(run) if run else rest[piece.end() :]
        times = len(rest) - len(after)
        text += f"{run * 3}… ({times} times)" if run else piece[0]
        rest = after
    cut = len(text) > LONGEST
    return f"{text[:LONGEST]}… ({len(value)} characters)" if cut else text
