"""What two tabs showed, for a terminal."""

import os
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from checks.browser import Look, Sight
from checks.show.text import show_cause
from checks.verdict import Moment, shown


def show(sight: Sight, console: Console) -> None:
    """Print what was seen: why it failed, if it did, then each tab, then the way."""
    if sight.cause:
        show_cause(sight.cause, console)
    if sight.traceback:
        console.print(Text(sight.traceback, style="dim"))
    for tab in sight.tabs:
        _show_tab(tab, console)
    _show_transcript(sight.transcript, console)
    if sight.seen:
        console.print()
    for sentence in sight.seen:
        console.print(Text(sentence, style="green"))
    _show_notes(sight, console)


def _show_tab(tab: Look, console: Console) -> None:
    table = Table.grid(padding=(0, 1))
    if tab.http is None:
        table.add_row("  was not opened")
    else:
        table.add_row("  it says", Text(tab.status or "nothing: it has no status line"))
        for number, line in enumerate(tab.log or [], start=1):
            table.add_row("  its log", Text(f"{number}. {shown(line)}"))
    if not tab.log and tab.http:
        table.add_row("  its log", "is empty" if tab.log == [] else "is not there")
    for error in tab.console:
        table.add_row("  console", Text(shown(error), style="red"))
    name = Text.assemble((f"\n{tab.name}", "bold"), f"  {tab.url}, server {tab.server}")
    console.print(name, soft_wrap=True)
    console.print(table)


def _show_transcript(moments: list[Moment], console: Console) -> None:
    if not moments:
        return
    table = Table.grid(padding=(0, 1))
    for moment in moments:
        at = f"{moment.at * 1000:.0f} ms"
        table.add_row(f"  {at:>7}", moment.actor.id, moment.does, Text(moment.what))
    console.print("\nWhat passed:", style="dim")
    console.print(table, style="dim")


def _show_notes(sight: Sight, console: Console) -> None:
    if sight.picture:
        picture = sight.picture.removeprefix(f"{Path.cwd()}{os.sep}")
        console.print(f"A picture of it: {picture}", soft_wrap=True)
    elif any(tab.http for tab in sight.tabs):
        console.print("There is no picture: it could not be taken, or not be written.")
    if sight.printed:
        console.print("Your project printed:")
        console.print(Text(sight.printed), soft_wrap=True)
    parts = [sight.browser, sight.broker, f"{sight.seconds:.1f} s"]
    console.print(Text(", ".join(filter(None, parts)) + ".", style="dim"))
