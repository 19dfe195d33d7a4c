"""The report in a browser: for everybody, on paper, and with nothing executed."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from checks.course.lessons import Course
from checks.grade import points
from checks.grade.report import Report, named
from checks.grade.results import Result
from tests.browser.opened import NARROW, WIDE, accessible, launch, widths
from tests.grade.conftest import HOSTILE, Graded

STUDENTS = 1000
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""What is left of 1280 by 1024 pixels at 400 %."""
PAPER: ViewportSize = {"width": 718, "height": 1047}
"""A4 at 96 dots per inch, without its margins."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that opens files."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, graded: Graded) -> Iterator[Page]:
    """The first page of the report; nothing may have been asked of a host."""
    asked: list[str] = []
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.goto((graded.report / "index.html").as_uri())
    yield page
    assert [it for it in asked if not it.startswith("file:")] == []
    page.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_too_wide(colours: str, page: Page) -> None:
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    for _ in range(2):
        accessible(page)
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        wide, window = widths(page)
        assert wide <= window
        if page.get_by_role("heading", level=1).inner_text() == "Grades":
            page.locator("#students").get_by_role("link", name="Зоя").click()


def test_the_table_is_sorted_and_filtered(page: Page) -> None:
    rows = page.locator("#students tbody tr")
    page.get_by_role("button", name="Points").click()
    page.get_by_role("button", name="Points").click()
    expect(rows.first).to_contain_text("Ada Lovelace")
    page.get_by_role("searchbox").fill("not started")
    expect(rows.locator("visible=true")).to_have_count(1)
    expect(rows.locator("visible=true")).to_contain_text(HOSTILE)


@pytest.mark.parametrize("screen", [ZOOMED, PAPER], ids=["400 %", "paper"])
def test_nothing_is_cut_off(screen: ViewportSize, page: Page) -> None:
    if screen is PAPER:
        page.emulate_media(media="print")
    page.set_viewport_size(screen)
    for heading in ("Grades", "Зоя Иванова"):
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        wide, window = widths(page)
        assert wide <= window
        if screen is PAPER:  # Nobody can scroll there.
            tables = page.locator(".wide").all()
            assert all(
                it.evaluate("e => e.scrollWidth <= e.clientWidth") for it in tables
            )
            expect(page.get_by_role("searchbox")).to_have_count(0)
        if heading == "Grades":
            page.locator("#students").get_by_role("link", name="Зоя").click()


def test_forced_colours_hide_nothing(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    accessible(page)
    row = page.locator("#students tbody tr", has_text="Зоя")
    colours = row.evaluate(
        "e => [...new Set([...e.cells].map(c => getComputedStyle(c).color))]"
    )
    expect(row).to_contain_text("failed")
    assert len(colours) == 1  # So it is the words that say who has passed.


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on three lessons of a thousand students."""
    folder = tmp_path_factory.mktemp("large")
    mistakes = itertools.cycle(named())
    results = []
    for number, lesson in itertools.product(range(STUDENTS), Course().lessons[:3]):
        cause = {"mistake": next(mistakes), "expected": "", "page": ""}
        given = {"cause": cause, "checks": [], "printed": ""} if number % 3 else None
        result = Result(f"Student {number}", f"s{number}", lesson.slug, "passed")
        result.status, result.verdict = ("failed" if given else "passed"), given
        results.append(result)
    Report(folder, results, points.load(None)).write([])
    return folder / "index.html"


def test_a_thousand_students_open_at_once(browser: Browser, large: Path) -> None:
    assert large.stat().st_size < 2 * 2**20
    page = browser.new_page()
    page.goto(large.as_uri())
    expect(page.locator("#students tbody tr")).to_have_count(STUDENTS)
    page.get_by_role("searchbox").fill("Student 999")
    expect(page.locator("#students tbody tr:visible")).to_have_count(1)
    page.close()
