"""What is printed of a run at its end."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from checks.load.result import Result
from checks.load.tab import LOST
from checks.load.words import between, counted, number
from checks.show.terminal import BAD, NOTICE, linked, print_line, print_wrapped

LEAD = 11
"""Columns of what stands before each line."""


def show(result: Result, console: Console, kept: Iterable[Path]) -> None:
    """Print a result, and where it is kept."""
    data, counts = result.as_dict(), result.counts
    lost = counts.missing
    words = f"{counts.received:,} of {counts.due:,}; lost: {lost:,}"
    if counts.due and lost:
        words += f" ({lost / counts.due:.1%})"
    _line(console, "Received", words, BAD if lost else "")
    _line(console, "Throughput", f"{data['received_per_second']:,} a second")
    delay = data["delay_ms"]
    longest = f", longest {number(delay['longest'])} ms" if delay["longest"] else ""
    _line(console, "Delay", f"{between(delay['p50'], delay['p99'])}{longest}")
    for words, style in _remarks(result):
        _line(console, "", words, style)
    for which, server in enumerate(result.servers, 1):
        if server.ended is not None:
            _line(console, f"Server {which}", f"ended: {server.ended}", BAD)
            continue
        cpu = "" if server.cpu is None else f"{server.cpu:.0%} of a processor, "
        _line(console, f"Server {which}", f"{cpu}{server.memory_mib:,.0f} MiB")
    if result.tab_memory is not None:
        _line(console, "Memory", f"{result.tab_memory:,.0f} KiB a tab")
    late = number(result.generator_late)
    _line(console, "Generator", f"up to {late} ms late (p99)")
    for lead, path in zip(("Kept", ""), kept, strict=True):
        print_line(
            console, Text(f"{lead:<{LEAD}}") + linked(console, str(path), path, None)
        )


def _remarks(result: Result) -> list[tuple[str, str]]:
    counts, remarks = result.counts, []
    for code, tabs in counts.closed().items():
        words = f"The server closed {counted(tabs, 'tab')} with code {code}."
        if code == str(LOST):
            words = f"{counted(tabs, 'tab')} lost the connection (1006)."
        remarks.append((words, BAD))
    if counts.unsent:
        words = f"{counts.unsent:,} messages were not sent: their tabs were closed."
        remarks.append((words, NOTICE))
    if result.load_before > result.cores:
        words = (
            f"Other programs were using this machine (load {result.load_before:.1f} "
            f"on {counted(result.cores, 'core')}): without them it can do more."
        )
        remarks.append((words, NOTICE))
    if not counts.is_settled:
        words = "The servers were still busy when this ended: some may come later."
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
