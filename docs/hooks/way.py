"""Draws the way through the course, and what a learner has done on it.

Where a page says `--8<-- "way"`, there is a list of all lessons: each with what it
gives, how long it takes and, where the pages are served to a learner, how far that one
has come. `--8<-- "figures"` is a table of what was counted. `make learn` keeps both up
to date (`docs/live/progress.js`); otherwise they are as when the page was built.
"""

import datetime as dt
import html
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from checks.course import progress
from checks.course.lessons import Course, Lesson
from checks.live.figures import LABELS, figures

ROOT = Path(__file__).resolve().parents[2]
WAY, FIGURES = '--8<-- "way"', '--8<-- "figures"'
SIGNS = {
    "passed": ("✓", "passed"),
    "in_progress": ("◐", "in progress"),
    "to_do": ("○", "to do"),
}
"""What is done has passed once. The words are those of `docs/live/words.js`."""
served = {"on": False}
"""Whether this is no build that others may read."""


def on_startup(command: str, **_: Any) -> None:
    """Note whether the pages are served to somebody who learns."""
    served["on"] = command == "serve"


def on_page_markdown(markdown: str, config: MkDocsConfig, **_: Any) -> str:
    """Replace the names by what they stand for."""
    is_live = bool(config.extra.get("live"))
    lessons = Course(ROOT).lessons
    if WAY in markdown:
        markdown = markdown.replace(WAY, way(lessons, is_live=is_live))
    if FIGURES in markdown:
        markdown = markdown.replace(FIGURES, table(lessons, is_live=is_live))
    return markdown


def table(lessons: list[Lesson], *, is_live: bool) -> str:
    """The figures as HTML; where the pages are built for others, what they are."""
    if not served["on"] and not is_live:
        *names, last = (name[0].lower() + name[1:] for name in LABELS.values())
        shown = f"{', '.join(names)} and {last}"
        return f"With `make learn`, this page also shows your progress: {shown}."
    rows = [
        f'<tr><th scope="row">{label}</th><td data-figure="{name}">{value}</td></tr>'
        for (name, label), value in zip(
            LABELS.items(),
            map(html.escape, figures(lessons, ROOT).values()),
            strict=True,
        )
    ]
    note = "" if is_live else f"Counted at {_now()}, when this page was built."
    return "\n".join(["<table>", *rows, "</table>", "", note])


def way(lessons: list[Lesson], *, is_live: bool) -> str:
    """The way as Markdown: a sentence, and an ordered list of lessons."""
    shows_state = served["on"] and not is_live
    known = progress.stored(ROOT) if shows_state else {}
    minutes = sum(lesson.minutes for lesson in lessons)
    about = f"{len(lessons)} lessons, about {_hours(minutes)} in all."
    states = {it: progress.state(it, known.get(it.slug, {})) for it in lessons}
    stops = [_stop(it, states[it] if shows_state else None) for it in lessons]
    if shows_state:
        about += f" How far you were at {_now()}, when this page was built."
    elif not is_live:
        about += " With `make learn`, this page marks the lessons that pass."
    return "\n".join([about, "{ .stops-about }\n", *stops])


def _stop(lesson: Lesson, state: str | None) -> str:
    link = f"[{lesson.title}](lessons/{lesson.slug}.md)"
    takes = f'<span class="stops-minutes"> {lesson.minutes} minutes</span>'
    lines = [
        f"{lesson.step}. {link}{takes}",
        f'<span class="stops-gives">{lesson.proved}</span>',
    ]
    if state:
        mark = " ".join(SIGNS[state])
        lines += [f'<span class="live-mark" data-state="{state}">{mark}</span>']
    return "\n    ".join(lines)


def _hours(minutes: int) -> str:
    """How long something takes, to the half hour."""
    halves = round(minutes / 30)
    return f"{halves // 2}½ hours" if halves % 2 else f"{halves // 2} hours"


def _now() -> str:
    return f"{dt.datetime.now().astimezone():%H:%M}"
