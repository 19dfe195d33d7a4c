"""Terminals, pipes and files: what is printed reads well on each of them."""

import codecs
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

GOOD, BAD, BROKEN = "color(64)", "color(196)", "color(164)"
NOTICE, QUIET, PLACE = "color(166)", "color(244)", "color(30)"
"""Colours that can be read on light and on dark; words say the same without them."""

ENDLESS = 100_000
"""Columns where nothing is wrapped."""
ASCII = {"“": '"', "”": '"', "✓": "+", "✗": "x", "·": ".", "…": "...", "─": "-"}
"""Our signs, for a terminal that knows only ASCII."""
ASCII_LOCALES = ("C", "POSIX")


def make_console(*, stderr: bool = False) -> Console:
    """A console for one of our streams. In a pipe or a file no line is wrapped.

    If somebody set COLUMNS, it is the width there too.
    """
    stream = sys.stderr if stderr else sys.stdout
    whole = not stream.isatty() and "COLUMNS" not in os.environ
    return Console(
        highlight=False, stderr=stderr, width=ENDLESS if whole else None, emoji=False
    )


def prepare() -> None:
    """Let our streams print any text, whatever encoding the terminal has."""
    # In the C locale Python writes UTF-8, but who asked for that locale wants ASCII.
    asked = any(os.environ.get(name) in ASCII_LOCALES for name in ("LC_ALL", "LANG"))
    implied = sys.flags.utf8_mode and "PYTHONUTF8" not in os.environ
    for stream in (sys.stdout, sys.stderr):
        allow_any_text(stream, "ascii" if asked and implied else None)


def allow_any_text(stream: Any, encoding: str | None = None) -> None:
    """Let a stream print any text: other signs for what its encoding lacks."""
    codecs.register_error("checks.ascii", _in_other_signs)
    stream.reconfigure(encoding=encoding, errors="checks.ascii")


def _in_other_signs(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace characters that an encoding lacks by a sign, or by their number."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    bad = error.object[error.start : error.end]
    signs = (ASCII.get(c) or ascii(c)[1:-1] for c in bad)
    return "".join(signs), error.end


def print_wrapped(
    console: Console, words: str | Text, lead: str | Text = "", style: str = ""
) -> None:
    """Print words after a lead, and continue them below where they do not fit.

    No line ends with blanks, and no word, such as a path, is split.
    """
    text = Text(words, style) if isinstance(words, str) else words
    lead = Text(lead) if isinstance(lead, str) else lead
    room = console.width - cell_len(lead.plain)
    for part in _wrapped(text, room):
        print_line(console, lead + part)
        lead = Text(" " * cell_len(lead.plain))


def _wrapped(text: Text, room: int) -> Iterator[Text]:
    """The lines of a text. rich would cut a word that is longer than a line."""
    for paragraph in text.split("\n", allow_blank=True):
        breaks = [0]
        for word in re.finditer(r"\S+", paragraph.plain):
            if cell_len(paragraph.plain[breaks[-1] : word.end()]) > room:
                breaks.append(word.start())
        yield from paragraph.divide(offset for offset in breaks if offset)


def print_line(console: Console, words: str | Text, style: str = "") -> None:
    """Print one whole line, however long it is, without blanks at its end."""
    text = Text(words) if isinstance(words, str) else words
    text.rstrip()
    console.print(text, style=style, soft_wrap=True)


def linked(console: Console, words: str, path: Path, line: int | None) -> Text:
    """Words that a terminal opens on a click (OSC 8); plain words anywhere else.

    Terminals that open editors read the line from the fragment.
    """
    text = Text(words)
    plain = console.is_dumb_terminal or console.no_color or not console.file.isatty()
    if not plain and path.is_file():
        at = f"#{line}" if line else ""
        text.stylize(f"link {path.resolve().as_uri()}{at}")
    return text


def cut(words: str, columns: int) -> str:
    """Words shortened to this many columns, with a sign where something is missing."""
    if cell_len(words) <= columns:
        return words
    text = Text(words)
    text.truncate(max(columns - len(ASCII["…"]), 1))
    return f"{text.plain.rstrip()}…"
