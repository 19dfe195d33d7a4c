"""Clues: each looks at the evidence of a failure, and says whether it fits.

A clue returns what it found, by name, for the words of the cure; None when it does not
fit. Under the name `where` it returns a better place to look at.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from checks.explain.mistakes.evidence import FAILED, METHOD, MISSING, SHOWN, Evidence
from checks.explain.mistakes.source import Line, name_of
from checks.observe.log import Event
from checks.verdict import Where

# fmt: off
__all__ = [
    "ASGI", "CONSUMERS", "FAILED", "METHOD", "MISSING", "PATTERNS", "ROUTES",
    "SETTINGS", "SHOWN", "Clue", "Event", "Evidence", "Found", "Line", "accepted",
    "answered", "any_line", "asked", "assigns", "awaits", "based", "by_handler",
    "called_wrongly", "calls", "closed", "consumer", "defines", "either", "ended",
    "expects", "fact", "file", "got", "has", "in_", "in_library", "look", "name_of",
    "never_awaited", "no", "no_consumer", "no_group", "open_to_all", "outside",
    "own", "raised", "resolves", "route", "saw", "says", "statement", "step",
    "terminal", "to_group", "uncalled", "uses",
]
# fmt: on
ASGI, SETTINGS = "mysite/asgi.py", "mysite/settings.py"
CONSUMERS, ROUTES = "chat/consumers.py", "chat/routing.py"
PATTERNS: list[str] = []
"""Every pattern for an exception, so that a warm process compiles them before a run."""
Found = dict[str, Any]
Clue = Callable[[Evidence], Found | None]


# Clues made of others, and of tests --------------------------------------------------


def no(clue: Clue) -> Clue:
    """Fit when this clue does not."""
    return lambda evidence: {} if clue(evidence) is None else None


def either(*clues: Clue) -> Clue:
    """Fit when one of these clues does; the first one says what was found."""
    return lambda evidence: _first(clue(evidence) for clue in clues)


def look(clue: Clue) -> Clue:
    """Fit when this clue on source does, and point to the place."""

    def there(evidence: Evidence) -> Found | None:
        found = clue(evidence)
        return found and {"where": found.get("at"), **found}

    return there


def look_at(file: str) -> Clue:
    """Fit always, and point to this file."""
    return lambda _: {"where": Where(file)}


def any_line(inside: str = "") -> Callable[[Callable[[Line], object]], Clue]:
    """Turn a test of a line into a clue that points to the first line that passes."""

    def of(test: Callable[[Line], object]) -> Clue:
        return lambda evidence: _first(
            {
                "where": line.at,
                "method": line.defines,
                "name": "".join(line.assigns[:1]),
            }
            for line in evidence.lines(inside)
            if test(line)
        )

    return of


def fact(test: Callable[[Evidence], object]) -> Clue:
    """Turn a test of the evidence into a clue."""
    return lambda evidence: {} if test(evidence) else None


# What happened -----------------------------------------------------------------------


def raised(pattern: str = "") -> Clue:
    """An exception was raised, and `Name: words` fits; named groups are found."""
    PATTERNS.append(pattern)
    return lambda e: _groups(e.said(pattern)) if e.event.get("error") else None


def terminal(_: Evidence) -> Found | None:
    """What stands in backticks after If was raised (see `Mistake.on`)."""
    raise NotImplementedError


def got(pattern: str) -> Clue:
    """The words after "Got" fit."""
    return lambda evidence: _groups(re.search(pattern, evidence.cause.got))


def expects(words: str) -> Clue:
    """These words are in what was expected."""
    return fact(lambda evidence: words in evidence.cause.expected)


def in_(methods: str) -> Clue:
    """The failure is in a function of the learner's with such a name."""

    def clue(evidence: Evidence) -> Found | None:
        fits = re.fullmatch(methods, evidence.method)
        return {"method": evidence.method} if fits else None

    return clue


@fact
def own(evidence: Evidence) -> bool:
    """A line of the learner's was running when the exception was raised."""
    return bool(evidence.frame.get("code"))


@fact
def outside(evidence: Evidence) -> bool:
    """No line of the learner's was running when the exception was raised."""
    return not evidence.event.get("frames")


@fact
def in_library(evidence: Evidence) -> object:
    """A package that is installed raised it, and not Python or the learner."""
    return evidence.event.get("library")


@fact
def open_to_all(evidence: Evidence) -> bool:
    """The course's own project lets anonymous users into every room."""
    return evidence.is_open_to_all


def step(number: int) -> Clue:
    """The lesson is this one, or one before."""
    return fact(lambda evidence: evidence.step <= number)


def never_awaited(what: str = "", *, called: bool = True) -> Clue:
    """Nobody awaited a coroutine of this name: of a call, or of a method."""

    def clue(evidence: Evidence) -> Found | None:
        event = evidence.event
        if evidence.kind != "never_awaited" or event["called"] != called:
            return None
        fits = re.search(what, event["what"])
        name = event["what"].rpartition(".")[2]
        at = _place(event["where"])
        names = [n for x in evidence.statements if at and x.spans(at) for n in x.names]
        calls = [one for one in names if f".{one}".endswith(f".{name}")]
        return {"what": name, "call": (calls or [name])[-1]} if fits else None

    return clue


