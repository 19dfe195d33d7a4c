"""Draws the way through the course where a page says `--8<-- "way"`.

It is a list of all lessons: each with what it gives, how long it takes and, where the
pages are served to a learner, how far that one has come. `make learn` keeps this up to
date (`docs/live/progress.js`); otherwise it is as it was when the page was built.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from checks.course import progress
from checks.course.lessons import Course, Lesson
from checks.course.state import is_as_shipped

ROOT = Path(__file__).resolve().parents[2]
NAME = '--8<-- "way"'
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
    """Replace the name by the list, and say how up to date it is."""
    if NAME not in markdown:
        return markdown
    is_live = bool(config.extra.get("live"))
    return markdown.replace(NAME, way(Course(ROOT).lessons, is_live=is_live))


def way(lessons: list[Lesson], *, is_live: bool) -> str:
    """The way as Markdown: a sentence, and an ordered list of lessons."""
    shows_state = served["on"] and not is_live
    known = progress.stored(ROOT) if shows_state else {}
    minutes = sum(lesson.minutes for lesson in lessons)
    about = f"{len(lessons)} lessons, about {_hours(minutes)} in all."
    stops = [
        _stop(one, state_of(one, known) if shows_state else None) for one in lessons
    ]
    now = dt.datetime.now().astimezone()
    if shows_state:
        about += f" How far you were at {now:%H:%M}, when this page was built."
    elif not is_live:
        about += " With `make learn`, it says here which of them pass."
    return "\n".join([about, "{ .stops-about }\n", *stops])


def state_of(lesson: Lesson, known: dict[str, progress.Known]) -> str:
    """Whether a lesson is as it was shipped, has passed once, or is in progress."""
    if is_as_shipped(lesson, lesson.folder):
        return "to_do"
    has_passed = progress.has_passed(known.get(lesson.slug, {}))
    return "passed" if has_passed else "in_progress"


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
