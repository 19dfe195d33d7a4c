"""The history of a lesson: what is kept, and what a page gets that asks for it."""

from pathlib import Path

import pytest

from checks.course.folders import File
from checks.learn.texts import COLUMNS, LARGEST, LINES, Texts, difference
from checks.live.history import MOST, History
from checks.verdict import Cause, Verdict
from tests.live.pages import LESSON, page
from tests.live.server import Live

RED = Cause("project", "tab A to receive it", "nothing came", "Send it.")
GREEN = None


def judged(cause: Cause | None) -> Verdict:
    """A verdict with this cause."""
    return Verdict(1, LESSON, "", "2026-11-26T12:00:00Z", cause=cause)


def test_saves_are_counted_until_the_lesson_passes(tmp_path: Path) -> None:
    history = History(LESSON, tmp_path)
    history.add(judged(RED), "needs_attention", None)
    history.add(judged(RED), "needs_attention", ["-a", "+b"])
    history.add(judged(GREEN), "passed", ["-b", "+c"])
    history.add(judged(GREEN), "passed", ["-c", "+d"])
    again = History(LESSON, tmp_path)
    assert (again.saves, again.passed_after) == (3, 2)
    assert [one["number"] for one in again.verdicts] == [1, 2, 3, 4]


def test_the_same_again_without_a_change_is_not_kept(tmp_path: Path) -> None:
    history = History(LESSON, tmp_path)
    history.add(judged(RED), "needs_attention", None)
    history.add(judged(RED), "needs_attention", None)
    history.add(judged(RED), "needs_attention", [])
    assert len(history.verdicts) == 1


def test_only_the_last_are_kept(tmp_path: Path) -> None:
    history = History(LESSON, tmp_path)
    for _ in range(MOST + 3):
        history.add(judged(RED), "needs_attention", ["+a"])
    assert [one["number"] for one in history.verdicts] == list(range(4, MOST + 4))
    assert history.saves == MOST + 3


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"verdicts": 1}'])
def test_a_file_that_cannot_be_read_is_no_history(text: str, tmp_path: Path) -> None:
    (tmp_path / f"{LESSON}.json").write_text(text)
    history = History(LESSON, tmp_path)
    history.add(judged(GREEN), "passed", None)
    assert len(History(LESSON, tmp_path).verdicts) == 1


async def test_a_page_asks_what_was_changed_before_a_verdict(live: Live) -> None:
    history = History(LESSON, live.history)
    history.add(judged(RED), "needs_attention", None)
    history.add(judged(GREEN), "passed", ["-pass", "+self.accept()"])
    assert "difference" not in history.event()["verdicts"][1]
    async with page(live) as one:
        asked = {"type": "difference", "number": 2}
        lines = ["-pass", "+self.accept()"]
        assert await one.asks(asked) == asked | {"lines": lines}
        asked = {"type": "difference", "number": 7}
        assert await one.asks(asked) == asked | {"lines": None}


@pytest.mark.parametrize("number", ["2", None, 2.0, [2]])
async def test_a_number_that_is_none_is_refused(live: Live, number: object) -> None:
    async with page(live) as one:
        await one.says({"type": "difference", "number": number})
        assert (await one.is_refused())[0] == 4400


def test_texts_are_what_the_files_hold_now(tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    file = tmp_path / "chat/consumers.py"
    file.write_text("pass\n")
    (tmp_path / "large.txt").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "db.sqlite3").write_bytes(b"x")
    texts = Texts(tmp_path)
    before = texts.read()
    assert before == {"chat/consumers.py": File(b"pass\n")}
    file.write_text("accept()\n")
    changed = difference(before, texts.read())
    assert changed[-2:] == ["-pass", "+accept()"]
    file.unlink()
    assert texts.read() == {}


def test_a_difference_is_bounded_and_has_no_binary_files() -> None:
    many = File(b"x\n" * 10_000)
    wide = File(b"y" * 10_000)
    assert len(difference({}, {"a": many})) == LINES
    assert max(map(len, difference({}, {"a": wide}))) == COLUMNS
    assert difference({}, {"a": File(b"\0")}) == []
