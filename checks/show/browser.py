"""What two tabs showed, for a terminal."""

import os
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from checks.browser.tabs import Look, Sight
from checks.show import transcript
from checks.show.terminal import BAD, GOOD, QUIET, flow, line
from checks.show.text import show_cause
from checks.verdict import shown


def show(sight: Sight, console: Console) -> None:
    """Print what was seen: why it failed, if it did, then each tab, then the way."""
    if sight.cause:
        show_cause(sight.cause, console)
    if sight.traceback:
        line(console, sight.traceback, QUIET)
    for tab in sight.tabs:
        _show_tab(tab, console)
    transcript.show(sight.transcript, console, sight.cause)
    if sight.seen:
        line(console, "")
    for sentence in sight.seen:
        flow(console, sentence, style=GOOD)
    _show_notes(sight, console)


def _show_tab(tab: Look, console: Console) -> None:
    name = (f"\n{tab.name}", "bold")
    line(console, Text.assemble(name, f"  {tab.url}, server {tab.server}"))
    for what, words in _seen(tab):
        style = BAD if what == "console" else ""
        flow(console, words, f"  {what:<7} ", style)


def _seen(tab: Look) -> Iterator[tuple[str, str]]:
    if tab.http is None:
        yield "", "was not opened"
        return
    yield "it says", tab.status or "nothing: it has no status line"
    for number, said in enumerate(tab.log or [], start=1):
        yield "its log", f"{number}. {shown(said)}"
    if not tab.log:
        yield "its log", "is empty" if tab.log == [] else "is not there"
    for error in tab.console:
        yield "console", shown(error)


def _show_notes(sight: Sight, console: Console) -> None:
    if sight.picture:
        picture = sight.picture.removeprefix(f"{Path.cwd()}{os.sep}")
        line(console, f"A picture of it: {picture}")
    elif any(tab.http for tab in sight.tabs):
        no = "There is no picture: it could not be taken, or not be written."
        flow(console, no)
    if sight.printed:
        line(console, "Your project printed:")
        console.print(Text(sight.printed), soft_wrap=True)
    parts = [sight.browser, sight.broker, f"{sight.seconds:.1f} s"]
    flow(console, ", ".join(filter(None, parts)) + ".", style=QUIET)
