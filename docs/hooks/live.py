"""What the page of a lesson brings along for the live results.

Each says in one line how to switch them on. Where they are on, as `extra.live` says, it
also holds what there is to check: `docs/live/` shows that, and what came of it.
"""

import functools
import html
import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from checks.course.checklist import checklist
from checks.course.lessons import Course, Lesson, Prediction

ROOT = Path(__file__).resolve().parents[2]
SWITCH = (
    '<p class="live-switch">With <code>make learn</code> in a terminal, this page '
    "checks your project at every save, and shows here what works.</p>"
)


def on_pre_build(**_: Any) -> None:
    """Read the course once more: a build shows it as it is then."""
    _course.cache_clear()


@functools.cache
def _course() -> Course:
    return Course(ROOT)


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Put the questions of a lesson where its page names them.

    Raises PluginError for a name that `lesson.toml` does not have.
    """
    lesson = _lesson(page)
    known = {it.id: it for it in lesson.predictions} if lesson else {}

    def question(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise PluginError(f"{page.file.src_uri}: no prediction {match[1]}")
        return _question(known[match[1]])

    asked = r'^--8<-- "predict/(\w+)"$'
    return re.sub(asked, question, markdown, flags=re.MULTILINE)


def _question(asked: Prediction) -> str:
    """A question as text; `docs/live/predict.js` makes a form of it."""
    *options, last = map(_with_code, asked.options.values())
    return (
        f'<div class="predict" data-predict="{asked.id}">'
        f"<p><b>Before you go on:</b> {_with_code(asked.question)} "
        f"({', '.join(options)} or {last})</p></div>"
    )


def _with_code(words: str) -> str:
    """Words as HTML, in which code stands between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(words))


def on_page_content(content: str, page: Page, **_: Any) -> str:
    """Say below the title of a lesson how to switch the live results on."""
    shown = content.replace("</h1>", f"</h1>\n{SWITCH}", 1)
    return shown if _lesson(page) else content


def on_page_context(context: dict[str, Any], page: Page, **_: Any) -> dict[str, Any]:
    """Let the templates know the lesson of a page, as `lesson`."""
    lesson = _lesson(page)
    if lesson:
        context["lesson"] = _told(lesson)
    return context


def _lesson(page: Page) -> Lesson | None:
    pages = {f"lessons/{lesson.slug}.md": lesson for lesson in _course().lessons}
    return pages.get(page.file.src_uri)


def _told(lesson: Lesson) -> dict[str, Any]:
    following = _course().after(lesson)
    return {
        "slug": lesson.slug,
        "step": lesson.step,
        "title": lesson.title,
        "proved": lesson.proved,
        "tasks": [{"number": t.number, "title": t.title} for t in lesson.tasks],
        "checks": checklist(lesson),
        "predictions": [_asked(it) for it in lesson.predictions],
        "course": [
            {
                "slug": one.slug,
                "step": one.step,
                "title": one.title,
                "proved": one.proved,
            }
            for one in ([] if following else _course().lessons)
        ],
        "next": following
        and {"slug": following.slug, "step": following.step, "title": following.title},
    }


def _asked(prediction: Prediction) -> dict[str, Any]:
    """A prediction; its options are pairs, as JSON may sort the keys of an object."""
    options = list(prediction.options.items())
    return {"id": prediction.id, "question": prediction.question, "options": options}
