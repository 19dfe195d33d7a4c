"""Questions about what will happen, in a terminal, and what a run has answered."""

import click
from rich.console import Console

from checks.course.hints import CODE
from checks.course.lessons import Lesson, Prediction
from checks.show.terminal import BAD, GOOD, QUIET, print_line, print_wrapped
from checks.verdict import Answer, Verdict

SKIP = ""


def ask(lesson: Lesson, console: Console) -> dict[str, str]:
    """Ask the questions of a lesson; the chosen option of each that was not skipped.

    Where nobody can answer, as in a pipe that has ended, all are skipped.
    """
    said: dict[str, str] = {}
    for prediction in lesson.predictions:
        names = list(prediction.options)
        print_wrapped(console, _plain(prediction.question), style="bold")
        for number, name in enumerate(names, start=1):
            print_line(console, f"  {number}  {_plain(prediction.options[name])}")
        numbers = click.Choice([SKIP, *map(str, range(1, len(names) + 1))])
        words = "Your prediction, or Enter to skip"
        try:
            chosen = click.prompt(
                words, SKIP, type=numbers, show_default=False, show_choices=False
            )
        except click.Abort:
            print_line(console, "")
            return {}
        if chosen != SKIP:
            said[prediction.id] = names[int(chosen) - 1]
    return said


def answer(
    lesson: Lesson, said: dict[str, str], verdict: Verdict, console: Console
) -> None:
    """Print what the run saw of each prediction."""
    answers = {answer.prediction: answer for answer in verdict.answers}
    for prediction in lesson.predictions:
        if mine := said.get(prediction.id):
            print_line(console, "")
            print_wrapped(console, _plain(prediction.question), style=QUIET)
            found = answers.get(prediction.id)
            style = GOOD if found and found.outcome == mine else ""
            print_wrapped(console, _sentence(prediction, mine, found), style=style)
    if verdict.cause and answers.keys() < said.keys():
        print_line(console, "")
        print_wrapped(console, verdict.cause.sentence(), style=BAD)


def _plain(words: str) -> str:
    """Words without the backticks around code."""
    return CODE.sub(r"\1", words)


def _sentence(prediction: Prediction, said: str, found: Answer | None) -> str:
    """What was said, and what happened."""
    words = f"You said: {_plain(prediction.options[said])}."
    if found is None:
        return f"{words} The run did not come that far."
    because = f", because {found.because}" if found.because else ""
    judged = "Right" if found.outcome == said else "Not quite"
    return f"{words} {judged}: {found.saw}{because}."
