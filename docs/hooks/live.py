"""What the page of a lesson brings along for the live results.

Each says in one line how to switch them on. Where they are on, as `extra.live` says, it
also holds what there is to check: `docs/live/` shows that, and what came of it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.pages import Page

from checks.course.lessons import Course, Lesson

ROOT = Path(__file__).resolve().parents[2]
SWITCH = (
    '<p class="live-switch">With <code>make learn</code> in a terminal, this page '
    "checks your project at every save, and shows here what works.</p>"
)


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Say below the title of a lesson how to switch the live results on."""
    return html.replace("</h1>", f"</h1>\n{SWITCH}", 1) if _lesson(page) else html


def on_page_context(context: dict[str, Any], page: Page, **_: Any) -> dict[str, Any]:
    """Let the templates know the lesson of a page, as `lesson`."""
    lesson = _lesson(page)
    if lesson:
        context["lesson"] = _told(lesson)
    return context


def _lesson(page: Page) -> Lesson | None:
    pages = {f"lessons/{lesson.slug}.md": lesson for lesson in Course(ROOT).lessons}
    return pages.get(page.file.src_uri)


def _told(lesson: Lesson) -> dict[str, Any]:
    following = Course(ROOT).after(lesson)
    return {
        "slug": lesson.slug,
        "step": lesson.step,
        "title": lesson.title,
        "proved": lesson.proved,
        "tasks": [{"number": t.number, "title": t.title} for t in lesson.tasks],
        "checks": list(_checks(lesson)),
        "course": [
            {
                "slug": one.slug,
                "step": one.step,
                "title": one.title,
                "proved": one.proved,
            }
            for one in ([] if following else Course(ROOT).lessons)
        ],
        "next": following
        and {"slug": following.slug, "step": following.step, "title": following.title},
    }


def _checks(lesson: Lesson) -> Iterator[dict[str, Any]]:
    """The checks of a lesson, in the order in which they run."""
    for file in sorted(lesson.starter.glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            task = _task(node)
            if task and isinstance(node, ast.FunctionDef):
                title = ast.get_docstring(node) or node.name
                yield {"id": node.name, "task": task, "title": title}


def _task(node: ast.stmt) -> int | None:
    """The number in the decorator `@task(2)` of a check."""
    for mark in getattr(node, "decorator_list", []):
        match mark:
            case ast.Call(ast.Name("task"), [ast.Constant(int(number))]):
                return number
    return None
