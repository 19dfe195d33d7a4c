"""The mistakes that fit what somebody has pasted, for a terminal."""

from rich.console import Console

from checks.course.lessons import ROOT
from checks.explain import finder
from checks.explain.mistakes import catalogue
from checks.show.terminal import QUIET, print_line, print_wrapped

NONE_FITS = "No known mistake fits. Paste the last line of a traceback."


def show(text: str, console: Console) -> int:
    """Print the likely mistakes, the likeliest first; 1 if there is none."""
    known = {mistake.id: mistake for mistake in catalogue()}
    matches = finder.find(finder.load(ROOT), text)
    for number, match in enumerate(matches, start=1):
        mistake = known[match.id]
        page = f"docs/reference/mistakes/{match.symptom}.md#{match.id}"
        print_line(console, f"{number}. {mistake.name}", "bold")
        print_wrapped(console, f"{mistake.when}.", "   If   ")
        print_wrapped(console, finder.readable(mistake.cure), "   Do   ")
        print_wrapped(console, page, "   Read ", QUIET)
    if not matches:
        print_wrapped(console, NONE_FITS)
    return 0 if matches else 1
