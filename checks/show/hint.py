"""A hint for a terminal: its number, its text, and how to get the next one."""

from rich.console import Console
from rich.text import Text

from checks.course.hints import CODE, Hint
from checks.course.lessons import Lesson, Task
from checks.show.terminal import GOOD, QUIET, print_line, print_wrapped

ALL = "These were all the hints for this task."


def show(hint: Hint, again: str, solution: str, console: Console) -> None:
    """Print a hint; `again` is the command for the next one, `solution` for the end."""
    task, number = hint.task, hint.number
    print_line(console, "")
    if number:
        name = f"Hint {number} of {len(task.hints)}"
        print_line(console, f"{name} for task {task.number}, {task.title}:", "bold")
        _show_words(task.hints[number - 1], "  ", console)
    else:
        print_line(console, f"Task {task.number}, {task.title}:", "bold")
        _show_hints(task, console)
    print_line(console, "")
    for sentence in _notes(hint):
        print_wrapped(console, sentence, style=QUIET)
    last = not number or number == len(task.hints)
    print_line(
        console, f"{ALL} The solution: {solution}" if last else f"The next: {again}"
    )


def _notes(hint: Hint) -> list[str]:
    notes = []
    if hint.left_out and hint.number:
        named = " and ".join(str(number) for number in hint.left_out)
        what = "Hint {} is" if len(hint.left_out) == 1 else "Hints {} are"
        why = "left out: the line under Do, above, says as much."
        notes.append(f"{what.format(named)} {why}")
    if not hint.counted:
        notes.append("This hint could not be counted: build/ cannot be written.")
    return notes


def show_all(lesson: Lesson, console: Console) -> None:
    """Print every hint of a lesson that passes, and why it is solved as it is."""
    print_line(
        console,
        "This lesson passes. These are its hints, and why it is solved this way.",
        GOOD,
    )
    for task in lesson.tasks:
        print_line(console, f"\nTask {task.number}, {task.title}:", "bold")
        _show_hints(task, console)
        if task.why:
            _show_words(task.why, "  Why: ", console)


def _show_hints(task: Task, console: Console) -> None:
    for number, hint in enumerate(task.hints, start=1):
        _show_words(hint, f"  {number}. ", console)


def _show_words(words: str, lead: str, console: Console) -> None:
    text = Text(words)
    text.highlight_regex(CODE.pattern, "bold")
    print_wrapped(console, text, lead)
