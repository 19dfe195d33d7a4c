"""The report in a browser: for everybody, on paper, and with nothing executed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.opened import NARROW, WIDE, accessible, launch, widths
from tests.grade.conftest import HOSTILE, Graded


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