def route(pattern: str) -> Clue:
    """One of the routes in chat/routing.py fits, as it is written."""
    return fact(lambda e: any(re.search(pattern, r) for r in e.ready.get("routes", ())))


def resolves(**what: str) -> Clue:
    """What the project resolves to fits: its routes, its layer, its application."""
    return lambda evidence: _fitting(evidence.ready, what)


def consumer(**what: str) -> Clue:
    """The consumer of the tab fits: its class, its bases, its kwargs."""
    return lambda e: _fitting(e.consumer, what) if e.consumer else None


def based(pattern: str) -> Clue:
    """The classes that the consumer of the tab inherits from fit."""
    return consumer(bases=pattern)


def has(*methods: str) -> Clue:
    """That consumer has one of these methods, and the learner wrote it."""

    def clue(evidence: Evidence) -> Found | None:
        there = evidence.consumer.get("methods", {})
        found = [method for method in methods if method in there]
        return {"method": found[0], "where": _place(there[found[0]])} if found else None

    return clue


def saw(kind: str, **what: str) -> Clue:
    """The server reported such an event of the tab."""
    return lambda evidence: _first(
        _fitting(event, what)
        for event in reversed(evidence.events)
        if event["kind"] == kind
    )


def asked(verb: str, *, earlier: bool = False) -> Clue:
    """The channel layer was asked to do this in the check; the place is the last.

    With `earlier`, a check before it may have been the one.
    """
    return lambda evidence: _first(
        {"where": _place(event["where"])}
        for event in reversed(evidence.run_events if earlier else evidence.check_events)
        if event["kind"] == "layer" and event["does"] == verb
    )


def file(path: str) -> Clue:
    """The project has this file."""
    return fact(lambda evidence: (evidence.project / path).exists())


def called_wrongly(method: str) -> tuple[Clue, ...]:
    """Channels called this method of the learner's, which takes other arguments."""
    return raised(rf"\.{method}\(\) (missing|takes|got)"), outside, has(method)


ended = got("ended without sending")
to_group, no_group = asked("group_send"), no(asked("group_send"))
by_handler, no_consumer = saw("handling", type="^(?!websocket)"), no(saw("consumer"))
accepted, answered, closed = (
    saw("out", type=f"websocket.{name}") for name in ("accept", "send", "close")
)


# What the source says ----------------------------------------------------------------


class OnLines:
    """Makes clues that fit when some name in a line does, such as what the line calls.

    A name is a regular expression for a whole name or its last parts: `close` fits
    `self.close`. In it, MISSING stands for what an exception says is missing. `inside`
    fits the name of a function, of something assigned to, or of a file; or it is
    FAILED, METHOD or SHOWN.
    """

    def __init__(self, there: Callable[[Line], Iterable[str]]) -> None:
        self.there = there

    def __call__(self, name: str, inside: str = "") -> Clue:
        """Make a clue."""

        def clue(evidence: Evidence) -> Found | None:
            wanted = name.replace(MISSING, evidence.missing)
            fits = re.compile(rf"(?:.*\.)?(?:{wanted})").fullmatch
            return _first(
                {"at": line.at} | match.groupdict()
                for line in evidence.lines(inside)
                for match in map(fits, filter(None, self.there(line)))
                if match
            )

        return clue


uses = OnLines(lambda line: line.names)
"""The name is used, called or not, or imported."""
assigns = OnLines(lambda line: line.assigns)
"""The name is given a value."""
defines = OnLines(lambda line: [line.defines])
"""A function or class of the name is defined."""
awaits = OnLines(lambda line: line.awaits)
"""The name is awaited."""
uncalled = OnLines(lambda line: line.uncalled)
"""A statement consists of the name, and so does not call it."""
statement = OnLines(lambda line: [line.keyword])
"""A statement is of this kind (see `Line.keyword`)."""


def calls(name: str, inside: str = "", *, given: str = "") -> Clue:
    """The name is called, by itself or through async_to_sync.

    `given` fits the first argument, or the name of one that is given by name.
    """
    fits = re.compile(given).fullmatch
    called = OnLines(
        lambda line: [n for n, a in line.calls if not given or any(map(fits, a))]
    )
    return called(name, inside)


@any_line("disconnect")
def asks_for_the_code(line: Line) -> bool:
    """An if in disconnect() asks with which code the tab was closed."""
    return line.keyword == "if" and any("code" in name for name in line.names)


def says(words: str, inside: str = "") -> Clue:
    """A string has these words in it."""
    return OnLines(lambda line: line.texts)(rf"(?s:.*({words}).*)", inside)


def _groups(match: re.Match[str] | None) -> Found | None:
    return match.groupdict() if match else None


def _first(found: Iterable[Found | None]) -> Found | None:
    return next((one for one in found if one is not None), None)


def _fitting(event: Event, what: dict[str, str]) -> Found | None:
    """What the named groups found, when each of these fits, as text, its pattern."""
    matches = [re.search(p, str(event.get(name))) for name, p in what.items()]
    if not all(matches):
        return None
    return {name: text for m in matches if m for name, text in m.groupdict().items()}


def _place(event: Event | None) -> Where | None:
    return Where(event["file"], event["line"]) if event else None
