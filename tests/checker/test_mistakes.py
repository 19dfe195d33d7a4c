"""Which mistake a failure is told as: the most specific, or both, or none."""

import dataclasses
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from checks.course.lessons import ROOT
from checks.explain import mistakes
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.mistakes import Mistake
from checks.explain.mistakes.clues import (
    FAILED,
    Clue,
    assigns,
    calls,
    got,
    look,
    no,
    raised,
    says,
    statement,
    terminal,
    uncalled,
    uses,
)
from checks.explain.mistakes.mistake import Section
from checks.explain.record import Record
from checks.observe.timeline import Timeline
from checks.verdict import Cause

SILENT = diagnosis("silent", "an echo", "nothing came")
TEXT = """one: One thing
    If you see one
    Do: Do one thing with $name.
    Why: One is one.
"""
HERE = Section("01_consumer/#the-idea")
ONE = HERE(TEXT).on("silent: silent")
CODE = """
from asgiref.sync import async_to_sync

class C:
    def connect(self):
        self.room_name = "lobby"
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept

    def receive(self, text_data):
        if self.acept and self.chat_message and self.room_nam:
            return CHANEL_LAYER["expiry_time"]
        if text_data:
            return
        self.send( 'x' )
"""


def mistake(name: str, *clues: Clue | str, seen: str = "silent: silent") -> Mistake:
    """A mistake of this name, which fits when these clues do."""
    text = TEXT.replace("one:", f"{name}:").replace("see one", f"see {name}")
    return HERE(text).on(seen, *clues)


def exception(error: str, words: str, kind: str = "raised", **more: Any) -> Diagnosis:
    """The diagnosis of an exception that was raised."""
    event = {"error": error, "words": words, **more}
    return dataclasses.replace(SILENT, kind=kind, event=event)


def layer(got: str) -> Diagnosis:
    """The diagnosis of a channel layer that cannot be used."""
    return diagnosis("no_redis_layer", "a layer", got)


CATALOGUE = mistakes.catalogue()
CONSUMER = {
    "kind": "consumer",
    "at": 0,
    "process": 1,
    "object": 1,
    "methods": {"chat_message": {"line": 1}},
}


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """`named(diagnosis, *catalogue, step=1)`, in a project of one file."""
    (tmp_path / "chat").mkdir()
    (tmp_path / "chat" / "consumers.py").write_text(CODE)
    (tmp_path / "chat" / "broken.py").write_text("def (:\n")

    def named(diagnosis: Diagnosis, *catalogue: Mistake, step: int = 1) -> Cause:
        lesson: Any = types.SimpleNamespace(step=step)
        record = Record(lesson, tmp_path, Timeline())
        record.timeline.events.append(CONSUMER)
        monkeypatch.setattr(mistakes, "catalogue", lambda: catalogue)
        return mistakes.named(diagnosis, record)

    return named


def test_the_most_specific_that_fits_is_reported(named: Any) -> None:
    two = mistake("two", got("nothing"))
    three = mistake("three", got("nothing"), got("something"))
    cause = named(SILENT, ONE, two, three)
    assert (cause.mistake, cause.got) == ("two", "nothing came")
    assert (cause.why, cause.page) == ("One is one.", "lessons/01_consumer/#the-idea")


def test_a_weight_counts_as_more_clues(named: Any) -> None:
    heavy = HERE(TEXT.replace("one:", "heavy:")).on("silent: silent", weight=2)
    assert named(SILENT, mistake("two", got("")), heavy).mistake == "heavy"


def test_two_that_fit_equally_are_both_named_with_what_distinguishes_them(
    named: Any,
) -> None:
    cause = named(SILENT, mistake("a"), mistake("b"))
    assert cause.mistake == "a or b"
    assert cause.cure.startswith("If you see a: Do one thing")
    assert "If you see b: Do one thing" in cause.cure
    assert cause.why == ""


def test_where_none_fits_the_cause_stays_as_it_is(named: Any) -> None:
    assert named(SILENT, mistake("other", seen="closed: closed")) == SILENT.cause


def test_a_mistake_of_a_later_lesson_does_not_fit(named: Any) -> None:
    later = HERE(TEXT).on("silent: silent", step=3)
    assert named(SILENT, later) == SILENT.cause
    assert named(SILENT, later, step=3).mistake == "one"


def test_a_failure_without_a_kind_has_no_mistake(named: Any) -> None:
    finding = dataclasses.replace(SILENT, kind="")
    assert named(finding, ONE) == finding.cause


def test_what_was_found_is_put_into_the_cure(named: Any) -> None:
    finding = exception("NameError", "name 'json' is not defined")
    one = mistake("x", r"NameError: name '(?P<name>\w+)'", seen="1011")
    assert named(finding, one).cure == "Do one thing with json."


