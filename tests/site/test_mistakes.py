"""The reference page of the mistakes, as it is built."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from checks.explain.mistakes import SYMPTOMS, catalogue


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


@cache
def parts(page: Path) -> dict[str, str]:
    """What stands on a page after each id, up to the next one."""
    read = Read()
    read.feed(page.read_text())
    return read.parts


@pytest.fixture
def reference(site: Path) -> dict[str, str]:
    return parts(site / "reference/mistakes/index.html")


def test_every_mistake_leads_to_a_section_of_a_lesson(site: Path) -> None:
    for mistake in catalogue():
        page, _, anchor = mistake.page.partition("#")
        path = site / "lessons" / page / "index.html"
        assert not anchor or anchor in parts(path), mistake.page


def test_every_mistake_and_every_symptom_can_be_linked_to(
    reference: dict[str, str],
) -> None:
    assert {mistake.id for mistake in catalogue()} <= reference.keys()
    assert {f"see-{symptom}" for symptom in SYMPTOMS} <= reference.keys()


def test_words_to_search_for_are_there_as_the_terminal_has_them(
    reference: dict[str, str],
) -> None:
    for mistake in catalogue():
        for words in re.findall(r"`([^`]+)`", mistake.when):
            assert words in reference[mistake.id], mistake.id


def test_nothing_of_the_markup_is_left_over(reference: dict[str, str]) -> None:
    for mistake in catalogue():
        shown = reference[mistake.id].partition("What the check says")[0]
        assert not re.search(r"`|\*\*Do|--8<--|\{ #|\$\w", shown), shown


@pytest.mark.parametrize("mark", ["<slug:room_name>", r"[-\w]+", "__init__", "**"])
def test_marks_of_markdown_are_shown_as_they_are(
    mark: str, reference: dict[str, str]
) -> None:
    assert mark in "".join(reference[mistake.id] for mistake in catalogue())


def test_recorded_words_are_on_the_page(reference: dict[str, str]) -> None:
    assert "Expected: " in reference["connect_never_accepts"]
