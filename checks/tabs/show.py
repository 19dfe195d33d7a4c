"""What two tabs showed, for a terminal."""

import os
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from checks.show import transcript
from checks.show.terminal import BAD, GOOD, QUIET, print_line, print_wrapped
from checks.show.text import show_cause
from checks.tabs.tabs import TabState, TabsVerdict
from checks.verdict import shown


def show(verdict: TabsVerdict, console: Console) -> None:
    """Print the failure, if there is one, then each tab, then the transcript."""
    if verdict.cause:
        show_cause(verdict.cause, console)
    if verdict.traceback:
        print_line(console, verdict.traceback, QUIET)
    for tab in verdict.tabs:
        _show_tab(tab, console)
    layer = transcript.layer_name(verdict.broker)
    transcript.show(verdict.transcript, console, verdict.cause, layer=layer)
    if verdict.seen:
        print_line(console, "")
    for sentence in verdict.seen:
        print_wrapped(console, sentence, style=GOOD)
    _show_notes(verdict, console)


def _show_tab(tab: TabState, console: Console) -> None:
    name = (f"\n{tab.name}", "bold")
    print_line(console, Text.assemble(name, f"  {tab.url}, server {tab.server}"))
    for what, words in _seen(tab):
        style = BAD if what == "console" else ""
        print_wrapped(console, words, f"  {what:<7} ", style)


def _seen(tab: TabState) -> Iterator[tuple[str, str]]:
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


def _show_notes(verdict: TabsVerdict, console: Console) -> None:
    if verdict.picture:
        picture = verdict.picture.removeprefix(f"{Path.cwd()}{os.sep}")
        print_line(console, f"A picture of it: {picture}")
    elif any(tab.http for tab in verdict.tabs):
        no = "There is no picture: it could not be taken, or not be written."
        print_wrapped(console, no)
    if verdict.printed:
        print_line(console, "Your project printed:")
        console.print(Text(verdict.printed), soft_wrap=True)
    parts = [verdict.browser, verdict.broker, f"{verdict.seconds:.1f} s"]
    print_wrapped(console, ", ".join(filter(None, parts)) + ".", style=QUIET)
