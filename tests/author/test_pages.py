"""The pages of the mistakes follow from the catalogue and from the submissions."""

import re
from pathlib import Path

import pytest

from checks.author import guard, pages, recorded
from checks.course.lessons import ROOT, Course
from checks.explain.mistakes import SYMPTOMS, catalogue

WRONG = "tests/submissions/01_hello/wrong"
NAME = "connect_never_accepts"


@pytest.fixture
def course(toy: Path) -> Path:
    """A course with submissions of each kind, and with its pages."""
    put(toy, recorded.EXPLAINED.as_posix(), 'no_group_add = "See `there`."\n')
    put(toy, f"{WRONG}/{NAME}/expected.txt", f"Failed: a\nMistake: {NAME}\n")
    put(toy, f"{WRONG}/no_group_add/expected.txt", f"Mistake: {NAME} or raises\n")
    put(toy, f"{WRONG}/unnamed/expected.txt", "Failed: a\n")
    put(toy, f"{WRONG}/new/talk.py", "")
    put(toy, "tests/submissions/01_hello/valid/fine/talk.py", "")
    put(
        toy,
        "tests/submissions/01_hello/valid/bites/expected.txt",
        "Advice\nMistake: no_group_discard\nAdvice\nMistake: gone\n",
    )
    pages.sync(toy)
    return toy


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def reference(root: Path) -> str:
    """The pages of all symptoms."""
    files = (root / pages.SYMPTOM.format(symptom) for symptom in SYMPTOMS)
    return "".join(file.read_text() for file in files)


def test_every_mistake_and_every_symptom_has_a_heading(course: Path) -> None:
    text, index = reference(course), (course / pages.REFERENCE).read_text()
    assert [m.id for m in catalogue() if f" {{ #{m.id} }}\n" not in text] == []
    assert [m.id for m in catalogue() if f"{{ #{m.id} }}\n" not in index] == []
    assert [name for name in SYMPTOMS if f" {{ #see-{name} }}\n" not in index] == []
    assert text.count("\n## ") == len(catalogue())


def test_the_introduction_leads_to_every_symptom() -> None:
    text = (pages.INTRODUCTIONS / "mistakes.md").read_text()
    assert [name for name in SYMPTOMS if f"(#see-{name})" not in text] == []


def test_no_dollar_is_left_in_a_cure(course: Path) -> None:
    cures = [m.cure for m in catalogue()]
    assert any("${" in cure for cure in cures)
    done = [line for line in reference(course).splitlines() if line.startswith("**Do")]
    assert len(done) == len(cures)
    assert "self.…" in "".join(done)
    assert "$name" not in "".join(done)
    assert "${" not in "".join(done)


def test_recorded_words_are_included_and_not_pasted(course: Path) -> None:
    text = reference(course)
    assert text.count("--8<--") == 2
    assert f'    --8<-- "{WRONG}/{NAME}/expected.txt"\n' in text


def test_the_table_says_what_is_reported_of_each_submission(course: Path) -> None:
    text = (course / pages.TABLE).read_text()
    symptoms = {mistake.id: mistake.symptom for mistake in catalogue()}

    def link(name: str) -> str:
        return f"[`{name}`](../reference/mistakes/{symptoms[name]}.md#{name})"

    assert "\n## Lesson 1\n" in text
    assert f"| `{NAME}` | {link(NAME)} |\n" in text
    assert f"| `no_group_add` | {link(NAME)} or {link('raises')} |\n" in text
    assert "| `unnamed` | no mistake: the evidence alone |\n" in text
    assert "| `new` | not recorded |\n" in text
    assert "| `fine` | passes |\n" in text
    advice = f"passes, with advice: {link('no_group_discard')}, gone"
    assert f"| `bites` | {advice} |\n" in text
    assert "- `no_group_add`: See `there`.\n" in text


def test_a_second_run_writes_nothing(course: Path) -> None:
    assert pages.sync(course) == []
    assert pages.stale(course) == []


def test_the_guard_finds_a_page_that_is_stale(course: Path) -> None:
    put(course, f"{WRONG}/another/expected.txt", "Failed: b\n")
    assert pages.stale(course) == [pages.TABLE]
    due = "does not follow from mistakes and submissions: `make sync`"
    assert (pages.TABLE, due) in guard.problems(course)
    assert pages.sync(course) == [f"wrote {pages.TABLE}"]


def test_a_submission_is_due_what_it_is_named_after(course: Path) -> None:
    due = {one.name: one.due for one in recorded.submissions(course)}
    assert due["no_group_add"] == ("no_group_add",)
    assert due["bites"] == ("no_group_discard", "gone")
    assert due["unnamed"] == due["new"] == ()


def test_only_what_is_named_after_a_mistake_can_be_reported_as_another() -> None:
    tied = recorded.Submission(Path(), "01_hello", "wrong", NAME)
    assert not tied.astray((f"raises or {NAME}",))
    assert not tied.astray(())
    assert tied.astray(("raises or silent",))
    other = recorded.Submission(Path(), "01_hello", "wrong", "unnamed")
    assert not other.astray(("raises",))


def test_what_is_recorded_as_another_mistake_is_explained() -> None:
    there = recorded.submissions(ROOT)
    astray = {one.name for one in there if one.astray(one.reported)}
    reasons = recorded.explained()
    assert astray == reasons.keys()
    assert all(why.endswith(".") for why in reasons.values())


@pytest.mark.parametrize("path", ["README.md", "docs/index.md"])
def test_how_many_lessons_there_are_and_how_long_they_take_is_true(path: str) -> None:
    lessons = Course().lessons
    minutes = [lesson.minutes for lesson in lessons]
    number = ("six", "seven", "eight", "nine", "ten", "eleven")[len(lessons) - 6]
    text = (ROOT / path).read_text()
    assert re.search(rf"\b{number} lessons\b", text)
    assert f"of {min(minutes)} to {max(minutes)} minutes" in text
