"""The pages of the mistakes, as they are built."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from checks.explain.mistakes import SYMPTOMS, catalogue

NODES = 4000
"""Elements of the largest page: there were 9,600 when all mistakes were on one."""


class Read(HTMLParser):
    """Collects the ids of a page and, of each of its parts, the text."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, str] = {}

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id")
        if name and not name.startswith("__span"):  # a line of code
            self.parts[name] = ""

    def handle_data(self, data: str) -> None:
        for name in list(self.parts)[-1:]:
            self.parts[name] += data


class Anchors(HTMLParser):
    """The ids of a page, each with where it leads if it is a link."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str | None] = {}

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if name := named.get("id"):
            self.found[name] = named.get("href")

    @classmethod
    def of(cls, html: str) -> dict[str, str | None]:
        anchors = cls()
        anchors.feed(html)
        return anchors.found


@cache
def parts(page: Path) -> dict[str, str]:
    """What stands on a page after each id, up to the next one."""
    read = Read()
    read.feed(page.read_text())
    return read.parts


@pytest.fixture
def reference(site: Path) -> dict[str, str]:
    """What stands about each mistake, on the page of its symptom."""
    pages = (site / f"reference/mistakes/{name}/index.html" for name in SYMPTOMS)
    return {name: text for page in pages for name, text in parts(page).items()}


def test_every_mistake_leads_to_a_section_of_a_lesson(site: Path) -> None:
    for mistake in catalogue():
        page, _, anchor = mistake.page.partition("#")
        path = site / "lessons" / page / "index.html"
        assert not anchor or anchor in parts(path), mistake.page


def test_every_mistake_is_on_the_page_of_its_symptom(site: Path) -> None:
    for mistake in catalogue():
        page = site / f"reference/mistakes/{mistake.symptom}/index.html"
        assert mistake.id in parts(page), mistake.id


def test_an_address_from_before_there_were_those_pages_still_leads_there(
    site: Path,
) -> None:
    html = (site / "reference/mistakes/index.html").read_text()
    assert {f"see-{symptom}" for symptom in SYMPTOMS} <= Anchors.of(html).keys()
    for mistake in catalogue():
        href = Anchors.of(html)[mistake.id]
        assert href == f"{mistake.symptom}/#{mistake.id}", mistake.id


def test_no_page_is_too_large_to_load_at_once(site: Path) -> None:
    for name in ("", *SYMPTOMS):
        html = (site / "reference/mistakes" / name / "index.html").read_text()
        assert html.count("<") / 2 < NODES, name


def test_the_finder_has_its_data(site: Path) -> None:
    assert (site / "reference/finder.json").exists()


def test_words_to_search_for_are_there_as_the_terminal_has_them(
    reference: dict[str, str],
) -> None:
    for mistake in catalogue():
        for words in re.findall(r"`([^`]+)`", mistake.when):
            assert words in reference[mistake.id], mistake.id


def test_nothing_of_the_markup_is_left_over(reference: dict[str, str]) -> None:
    for mistake in catalogue():
        shown = reference[mistake.id].partition("What the check says")[0]
        variables = r"connection_upgrade|host|remote_addr|scheme|server_name"
        of_nginx = rf"\$(?!http_|({variables})\b)\w"
        assert not re.search(rf"`|\*\*Do|--8<--|\{{ #|{of_nginx}", shown), shown


@pytest.mark.parametrize("mark", ["<slug:room_name>", r"[-\w]+", "__init__", "**"])
def test_marks_of_markdown_are_shown_as_they_are(
    mark: str, reference: dict[str, str]
) -> None:
    assert mark in "".join(reference[mistake.id] for mistake in catalogue())


def test_recorded_words_are_on_the_page(reference: dict[str, str]) -> None:
    assert "Expected: " in reference["connect_never_accepts"]
