"""What passed between tabs, servers and layer: the beginning, the end, the failure."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console

from checks.observe.timeline import LONGEST, SAID
from checks.show.terminal import BAD, QUIET, cut, line
from checks.verdict import Cause, Kind, Moment

LINES = 12
"""So many lines are shown, the one that marks the failure among them."""
TELLING = 3
"""Of tabs that the cause names, so many lines are shown with which they open, and so
many with which they hear words that it names."""
KINDS: tuple[Kind, ...] = ("tab", "server", "layer")
HEARING = re.compile(r"(tab [A-Z]) to hear (\{.*)", re.DOTALL)


class Row(NamedTuple):
    """One line: when, who, and what they do."""

    at: str
    kind: Kind
    who: str
    does: str
    what: str


def show(
    moments: list[Moment],
    console: Console,
    cause: Cause | None = None,
    waited: float | None = None,
) -> None:
    """Print a transcript; with a cause, what did not happen is its last line.

    `waited` is after how many seconds that was clear.
    """
    if not moments:
        return
    rows = [_row(moment) for moment in moments]
    at = f"{waited * 1000:.0f}" if waited else ""
    missing = [row] if cause and (row := _missing(cause, at)) else []
    kept = _kept(rows, f"{cause.expected} {cause.got}" if cause else "")
    form = Form([*(rows[index] for index in kept), *missing], console.width)
    line(console, "\nWhat passed, in ms:", QUIET)
    for before, index in pairwise([-1, *kept]):
        if index > before + 1:
            line(console, form.gap(index - before - 1, len(rows)), QUIET)
        line(console, form.row(rows[index]))
    if cause:
        last = (
            form.row(missing[0], "✗") if missing else form.expected(cause.expected, at)
        )
        line(console, last, BAD)


def _row(moment: Moment) -> Row:
    kind, _, which = moment.actor.id.partition("-")
    who = f"{kind} {which.upper()}".strip()
    return Row(
        f"{moment.at * 1000:.0f}", moment.actor.kind, who, moment.does, moment.what
    )


def _missing(cause: Cause, at: str) -> Row | None:
    """What a tab should have heard. Other causes are not one actor's to do."""
    hearing = HEARING.fullmatch(cause.expected)
    if not hearing:
        return None
    return Row(at, "tab", hearing[1], "does not hear", hearing[2])


def _kept(rows: list[Row], named: str) -> list[int]:
    """Which rows are shown: the latest, and before them what concerns who is named."""
    words = SAID.findall(named)
    theirs = [i for i, row in enumerate(rows) if row.who in named]
    opened = [i for i in theirs if rows[i].does == "opens"]
    hears = [i for i in theirs if rows[i].does == "hears"]
    heard = [i for i in hears if any(word in rows[i].what for word in words)]
    telling = {*opened[:TELLING], *heard[:TELLING]}
    for latest in range(LINES, 0, -1):
        first = max(len(rows) - latest, 0)
        kept = sorted({*telling, *range(first, len(rows))})
        gaps = sum(after > before + 1 for before, after in pairwise([-1, *kept]))
        if len(kept) + gaps < LINES:
            break
    return kept


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
        """How many lines are left out; the wire itself keeps so many only."""
        least = "at least " if known >= LONGEST else ""
        lines = "line" if number == 1 else "lines"
        return f"  {'…':>{self.time}}  {least}{number} {lines} left out"

    def expected(self, words: str, at: str = "") -> str:
        """What did not happen, where no single actor was to do it."""
        text = f"✗ {at:>{self.time}}  expected: "
        return text + cut(words, self.width - cell_len(text))
