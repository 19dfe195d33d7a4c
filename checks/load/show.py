"""What a terminal shows of a run: while it goes on, and at its end."""

from pathlib import Path
from typing import Self

from rich.console import Console

from checks.load.delays import milliseconds
from checks.load.plan import Plan
from checks.load.result import Counts, Result
from checks.show.terminal import BAD, NOTICE, QUIET, print_line, print_wrapped

LEAD = 11
"""Columns of what stands before each line."""


def doing(console: Console, words: str) -> None:
    """Print what takes a while."""
    print_line(console, f"{words} …", QUIET)


class Screen:
    """What is printed while a run goes on: a line for each second."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self.plan, self.console, self.shown = plan, console, 0

    def __enter__(self) -> Self:
        words = (
            f"{counted(self.plan.tabs, 'tab')} in {counted(self.plan.rooms, 'room')}"
        )
        where = counted(len(self.plan.addresses), "server")
        rate = f"{self.plan.rate:g} messages a second for {self.plan.seconds:g} s"
        print_wrapped(self.console, f"{words} on {where}: {rate}")
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, counts: Counts, seconds: float) -> None:
        """Show what was counted until now."""
        while self.shown < int(seconds) - 1:
            second = counts.seconds[self.shown]
            delay = between(
                milliseconds(second.delays, 0.5), milliseconds(second.delays, 0.99)
            )
            self.shown += 1
            words = (
                f"{self.shown:3} s  sent {second.sent:,}, received {second.received:,}"
                f", {delay}, not there yet {counts.missing:,}"
            )
            print_line(self.console, words)


def counted(number: int, what: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def between(p50: float | None, p99: float | None) -> str:
    """Two percentiles, in words."""
    if p50 is None or p99 is None:
        return "no delay known"
    return f"p50 {p50:,.4g} ms, p99 {p99:,.4g} ms"


def show(result: Result, console: Console, kept: Path) -> None:
    """Print a result, and where it is kept."""
    data, counts = result.as_dict(), result.counts
    lost = counts.missing
    words = f"{counts.received:,} of {counts.due:,}; lost: {lost:,}"
    if counts.due and lost:
        words += f" ({lost / counts.due:.1%})"
    _line(console, "Received", words, BAD if lost else "")
    _line(console, "Throughput", f"{data['received_per_second']:,} a second")
    delay = data["delay_ms"]
    longest = f", longest {delay['longest']:,.4g} ms" if delay["longest"] else ""
    _line(console, "Delay", f"{between(delay['p50'], delay['p99'])}{longest}")
    for words, style in _remarks(result):
        _line(console, "", words, style)
    for number, server in enumerate(result.servers, 1):
        cpu = "" if server.cpu is None else f"{server.cpu:.0%} of a processor, "
        _line(console, f"Server {number}", f"{cpu}{server.memory:,.0f} MiB")
    if result.tab_memory is not None:
        _line(console, "Memory", f"{result.tab_memory:,.0f} KiB a tab")
    late = f"late by {result.generator_late:.3g} ms at most, 99 times of 100"
    _line(console, "Generator", late)
    _line(console, "Kept", str(kept))


def _remarks(result: Result) -> list[tuple[str, str]]:
    counts, remarks = result.counts, []
    for code, number in counts.closed().items():
        words = f"The server closed {counted(number, 'tab')} with code {code}."
        remarks.append((words, BAD))
    if counts.unsent:
        words = f"{counts.unsent:,} messages were not sent: their tabs were closed."
        remarks.append((words, NOTICE))
    if counts.twice:
        remarks.append((f"{counts.twice:,} arrived twice.", BAD))
    if result.is_limited_by_generator:
        words = (
            "The load generator itself was late, so it or this machine is the limit: "
            "part of these delays is its own. Try a lower RATE or fewer TABS."
        )
        remarks.append((words, NOTICE))
    return remarks


def _line(console: Console, lead: str, words: str, style: str = "") -> None:
    print_wrapped(console, words, f"{lead:<{LEAD}}", style)
