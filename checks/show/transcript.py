"""A transcript of tabs, servers and layer, shortened around the failure."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console

from checks.observe.timeline import LONGEST, SAID
from checks.show.terminal import BAD, QUIET, cut, print_line
from checks.verdict import Cause, Kind, Moment

LINES = 12
"""This many lines are shown, including the one that marks the failure."""
CONTEXT = 3
"""For the tabs in the cause, this many lines are shown of their opening, and as many
of the messages in the cause that they receive."""
KINDS: tuple[Kind, ...] = ("tab", "server", "layer")
CALL = re.compile(r"group_\w+|send|flush")
"""Methods of the channel layer that a server calls."""
NOT_RECEIVED = re.compile(r"(tab [A-Z]) to receive (\{.*)", re.DOTALL)


class Row(NamedTuple):
    """One line: when, who, and what they do."""

    at: str
    kind: Kind
    who: str
    does: str
    what: str


def show(  # noqa: PLR0913 (what is shown, and how)
    moments: list[Moment],
    console: Console,
    cause: Cause | None = None,
    waited: float | None = None,
    style: str = BAD,
    *,
    layer: str = "Redis",
) -> None:
    """Print a transcript; with a cause, its last line is what did not happen.

    `waited` is the number of seconds after which that was clear, and `layer` what the
    channel layer is called.
    """
    if not moments:
        return
    rows = [_row(moment, layer) for moment in moments]
    at = f"{waited * 1000:.0f}" if waited else ""
    missing = [row] if cause and (row := _missing(cause, at)) else []
    selected = _selected(rows, f"{cause.expected} {cause.got}" if cause else "")
    form = Form([*(rows[index] for index in selected), *missing], console.width)
    print_line(console, "\nMessages, in ms:", QUIET)
    for before, index in pairwise([-1, *selected]):
        if index > before + 1:
            print_line(console, form.gap(index - before - 1, len(rows)), QUIET)
        print_line(console, form.row(rows[index]))
    if cause:
        last = (
            form.row(missing[0], "✗") if missing else form.expected(cause.expected, at)
        )
        print_line(console, last, style)


def layer_name(broker: str | None) -> str:
    """What the channel layer is called, where this is the Redis of a run, or none."""
    return "Redis" if broker else "memory"


def _row(moment: Moment, layer: str) -> Row:
    at, who = f"{moment.at * 1000:.0f}", _named(moment.actor.id)
    if moment.actor.kind == "layer":
        if moment.peer and CALL.fullmatch(moment.does):
            does = f"calls {moment.does}"
            return Row(at, "server", _named(moment.peer), does, moment.what)
        who = layer
    return Row(at, moment.actor.kind, who, moment.does, moment.what)


def _named(actor: str) -> str:
    kind, _, which = actor.partition("-")
    return f"{kind} {which.upper()}".strip()


def _missing(cause: Cause, at: str) -> Row | None:
    """What a tab should have received; None when the cause is not about one tab."""
    receiving = NOT_RECEIVED.fullmatch(cause.expected)
    if not receiving:
        return None
    return Row(at, "tab", receiving[1], "does not receive", receiving[2])


def _selected(rows: list[Row], cause: str) -> list[int]:
    """Which rows are shown: the latest, and earlier ones of the tabs that are named."""
    words = SAID.findall(cause)
    theirs = [i for i, row in enumerate(rows) if row.who in cause]
    opened = [i for i in theirs if rows[i].does == "opens"]
    receives = [i for i in theirs if rows[i].does == "receives"]
    named = [i for i in receives if any(word in rows[i].what for word in words)]
    context = {*opened[:CONTEXT], *named[:CONTEXT]}
    for latest in range(LINES, 0, -1):
        first = max(len(rows) - latest, 0)
        selected = sorted({*context, *range(first, len(rows))})
        gaps = sum(after > before + 1 for before, after in pairwise([-1, *selected]))
        if len(selected) + gaps < LINES:
            break
    return selected


class Form:
    """The columns: the time, one for each kind of actor, a verb, and the rest."""

    def __init__(self, rows: list[Row], width: int) -> None:
        self.width = width
        self.time = max(len("0000"), *(len(row.at) for row in rows))
        self.verb = max(cell_len(row.does) for row in rows)
        self.actors = {
            kind: max(cell_len(row.who) for row in rows if row.kind == kind)
            for kind in KINDS
            if any(row.kind == kind for row in rows)
        }

    def row(self, row: Row, sign: str = " ") -> str:
        """A row as a line that fits into the width."""
        who = " ".join(self._cells(row))
        text = f"{sign} {row.at:>{self.time}}  {who}  {row.does:<{self.verb}} "
        return text + cut(row.what, self.width - cell_len(text))

    def _cells(self, row: Row) -> Iterator[str]:
        for kind, width in self.actors.items():
            yield f"{row.who if kind == row.kind else '':<{width}}"

    def gap(self, number: int, known: int) -> str:
        """How many lines are left out; the timeline itself keeps a limited number."""
        least = "at least " if known >= LONGEST else ""
        lines = "line" if number == 1 else "lines"
        return f"  {'…':>{self.time}}  {least}{number} {lines} left out"

    def expected(self, words: str, at: str = "") -> str:
        """What did not happen, where no single actor was expected to do it."""
        text = f"✗ {at:>{self.time}}  expected: "
        return text + cut(words, self.width - cell_len(text))