def test_words_of_the_terminal_are_a_clue_and_dots_stand_for_a_name(named: Any) -> None:
    text = TEXT.replace("you see one", "the terminal says `type object '…' has no …`")
    one = HERE(text).on("no_start", terminal)
    finding = exception("AttributeError", "type object 'Talk' has no attribute 'x'")
    assert named(finding, one).cure == "Do one thing with Talk."
    assert named(exception("AttributeError", "no attribute"), one) == finding.cause


@pytest.mark.parametrize("text", ["one: a\nDo: b.\nWhy: c.", "If a\nDo: b.\nWhy: c."])
def test_a_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not `id: name`, If, Do:, Why:"):
        HERE(text)


def test_the_name_of_several_kinds_stands_for_each_of_them() -> None:
    kinds = HERE(TEXT).on("no_start: starting silent").kinds
    assert kinds[:2] == ("cannot_start", "fails_under_daphne")
    assert kinds[-1] == "silent"


@pytest.mark.parametrize(
    "clue",
    [
        calls("send", "receive"),
        calls("group_add", given=r"self\.group"),
        uncalled("self.accept", "connect"),
        uses("channel_layer.group_add"),
        assigns("self.room_name", "connect"),
        says("lob", "chat/consumers.py"),
        statement("return None", "receive"),
        no(calls("receive")),
        no(calls("accept")),
        no(uses("channel")),
        no(statement("while")),
        no(calls("send", "connect")),
        no(raised("")),
    ],
)
def test_a_clue_fits_the_code_whatever_its_layout(clue: Clue, named: Any) -> None:
    assert named(SILENT, mistake("x", clue)).mistake == "x"


def test_a_clue_gives_the_place_to_look_at(named: Any) -> None:
    cause = named(SILENT, mistake("x", look(calls("send"))))
    assert str(cause.where) == "chat/consumers.py, line 15"


def test_a_clue_can_look_at_the_line_that_failed_alone(named: Any) -> None:
    frame = {"file": "chat/consumers.py", "line": 15, "function": "receive"}
    failed = exception("TypeError", "", frames=[frame])
    assert named(failed, mistake("x", calls("send", FAILED), seen="1011")).mistake
    assert not named(failed, mistake("x", uses("accept", FAILED), seen="1011")).mistake


@pytest.mark.parametrize(
    ("finding", "name", "words"),
    [
        (
            exception(
                "AttributeError", "'ChatConsumer' object has no attribute 'acept'"
            ),
            "attribute_is_misspelt",
            "self.accept instead of self.acept",
        ),
        (
            exception(
                "AttributeError", "'TalkConsumer' object has no attribute 'room_nam'"
            ),
            "attribute_is_misspelt",
            "self.room_name",
        ),
        (
            exception("ValueError", "No handler for message type chat.massage"),
            "handler_has_another_name",
            'def chat_massage for "chat.massage", instead of chat_message',
        ),
        (
            exception("NameError", "name 'datetime' is not defined"),
            "name_is_not_imported",
            "import datetime",
        ),
        (
            layer("the settings name none (it sets CHANEL_LAYER)"),
            "setting_is_misspelt",
            "instead of CHANEL_LAYER",
        ),
        (
            layer("it got an unexpected keyword argument 'expiry_time'"),
            "config_of_another_shape",
            'Take "expiry_time" out',
        ),
    ],
)
def test_a_family_speaks_for_names_that_nobody_listed(
    finding: Diagnosis, name: str, words: str, named: Any
) -> None:
    cause = named(finding, *CATALOGUE, step=3)
    assert cause.mistake == name
    assert words in cause.cure


def test_every_kind_that_a_mistake_names_is_diagnosed() -> None:
    folders = ("explain/diagnosis", "asking", "sandbox", "browser", "run")
    files = (file for name in folders for file in (ROOT / "checks" / name).glob("*.py"))
    lessons = (ROOT / "checks/starters").glob("*/*.py")
    code = "".join(file.read_text() for file in (*files, *lessons))
    put_together = {"killed_by_text", "killed_by_binary", "hyphen_is_refused"}
    for one in CATALOGUE:
        for kind in set(one.kinds) - put_together:
            assert f'"{kind}"' in code, one.id


LOADED = """
import sys
from checks.explain import mistakes

mistakes.prepare()
before = set(sys.modules)
mistakes.catalogue()
assert mistakes.catalogue.cache_info().hits, "it was not loaded"
assert not sys.modules.keys() - before
"""


def test_a_warm_process_loads_the_catalogue_before_a_run_needs_it() -> None:
    subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, check=True)
