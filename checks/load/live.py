"""What a terminal shows while a run goes on: a plot, or a line for each second."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from checks.load.plan import Plan
from checks.load.result import Counts, Second
from checks.load.words import between, number, planned
from checks.show.terminal import NOTICE, QUIET, print_line, print_wrapped

BLOCKS = " ▁▂▃▄▅▆▇█"
"""From nothing to a full column, in eighths."""
HEIGHT = 3
"""Lines of each plot."""
MARGIN = 34
"""Columns beside a plot: what it is, and its latest and largest value."""


class Lines:
    """Prints a line for each second; for a pipe, a file, or a plain terminal."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self.plan, self.console, self.shown = plan, console, 0

    def __enter__(self) -> Self:
        print_wrapped(self.console, planned(self.plan))
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be put back."""

    def update(self, counts: Counts, seconds: float) -> None:
        """Print the seconds that are over."""
        while self.shown < int(seconds):
            second = counts.seconds[self.shown]
            self.shown += 1
            print_line(
                self.console,
                f"{self.shown:3} s  sent {second.sent:,}, "
                f"received {second.received:,}, {between(second.p50, second.p99)}, "
                f"not there yet {waiting(counts):,}",
            )


class Plot(Lines):
    """Draws the seconds that are over, one column each, and draws that again."""

    def __init__(self, plan: Plan, console: Console) -> None:
        super().__init__(plan, console)
        self.missing: list[int] = []
        self.live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        super().__enter__()
        self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.stop()

    def update(self, counts: Counts, seconds: float) -> None:
        """Draw the seconds that are over."""
        if int(seconds) == len(self.missing):
            return
        over = [counts.seconds[second] for second in range(int(seconds))]
        self.missing += [waiting(counts)] * (len(over) - len(self.missing))
        self.live.update(self._drawn(over), refresh=True)

    def _drawn(self, over: Sequence[Second]) -> Table:
        table = Table.grid(padding=(0, 1))
        width = max(10, min(self.console.width - MARGIN, 100))
        shown: list[tuple[str, Callable[[Second], float | None], str]] = [
            ("received in 1 s", lambda second: second.received, ""),
            ("delay p50, ms", lambda second: second.p50, ""),
            ("delay p99, ms", lambda second: second.p99, NOTICE),
        ]
        rows = [
            (name, [of(it) or 0 for it in over], style) for name, of, style in shown
        ]
        rows.append(("not there yet", [*self.missing], NOTICE))
        for name, values, style in rows:
            latest = number(values[-1]) if values else ""
            most = f"most {number(max(values, default=0))}"
            plot = "\n".join(columns(values[-width:], HEIGHT))
            table.add_row(
                f"{name}\n{latest}\n[{QUIET}]{most}[/]",
                f"[{style or 'default'}]{plot}[/]",
            )
        return table


def waiting(counts: Counts) -> int:
    """How many are missing: not fewer than none, as workers report in turns."""
    return max(0, counts.missing)


def screen(plan: Plan, console: Console) -> Lines:
    """What shows a run on this console: a plot where that can be drawn."""
    can_draw = console.is_terminal and not console.is_dumb_terminal
    if can_draw and console.encoding.startswith("utf"):
        return Plot(plan, console)
    return Lines(plan, console)


def columns(values: Iterable[float], height: int) -> list[str]:
    """The lines of a plot: a column for each value, as high as it is large."""
    shown = [*values]
    most = max(shown, default=0) or 1
    eighths = [math.ceil(value / most * height * 8) for value in shown]
    return [
        "".join(BLOCKS[max(0, min(8, one - 8 * line))] for one in eighths)
        for line in reversed(range(height))
    ]
