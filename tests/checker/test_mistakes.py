"""Which mistake a failure is told as: the most specific, or both, or none."""

import dataclasses
import types
from pathlib import Path
from typing import Any

import pytest

from checks.explain import mistakes
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.mistakes import Mistake
from checks.explain.mistakes.clues import Clue, got, is_, lacks, raised, written
from checks.explain.record import Record
from checks.observe.timeline import Timeline
from checks.verdict import Cause

SILENT = diagnosis("silent", "an echo", "nothing came")
ONE = Mistake(
    id="one",
    step=1,
    name="One thing",
    sight="silent",
    sign="you see one",
    cure="Do one thing with $name.",
    why="One is one.",
    page="01_consumer/#the-idea",
    evidence=(is_("silent"),),
)


def mistake(name: str, *evidence: Clue, **fields: Any) -> Mistake:
    return dataclasses.replace(
        ONE, id=name, sign=f"you see {name}", evidence=evidence, **fields
    )


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """`named(diagnosis, *catalogue, step=1)`, in a project of one file."""
    (tmp_path / "chat").mkdir()
    code = "class C:\n    def receive(self):\n        self.send( 'x' )\n"
    (tmp_path / "chat" / "consumers.py").write_text(code)
    (tmp_path / "chat" / "broken.py").write_text("def (:\n")

    def named(diagnosis: Diagnosis, *catalogue: Mistake, step: int = 1) -> Cause:
        lesson: Any = types.SimpleNamespace(step=step)
        record = Record(lesson, tmp_path, Timeline())
        monkeypatch.setattr(mistakes, "catalogue", lambda: catalogue)
        return mistakes.named(diagnosis, record)

    return named


def test_the_most_specific_that_fits_is_told(named: Any) -> None:
    two = mistake("two", is_("silent"), got("nothing"))
    three = mistake("three", is_("silent"), got("nothing"), got("something"))
    cause = named(SILENT, ONE, two, three)
    assert (cause.mistake, cause.got) == ("two", "nothing came")
    assert (cause.why, cause.page) == ("One is one.", "lessons/01_consumer/#the-idea")


def test_a_weight_counts_as_more_clues(named: Any) -> None:
    heavy = mistake("heavy", is_("silent"), weight=2)
    assert (
        named(SILENT, mistake("two", is_("silent"), got("")), heavy).mistake == "heavy"
    )


def test_two_that_fit_equally_are_both_told_with_what_tells_them_apart(
    named: Any,
) -> None:
    cause = named(SILENT, mistake("a", is_("silent")), mistake("b", is_("silent")))
    assert cause.mistake == "a or b"
    assert cause.cure.startswith("If you see a: Do one thing")
    assert "If you see b: Do one thing" in cause.cure


def test_where_none_fits_the_cause_stays_as_it_is(named: Any) -> None:
    assert named(SILENT, mistake("other", is_("closed"))) == SILENT.cause


def test_a_mistake_of_a_later_lesson_does_not_fit(named: Any) -> None:
    later = dataclasses.replace(ONE, step=3)
    assert named(SILENT, later) == SILENT.cause
    assert named(SILENT, later, step=3).mistake == "one"


def test_a_failure_without_a_kind_has_no_mistake(named: Any) -> None:
    finding = dataclasses.replace(SILENT, kind="")
    assert named(finding, ONE) == finding.cause


def test_what_was_found_is_put_into_the_cure(named: Any) -> None:
    event = {"error": "NameError", "words": "name 'json' is not defined"}
    finding = dataclasses.replace(SILENT, kind="raised", event=event)
    cause = named(finding, mistake("x", raised(r"NameError: name '(?P<name>\w+)'")))
    assert cause.cure == "Do one thing with json."


def test_code_is_found_whatever_its_layout_and_gives_the_place(named: Any) -> None:
    calls = written(r"^self\.send\('x'\)$", "receive", look=True)
    cause = named(SILENT, mistake("x", calls, lacks("accept")))
    assert str(cause.where) == "chat/consumers.py, line 3"
    assert named(SILENT, mistake("x", lacks("send", "receive"))) == SILENT.cause
