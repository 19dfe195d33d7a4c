"""Every page of the site can be used by everybody, on a small screen, too."""

import pytest

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


@pytest.mark.in_sample(2)
@pytest.mark.parametrize("path", [*PAGES, "404.html"])
def test_axe_finds_nothing_on_any_page_and_none_is_too_wide(
    path: str, open_page: Open
) -> None:
    page = open_page(path, NARROW, reduced_motion="reduce")
    wide, window = widths(page)
    assert wide <= window
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    accessible(page)
