"""The site as it is built, and the pages that it is built from."""

import json
import re
import runpy
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from checks.course.lessons import ROOT, Course, Lesson
from checks.live.history import History
from checks.verdict import Cause, Verdict

DOCS = ROOT / "docs"
PAGES = [pytest.param(p, id=str(p.relative_to(DOCS))) for p in DOCS.rglob("*.md")]
BLOCK = re.compile(
    r"^( *)```(?P<language>\w*).*\n(?P<body>(?:.*\n)*?)\1```$", re.MULTILINE
)
INCLUDE = re.compile(r' *--8<-- "[^"]+"')
URL = re.compile(r"(?:url\(|@import )[\"']?([^\"')]+)")
ELSEWHERE = re.compile(r"(?:https?:)?//")


class Loaded(HTMLParser):
    """Collects what a browser loads for a page without being asked."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            loads = name in {"src", "srcset", "poster"} or (tag, name) == (
                "link",
                "href",
            )
            if loads and value:
                self.addresses.append(value)


def loaded(site: Path) -> Iterator[tuple[Path, str]]:
    """What pages and style sheets load, each with the file that says so."""
    for page in site.rglob("*.html"):
        parser = Loaded()
        parser.feed(page.read_text())
        yield from ((page, address) for address in parser.addresses)
    for sheet in site.rglob("*.css"):
        for address in URL.findall(sheet.read_text()):
            yield sheet, address


def test_nothing_is_loaded_from_another_server(site: Path) -> None:
    found = list(loaded(site))
    assert any("bundle" in address for _, address in found)
    assert [one for one in found if ELSEWHERE.match(one[1])] == []


def test_what_is_delivered_of_the_scripts_is_small(site: Path) -> None:
    scripts = list((site / "live").glob("*.js"))
    assert len(scripts) == len(list((DOCS / "live").glob("*.js")))
    assert sum(script.stat().st_size for script in scripts) <= 62_000
    assert not any("/**" in script.read_text() for script in scripts)


def test_every_lesson_is_in_the_navigation(site: Path) -> None:
    front = (site / "index.html").read_text()
    for lesson in Course().lessons:
        assert f'href="lessons/{lesson.slug}/"' in front
        assert f"{lesson.step}. {lesson.title}" in front


def test_the_front_page_shows_the_whole_way_and_nobodys_progress(site: Path) -> None:
    front = (site / "index.html").read_text()
    assert f"{len(Course().lessons)} lessons, about " in front
    for lesson in Course().lessons:
        assert f">{lesson.title}</a>" in front
        assert f"> {lesson.minutes} minutes</span>" in front
        assert f">{lesson.proved}</span>" in front
    assert "data-state" not in front


@pytest.mark.parametrize("live", ["", "8002 8001 8003"])
def test_the_way_shows_how_far_one_was_where_nothing_is_live(
    live: str, toy_course: Course
) -> None:
    hook = runpy.run_path(str(DOCS / "hooks/way.py"))
    hook["on_page_markdown"].__globals__["ROOT"] = toy_course.root
    hook["on_startup"]("serve")
    config = SimpleNamespace(extra={"live": live})
    shown = hook["on_page_markdown"]('--8<-- "way"', config)
    states = re.findall(r'data-state="(\w+)">(.*)</span>', shown)
    assert states == ([] if live else STATES)
    assert ("when this page was built" in shown) == (not live)


def test_the_figures_of_nobody_are_named_and_not_shown(site: Path) -> None:
    page = (site / "end/index.html").read_text()
    assert "shows your progress: lessons passed, saves checked" in page
    assert "data-figure" not in page


def test_figures_are_text_whatever_a_verdict_has_said(toy_course: Course) -> None:
    cause = Cause("project", "<b> | *a*", "`b` came", "Send.")
    verdict = Verdict(1, "01_talk", "", "2026-11-03T12:00:00Z", cause=cause)
    History("01_talk", toy_course.root / "build/history").add(verdict, "passed", None)
    hook = runpy.run_path(str(DOCS / "hooks/way.py"))
    hook["on_page_markdown"].__globals__["ROOT"] = toy_course.root
    hook["on_startup"]("serve")
    shown = hook["on_page_markdown"]('--8<-- "figures"', SimpleNamespace(extra={}))
    assert '<td data-figure="passed">1 of 3</td>' in shown
    assert "lesson 1: expected &lt;b&gt; | *a*, but `b` came.</td>" in shown
    assert "when this page was built." in shown


STATES = [
    ("passed", "✓ passed"),
    ("in_progress", "◐ in progress"),
    ("to_do", "○ to do"),
]


@pytest.fixture
def toy_course(tmp_path: Path) -> Course:
    """A course of three lessons: one has passed, one is begun, one was reset."""
    toy = ROOT / "tests/toy_course/01_talk"
    for slug in ("01_talk", "02_talk", "03_talk"):
        shutil.copytree(toy, tmp_path / "checks/starters" / slug)
        shutil.copytree(toy, tmp_path / "lessons" / slug)
    for slug in ("01_talk", "02_talk"):
        (tmp_path / "lessons" / slug / "talk.py").write_text("# Mine.\n")
    known = {
        "01_talk": {"verdict": "failed", "first_passed": "2026-11-03T10:00:00Z"},
        "03_talk": {"verdict": "passed"},
    }
    (tmp_path / "build").mkdir()
    (tmp_path / "build/progress.json").write_text(json.dumps(known))
    return Course(tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_all_that_is_shown_comes_from_a_file(page: Path) -> None:
    """But for what one types: these are pasted, and are marked as `sh` or `js`."""
    text = page.read_text()
    blocks = list(BLOCK.finditer(text))
    assert text.count("```") == 2 * len(blocks)
    for block in blocks:
        lines = block["body"].splitlines()
        included = lines and all(INCLUDE.fullmatch(line) for line in lines)
        assert included or block["language"] in {"sh", "js"}, block[0]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_on_a_page_is_there(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    steps = {str(lesson.step) for lesson in Course().lessons}
    if page.parent.name == "contribute":  # One is being written: N is its number.
        steps.add("N")
    for target, step in re.findall(
        r"(?:^|`)make (\w+)(?: STEP=(\w+))?", page.read_text(), re.MULTILINE
    ):
        assert target in targets
        assert step in {"", *steps}


@pytest.mark.parametrize("lesson", Course().lessons, ids=lambda lesson: lesson.slug)
def test_a_page_has_the_title_of_its_lesson_and_its_tasks(lesson: Lesson) -> None:
    text = (DOCS / f"lessons/{lesson.slug}.md").read_text()
    assert text.startswith(f"# {lesson.title}\n")
    titles = [f"## Task {task.number}: {task.title}" for task in lesson.tasks]
    assert re.findall("^## Task .*", text, re.MULTILINE) == titles


@pytest.mark.parametrize(
    "name",
    [
        "starter/01_consumer/chat/consumers.py:9",
        "starter/01_consumer/chat/nowhere.py:1",
        "solution/09_nowhere/chat/consumers.py",
    ],
)
def test_a_name_that_stands_for_nothing_fails_the_build(name: str) -> None:
    hook = runpy.run_path(str(DOCS / "hooks/snippets.py"))
    page = SimpleNamespace(file=SimpleNamespace(src_uri="lessons/01_consumer.md"))
    with pytest.raises(PluginError, match="01_consumer.md: .*" + re.escape(name)):
        hook["on_page_markdown"](f'--8<-- "{name}"', page=page)


def test_outcomes_have_the_colours_of_a_terminal(site: Path) -> None:
    page = (site / "lessons/01_consumer/index.html").read_text()
    for look, words in [
        ("quiet", "Your project</span>: expected"),  # Nothing is wrong: it is to do.
        ("quiet", "○ to do  task 1  A tab can connect: "),
        ("good", "✓ passed  task 1  Your project starts"),
        ("good", "                  chat/consumers.py."),
        ("quiet", "○ to do   task 2  A message comes back"),
        ("good", "Passed</span>."),
    ]:
        assert f'<span class="is-{look}">{words}' in page


@pytest.mark.parametrize("drawing", sorted((DOCS / "diagrams").glob("*.svg")))
def test_a_drawing_says_in_words_what_it_shows(drawing: Path, site: Path) -> None:
    text = drawing.read_text()
    ids = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', text)
    assert ids
    assert f'<title id="{ids[1]}">' in text
    assert f'<desc id="{ids[2]}">' in text
    assert not re.search(r'(?:fill|stroke)="(?!none)', text)  # the scheme's colours
    pages = [page.read_text() for page in site.rglob("*.html")]
    assert sum(f'id="{ids[1]}"' in page for page in pages) == 1


def test_the_pictures_are_those_that_the_readme_shows() -> None:
    """`python -m tests.site.pictures` takes them."""
    shown = re.findall(r'(?:src|srcset)="(\S+)"', (ROOT / "README.md").read_text())
    there = [str(path.relative_to(ROOT)) for path in DOCS.rglob("*.png")]
    assert sorted(there) == sorted(shown)
