"""Puts the code of the lessons into pages by name, so that none is copied by hand.

A page writes, on a line of its own, one of

    --8<-- "starter/01_consumer/chat/consumers.py:1"   what task 1 starts with
    --8<-- "solution/01_consumer/chat/consumers.py:1"  one way to write it
    --8<-- "solution/01_consumer/chat/consumers.py"    the whole file, without fences

Any other name is a file of the repository, and pymdownx.snippets includes it.
"""

import re
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from checks.course import fences
from checks.course.lessons import Course

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"starter": ROOT / "checks/starters", "solution": ROOT / "solutions"}
NAME = re.compile(
    r'^(?P<indent> *)--8<-- "(?P<whose>starter|solution)/(?P<path>[^":]+)'
    r'(?::(?P<task>[\d.]+))?"$',
    re.MULTILINE,
)


def on_config(config: MkDocsConfig) -> None:
    """Put every lesson, and the end, where the navigation says `lessons/`."""
    pages = [
        {f"{lesson.step}. {lesson.title}": f"lessons/{lesson.slug}.md"}
        for lesson in Course(ROOT).lessons
    ]
    pages += [{"What you have built": "end.md"}]
    for item in config.nav or []:
        item.update({k: pages for k, v in item.items() if v == "lessons/"})


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Say above the title of a lesson which it is, and how long it takes."""
    lessons = Course(ROOT).lessons
    for lesson in lessons:
        if page.file.src_uri == f"lessons/{lesson.slug}.md":
            which = f"Lesson {lesson.step} of {len(lessons)}"
            eyebrow = f"{which}, about {lesson.minutes} minutes"
            return f'<p class="eyebrow">{eyebrow}</p>\n{html}'
    return html


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Replace each name by what it stands for, indented as the name was.

    Raises PluginError for a name that stands for nothing.
    """

    def included(name: re.Match[str]) -> str:
        try:
            text = _code(**name.groupdict())
        except (OSError, LookupError, fences.FenceError) as error:
            wrong = f"{page.file.src_uri}: {name[0].strip()}: {error}"
            raise PluginError(wrong) from error
        return indent(text.rstrip("\n"), name["indent"])

    return NAME.sub(included, markdown)


def _code(whose: str, path: str, task: str | None, **_: str) -> str:
    """A whole file or, with its two comments, the region of one task."""
    text = (FOLDERS[whose] / path).read_text(encoding="utf-8")
    if task is None:
        return text if whose == "starter" else fences.without_fences(text, path)
    region = {region.name: region for region in fences.regions(text, path)}[task]
    return dedent("\n".join(text.splitlines()[region.start - 1 : region.end]))
