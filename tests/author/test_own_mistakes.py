"""A lesson declares mistakes of its own, and the course keeps them in order."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks.author import guard, sync
from checks.course.lessons import JUDGES, OWN_MISTAKES, ROOT, VARIANTS
from checks.explain import mistakes
from checks.explain.diagnosis.model import diagnosis
from checks.explain.mistakes.evidence import Evidence
from checks.explain.mistakes.lessons import all_declared, declared
from checks.explain.mistakes.source import statements
from checks.explain.record import Record
from checks.observe.timeline import Timeline
from checks.run.runner import digest

OWN = f"lessons/02_louder/{OWN_MISTAKES}"
DECLARATION = """\
from checks.explain.mistakes.mistake import Section


def quiet(evidence):
    return {"how": "softly"}


MISTAKES = (
    Section("02_louder/#task-1-say-it")(
        '''whispers: It whispers
        If it is hard to read
        Do: Say it louder than $how.
        Why: Nobody reads it.'''
    ).on("wrong: silent", quiet),
)
"""
SUBMISSIONS = "tests/submissions/02_louder"


@pytest.fixture
def louder(toy: Path) -> Path:
    """The toy course, whose second lesson declares a mistake."""
    (toy / OWN).parent.mkdir()
    (toy / OWN).write_text(DECLARATION)
    sync.sync(toy)
    return toy


def said(root: Path) -> list[str]:
    """What the guard says."""
    return [str(problem) for problem in guard.problems(root)]


def show(root: Path, told: str, kind: str = "wrong") -> None:
    """Let a submission of the mistake's name be recorded."""
    (root / SUBMISSIONS / kind / "whispers").mkdir()
    (root / SUBMISSIONS / kind / "whispers/expected.txt").write_text(told)


def test_mistakes_are_read_from_the_courses_copies_only(louder: Path) -> None:
    (louder / OWN).unlink()
    (louder / f"lessons/01_hello/{OWN_MISTAKES}").parent.mkdir()
    (louder / f"lessons/01_hello/{OWN_MISTAKES}").write_text("1 / 0")
    (mistake,) = all_declared(louder)
    assert (mistake.id, mistake.step) == ("whispers", 2)
    nothing: Any = None
    found = mistake.clues[0](nothing)
    assert found
    assert mistake.cure_for(found) == "Say it louder than softly."


def test_they_are_a_part_of_the_catalogue(
    louder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = all_declared(louder)
    monkeypatch.setattr(mistakes, "all_declared", lambda: own)
    with_own = mistakes.catalogue.__wrapped__()
    monkeypatch.setattr(mistakes, "all_declared", tuple)
    assert with_own == (*mistakes.catalogue.__wrapped__(), *own)


def test_reading_them_leaves_no_bytecode(louder: Path) -> None:
    declared(louder / "checks/starters/02_louder")
    folder = (louder / "checks/starters/02_louder" / OWN_MISTAKES).parent
    assert [path.name for path in folder.iterdir()] == ["mistakes.py"]


@pytest.mark.parametrize("kind", ["wrong", "valid"])
def test_a_mistake_that_its_submission_shows_is_in_order(
    louder: Path, kind: str
) -> None:
    show(louder, "Failed: test_task_1\nMistake: whispers\n", kind)
    assert said(louder) == []


def test_a_mistake_without_a_submission_is_found(louder: Path) -> None:
    where = f"{SUBMISSIONS}/wrong/whispers"
    assert said(louder) == [f"{OWN}: `whispers` needs a submission, {where}"]


@pytest.mark.parametrize(
    ("told", "as_"),
    [("Mistake: another\n", "another"), ("Failed: test_task_1\n", "no mistake")],
)
def test_a_mistake_that_is_taken_for_another_is_found(
    louder: Path, told: str, as_: str
) -> None:
    show(louder, told)
    more = "add a clue or a weight, or correct a clue"
    assert said(louder) == [f"{OWN}: `whispers` is reported as {as_}: {more}"]


def test_a_mistake_of_another_step_is_found(louder: Path) -> None:
    (louder / OWN).write_text(DECLARATION.replace("quiet)", "quiet, step=3)"))
    sync.sync(louder)
    assert f"{OWN}: `whispers`: `step` is 3 and has to be 2" in said(louder)


def test_an_id_that_is_taken_is_found(
    louder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(louder, "Mistake: whispers\n")
    twice = all_declared(louder) * 2
    monkeypatch.setattr(guard, "catalogue", lambda: twice)
    assert said(louder) == ["checks/explain/mistakes: `whispers` is declared twice"]


@pytest.mark.parametrize(
    "path", ["test_talk.py", "conftest.py", OWN_MISTAKES, VARIANTS]
)
def test_each_file_that_judges_changes_the_digest(louder: Path, path: str) -> None:
    folder = louder / "checks/starters/02_louder"
    before = digest(folder)
    (folder / path).write_text("# Changed.\n")
    assert digest(folder) != before
    assert len(JUDGES) == 4


def test_explanations_look_at_the_learners_files_alone(louder: Path) -> None:
    folder = louder / "lessons/02_louder"
    (folder / "chat").mkdir()
    for path in ("conftest.py", "chat/mistakes.py", "chat/conftest.py"):
        (folder / path).write_text("x = 1\n")
    files = {line.at.file for line in statements(folder)}
    assert files >= {"talk.py", "chat/mistakes.py", "chat/conftest.py"}
    assert not files & {"conftest.py", OWN_MISTAKES, "test_talk.py"}


def test_the_example_for_contributors_is_a_mistake(tmp_path: Path) -> None:
    (mistake,) = declared(ROOT / "tests/toy_course/02_limits")
    failure = diagnosis("other_limit", "MESSAGE_LIMIT to be 500", "it is None")
    lesson: Any = SimpleNamespace(step=2)
    found = mistake.fits(Evidence(failure, Record(lesson, tmp_path, Timeline())))
    assert found
    assert str(found["where"]) == "mysite/settings.py"
