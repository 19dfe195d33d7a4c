"""Clues: each looks at the evidence of a failure, and says whether it fits.

A clue returns what it found, by name, for the words of the cure; None when it does not
fit. Under the name `where` it may give a better place to look at.
"""

import re
from collections.abc import Callable
from typing import Any

from checks.explain.mistakes.seen import Seen
from checks.observe.log import Event
from checks.verdict import Where

Found = dict[str, Any]
Clue = Callable[[Seen], Found | None]


def is_(*kinds: str) -> Clue:
    """What was found is of one of these kinds (see `checks.explain.diagnosis`)."""
    return lambda seen: {} if seen.kind in kinds else None


def raised(pattern: str = "") -> Clue:
    """An exception was raised, and `Name: words` fits; named groups are found."""

    def clue(seen: Seen) -> Found | None:
        match = seen.said(pattern) if seen.event.get("error") else None
        return match.groupdict() if match else None

    return clue


def in_(*methods: str) -> Clue:
    """It lies in a function of the learner's that has one of these names."""
    return lambda seen: {"method": seen.method} if seen.method in methods else None


def outside() -> Clue:
    """No line of the learner's was at work when it was raised."""
    return lambda seen: None if seen.event.get("frames") else {}


def step(number: int) -> Clue:
    """The lesson is this one, or one before."""
    return lambda seen: {} if seen.step <= number else None


def got(pattern: str) -> Clue:
    """What happened, in the words of the sentence, fits this."""

    def clue(seen: Seen) -> Found | None:
        match = re.search(pattern, seen.cause.got)
        return match.groupdict() if match else None

    return clue


def written(pattern: str, place: str = "", *, look: bool = False) -> Clue:
    """A statement fits: in a file, in functions of this name, or anywhere.

    With `look`, that is where to look.
    """

    def clue(seen: Seen) -> Found | None:
        for line in seen.source.lines(place):
            match = re.search(pattern, line.text)
            if match:
                return match.groupdict() | ({"where": line.at} if look else {})
        return None

    return clue


def lacks(pattern: str, place: str = "") -> Clue:
    """No statement fits: in a file, in functions of this name, or anywhere."""
    there = written(pattern, place)
    return lambda seen: {} if there(seen) is None else None


def failing_line(pattern: str) -> Clue:
    """The learner's line that the failure points at fits."""

    def clue(seen: Seen) -> Found | None:
        frames = seen.event.get("frames") or [{"code": ""}]
        match = re.search(pattern, frames[-1]["code"])
        return match.groupdict() if match else None

    return clue


def at(pattern: str) -> Clue:
    """The statement at the place to look at fits."""

    def clue(seen: Seen) -> Found | None:
        where = seen.cause.where
        lines = seen.source.lines(where.file) if where else []
        there = (re.search(pattern, line.text) for line in lines if line.at == where)
        match = next(filter(None, there), None)
        return match.groupdict() if match else None

    return clue


def never_awaited(what: str, *, called: bool) -> Clue:
    """Nobody awaited a coroutine of this name: of a call, or of a method."""

    def clue(seen: Seen) -> Found | None:
        event = seen.event
        if seen.kind != "never_awaited" or event["called"] != called:
            return None
        match = re.search(what, event["what"])
        return {"what": event["what"].rpartition(".")[2]} if match else None

    return clue


def route(pattern: str) -> Clue:
    """One of the routes in chat/routing.py fits, as it is written."""

    def clue(seen: Seen) -> Found | None:
        for written in seen.ready.get("routes", ()):
            match = re.search(pattern, written)
            if match:
                return {"route": written} | match.groupdict()
        return None

    return clue


def resolves(**what: str) -> Clue:
    """What the project resolves to: each of these, as text, fits its pattern."""

    def clue(seen: Seen) -> Found | None:
        found: Found = {}
        for name, pattern in what.items():
            match = re.search(pattern, str(seen.ready.get(name)))
            if not match:
                return None
            found |= match.groupdict()
        return found

    return clue


def consumer(**what: str) -> Clue:
    """Of the consumer that took the tab, each of these, as text, fits its pattern."""

    def clue(seen: Seen) -> Found | None:
        found: Found = {"consumer": seen.consumer.get("name")}
        for name, pattern in what.items():
            match = re.search(pattern, str(seen.consumer.get(name)))
            if not match:
                return None
            found |= match.groupdict()
        return found if seen.consumer else None

    return clue


def has(*methods: str) -> Clue:
    """The consumer has one of these methods, and the learner wrote it."""

    def clue(seen: Seen) -> Found | None:
        there = seen.consumer.get("methods", {})
        found = [method for method in methods if method in there]
        return {"method": found[0], "where": place(there[found[0]])} if found else None

    return clue


def saw(kind: str, **what: str) -> Clue:
    """An event of the tab: each of these, as text, fits its pattern."""

    def clue(seen: Seen) -> Found | None:
        for event in reversed(seen.events):
            if event["kind"] == kind:
                matches = [re.search(p, str(event.get(n))) for n, p in what.items()]
                if all(matches):
                    groups = [m.groupdict() for m in matches if m]
                    return {name: text for g in groups for name, text in g.items()}
        return None

    return clue


def never_saw(kind: str, **what: str) -> Clue:
    """No such event of the tab."""
    there = saw(kind, **what)
    return lambda seen: {} if there(seen) is None else None


def asked(verb: str) -> Clue:
    """The channel layer was asked to do this in the check; the place is the last."""

    def clue(seen: Seen) -> Found | None:
        for event in reversed(seen.wire.events):
            fits = event["kind"] == "layer" and event["does"] == verb
            if fits and event["at"] >= seen.wire.began:
                return {"where": place(event["where"])}
        return None

    return clue


def never_asked(verb: str) -> Clue:
    """The channel layer was not asked to do this in the check."""
    there = asked(verb)
    return lambda seen: {} if there(seen) is None else None


def file(path: str) -> Clue:
    """The project has this file."""
    return lambda seen: {} if (seen.project / path).exists() else None


def no_file(path: str) -> Clue:
    """The project has no such file."""
    return lambda seen: None if (seen.project / path).exists() else {}


def look_at(file: str) -> Clue:
    """It fits always, and this file is where to look."""
    return lambda _: {"where": Where(file)}


def place(event: Event | None) -> Where | None:
    """The place that an event carries."""
    return Where(event["file"], event["line"]) if event else None
