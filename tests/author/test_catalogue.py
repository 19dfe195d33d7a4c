"""Every mistake of the catalogue has a name of its own, and speaks in sentences."""

import re
from collections import Counter

import pytest

from checks.course.lessons import ROOT
from checks.explain.mistakes import SYMPTOMS, catalogue, clues
from checks.explain.mistakes.lessons import all_sections, section

PAGE = ROOT / "docs/contribute/mistakes.md"
SCOLDING = re.compile(
    r"\b(?:simply|obviously|of course|easy|easily|trivial|you forgot|forgotten)\b|"
    r"(?<!has )\bjust\b(?! as\b| above\b| below\b)",
    re.IGNORECASE,
)

INCLUDED = re.compile(r'--8<-- "(starter|solution)/([^:"]+)[^"]*"')
COMMON = {
    *("about", "after", "again", "another", "before", "called", "calls", "channels"),
    *("class", "consumer", "could", "course", "django", "every", "first", "method"),
    *("never", "nothing", "other", "python", "read", "should", "takes", "their"),
    *("there", "these", "those", "where", "which", "while", "without", "would"),
    *("write", "since"),
}
"""Words of which none says what a text is about."""


def test_every_mistake_has_a_name_of_its_own() -> None:
    counts = Counter(mistake.id for mistake in catalogue())
    assert [name for name, count in counts.items() if count > 1] == []


def test_an_id_is_in_snake_case() -> None:
    names = [mistake.id for mistake in catalogue()]
    assert [
        n for n in names if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", n)
    ] == []


def test_cure_and_why_are_sentences() -> None:
    """A cure may end with a line of code, which brings its own full stop."""
    for mistake in catalogue():
        assert mistake.cure.endswith((".", "$line", "$do")), mistake.id
        assert mistake.why.endswith("."), mistake.id


def test_name_and_when_have_no_full_stop_and_when_no_beginning() -> None:
    """`when` completes "If …" here, and "You see it when …" there."""
    for mistake in catalogue():
        assert not mistake.name.endswith("."), mistake.id
        assert not mistake.when.endswith((".", ",")), mistake.id
        assert not re.match(r"(?:If|When|The|A|It)\b", mistake.when), mistake.id


def test_nobody_is_scolded() -> None:
    for mistake in catalogue():
        for words in (mistake.name, mistake.when, mistake.cure, mistake.why):
            assert not SCOLDING.search(words), words
            assert words == " ".join(words.split()), words


@pytest.mark.parametrize("word", ["Just write it", "simply", "You forgot", "easy"])
def test_scolding_is_found(word: str) -> None:
    assert SCOLDING.search(word)


def test_the_section_that_a_mistake_names_is_about_it() -> None:
    """A mistake that no lesson explains names none: its message has no "Read"."""
    taught = [mistake for mistake in catalogue() if "#" in mistake.page]
    far = [
        f"{mistake.id}: {mistake.page}"
        for mistake in taught
        if not terms(f"{mistake.name} {mistake.when} {mistake.cure} {mistake.why}")
        & terms(_text(mistake.page))
    ]
    assert far == []


def test_a_lesson_has_sections_for_mistakes_of_the_catalogue_that_are_about_them() -> (
    None
):
    mistakes = {mistake.id: mistake for mistake in catalogue()}
    for _, sections in all_sections():
        for name, there in sections.items():
            mistake = mistakes[name]
            about = f"{mistake.name} {mistake.when} {mistake.cure} {mistake.why}"
            assert terms(about) & terms(_text(there.page)), name


def test_who_is_at_a_later_lesson_is_referred_to_that_one() -> None:
    mistakes = {mistake.id: mistake for mistake in catalogue()}
    layer = mistakes["missing_await_on_the_layer"]
    assert section(layer, 3).startswith("03_channel_layer/")
    assert section(layer, 6) == section(layer, 7) == "06_async/#the-idea"


def terms(text: str) -> set[str]:
    """What a text is about: its longer words and its names, but no common ones."""
    words = {word.lower() for word in re.findall(r"[A-Za-z]\w*_\w+|[A-Za-z]{5,}", text)}
    return words - COMMON


def _text(page: str) -> str:
    """The text of a section of a lesson, with the code that it includes."""
    name, _, anchor = page.partition("/#")
    text = INCLUDED.sub(_file, (ROOT / f"docs/lessons/{name}.md").read_text())
    heading, *parts = re.split(r"^(?=##+ )", text, flags=re.MULTILINE)
    slugs = {slug(part.partition("\n")[0]): part for part in (heading, *parts)}
    return slugs[anchor]


def slug(heading: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def _file(include: re.Match[str]) -> str:
    folder = {"starter": "checks/starters", "solution": "solutions"}[include[1]]
    return (ROOT / folder / include[2]).read_text()


def test_a_mistake_has_a_symptom_that_is_known() -> None:
    assert {mistake.symptom for mistake in catalogue()} <= SYMPTOMS.keys()


def test_a_mistake_is_recognised_by_something() -> None:
    assert [m.id for m in catalogue() if not (m.kinds or m.clues)] == []


def test_every_clue_is_on_the_page_for_contributors() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert sorted(listed) == sorted({*filter(str.islower, clues.__all__)} - {"name_of"})


def test_what_the_page_lists_as_left_out_is_not_in_the_catalogue() -> None:
    _, _, left_out = PAGE.read_text().partition("\n## What is not in it\n")
    listed = re.findall(r"^- ((?:`\w+`(?:, | and )?)+): ", left_out, re.MULTILINE)
    names = re.findall(r"\w+(?=`)", "".join(listed))
    assert len(listed) == left_out.count("\n- ") > 10
    assert set(names) & {mistake.id for mistake in catalogue()} == set()


def test_what_the_page_says_is_reported_instead_is_in_the_catalogue() -> None:
    _, _, left_out = PAGE.read_text().partition("\n## What is not in it\n")
    reasons = re.findall(r"^- .*?: (.*)", left_out, re.MULTILINE)
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", "".join(reasons)))
    assert named
    assert named <= {mistake.id for mistake in catalogue()}
