"""Why a notebook did not run: who has to act, and the text for them."""

import io
import re
from typing import Any, NamedTuple, get_args

from IPython.utils.path import compress_user
from rich.console import Console

from checks.course.lessons import ROOT
from checks.show.text import VOICES, show_cause
from checks.verdict import Cause, Voice

WIDTH = 80
"""Columns of a text in a cell."""
EDIT_THE_CELL = "Fix the cell: the page shows where."


class Failure(NamedTuple):
    """Why not all cells ran: who has to act, and the text for them."""

    voice: Voice
    text: str


def failure(cause: Cause) -> Failure:
    """A failure with this cause."""
    return Failure(cause.voice, as_text(cause))


def as_text(cause: Cause) -> str:
    """A cause as a check shows it, as plain text."""
    text = io.StringIO()
    # In a kernel, rich would display it itself, in colours.
    plain = Console(file=text, width=WIDTH, color_system=None, force_jupyter=False)
    show_cause(cause, plain)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def raised(cell: Any, name: str) -> Failure:
    """The failure of a cell that raised.

    `checks.explore` has put a Finding in the course's words; the rest is IPython's.
    """
    error = next(output for output in cell.outputs if output.output_type == "error")
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    voices: tuple[Voice, ...] = get_args(Voice)
    for voice in voices:
        if text.startswith(VOICES[voice]):
            return Failure(voice, text)
    got = f"it raised {error.ename}: {error.evalue}".partition("\n")[0].rstrip(".")
    ours = ROOT / "checks"  # IPython writes it with the ~ of a home folder.
    if any(f"{path}/" in text for path in (ours, compress_user(str(ours)))):
        cause = Cause("checker", f"{name} to run", got, "Please report what follows.")
        return Failure("checker", as_text(cause) + text)
    return failure(Cause("project", f"{name} to run", got, EDIT_THE_CELL))


def out_of_time(name: str, limit: float) -> Failure:
    """The failure of a cell that still ran at the end of the time."""
    cause = Cause(
        "project",
        f"all cells to be done within {limit:g} s",
        f"{name} was still running",
        "Look for a loop in it that does not end, or give it more time: LIMIT=120.",
    )
    return failure(cause)


def ended(name: str) -> Failure:
    """The failure of a cell that ended its Python."""
    cause = Cause(
        "project",
        f"{name} to run",
        "it ended the Python that runs the cells",
        "Look for a call in it that ends Python, such as os._exit().",
    )
    return failure(cause)
