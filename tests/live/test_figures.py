"""A learner's own figures: what is counted, and of what."""

from pathlib import Path

import pytest

from checks.course import progress
from checks.course.lessons import Course, Lesson
from checks.course.state import State
from checks.live.figures import LABELS, figures
from checks.live.history import History
from checks.verdict import Cause, Verdict

TOY = Path(__file__).parents[1] / "toy_course/01_talk"


@pytest.fixture
def lessons(tmp_path: Path) -> list[Lesson]:
    """A course of two lessons that nobody has begun."""
    for slug in ("01_talk", "02_talk"):
        for folder in ("checks/starters", "lessons"):
            (tmp_path / folder / slug).mkdir(parents=True)
            for name in ("lesson.toml", "talk.py"):
                text = (TOY / name).read_text()
                (tmp_path / folder / slug / name).write_text(text)
    return Course(tmp_path).lessons


def save(lesson: Lesson, at: str, mistake: str | None = None, *, red: bool) -> None:
    """Somebody saves the lesson, and it is checked."""
    (lesson.folder / "talk.py").write_text(f"# {at}\n")
    cause = Cause("project", "words", "none came", "Send.", mistake=mistake)
    verdict = Verdict(lesson.step, lesson.slug, str(lesson.folder), at)
    verdict.cause = cause if red else None
    root = lesson.folder.parents[1]
    state: State = "needs_attention" if red else "passed"
    History(lesson.slug, root / "build/history").add(verdict, state, ["+a"])
    progress.note(lesson, lesson.folder, verdict)


def test_who_has_not_begun_has_none(lessons: list[Lesson], tmp_path: Path) -> None:
    counted = figures(lessons, tmp_path)
    assert list(counted) == list(LABELS)
    assert list(counted.values()) == ["0 of 2", "0", "0", "none yet", "none yet"]


def test_what_is_counted(lessons: list[Lesson], tmp_path: Path) -> None:
    one, two = lessons
    for mistake in ("silent", "silent", None, "deaf"):
        save(one, "2026-11-03T12:00:00Z", mistake, red=True)
    save(one, "2026-11-04T12:00:00Z", red=False)
    save(two, "2026-11-05T12:00:00Z", "silent", red=True)
    counted = figures(lessons, tmp_path)
    assert [counted[it] for it in ("passed", "saves", "mistakes")] == [
        "1 of 2",
        "6",
        "2",
    ]
    assert counted["first"].startswith("3 November 2026, ")
    assert counted["first"].endswith(", lesson 1: expected words, but none came.")
    assert counted["last"].startswith("5 November 2026, ")


def test_the_first_verdict_is_kept_when_others_are_not(
    lessons: list[Lesson], tmp_path: Path
) -> None:
    save(lessons[0], "2026-11-03T12:00:00Z", red=True)
    for day in range(4, 30):
        save(lessons[0], f"2026-11-{day:02}T12:00:00Z", red=False)
    counted = figures(lessons, tmp_path)
    assert counted["first"].startswith("3 November 2026, ")
    assert counted["last"].startswith("29 November 2026, ")
    assert counted["last"].endswith(", lesson 1: passed.")
