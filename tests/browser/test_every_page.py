"""Every page of the site can be used by everybody, on a small screen, too."""

import pytest
from playwright.sync_api import expect

from checks.course.lessons import ROOT
from tests.browser.opened import NARROW, WIDE, Open, accessible, widths

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
    *("checks/starters/**/*", "solutions/**/*", "tests/submissions/**/expected.txt"),
)
"""What the pages are made of. That they can be built is asked by each run."""

DOCS = ROOT / "docs"
PAGES = sorted(
    f"{page.relative_to(DOCS).with_suffix('')}/".removesuffix("index/")
    for page in DOCS.rglob("*.md")
)
"""The address of each page of the site."""


@pytest.mark.in_sample(1)
@pytest.mark.parametrize("path", [*PAGES, "404.html"])
def test_axe_finds_nothing_on_any_page_and_none_is_too_wide(
    path: str, open_page: Open
) -> None:
    page = open_page(path, NARROW, reduced_motion="reduce")
    wide, window = widths(page)
    assert wide <= window
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    accessible(page)


def test_the_page_for_a_wrong_address_leads_on(open_page: Open) -> None:
    page = open_page("404.html")
    page.get_by_role("link", name="Lesson 2. One URL for each room").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One URL")


def test_a_drawer_that_is_closed_is_not_there_for_the_keyboard(open_page: Open) -> None:
    page = open_page("reference/commands/", NARROW)
    sidebar = page.locator(".md-sidebar--primary")
    assert sidebar.evaluate("e => e.inert")
    page.get_by_role("button", name="Navigation").press("Enter")
    assert not sidebar.evaluate("e => e.inert")
    assert sidebar.evaluate("e => e.contains(document.activeElement)")


@pytest.mark.parametrize("width", [1280, 1440])
def test_what_a_terminal_printed_is_seen_whole(width: int, open_page: Open) -> None:
    page = open_page("lessons/01_consumer/", (width, 720))
    cut: list[str] = page.evaluate("""() =>
      [...document.querySelectorAll(".language-text code")]
        .filter((code) => code.scrollWidth > code.clientWidth)
        .map((code) => code.textContent)
    """)
    assert cut == []


def test_on_paper_a_dark_page_is_light(open_page: Open) -> None:
    page = open_page("lessons/01_consumer/", color_scheme="dark")
    ink = "getComputedStyle(document.body).getPropertyValue('--course-ink')"
    dark = page.evaluate(ink)
    page.emulate_media(media="print")
    assert page.evaluate(ink) != dark


def test_the_page_of_the_commands_names_the_usual_ports(open_page: Open) -> None:
    page = open_page("reference/commands/", ports=(4001, 4003))
    expect(page.locator("article")).to_contain_text("8001")
    assert "4001" not in page.locator("article").inner_text()
