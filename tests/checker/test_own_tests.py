"""The tests of a learner as a result: what they pass on, and what they fail on."""

from pathlib import Path
from typing import Any

import pytest

from checks.course.folders import read
from checks.course.lessons import ROOT, Course
from checks.course.variants import Variant, variants
from checks.sandbox.one_suite import HANG
from tests.checker.toys import Toy, outcomes
from tests.conftest import Checked, CheckerProcess

LESSONS = [
    it for it in Course().lessons if (it.starter / ".checks/variants.py").exists()
]
BEGIN = """
import asyncio
import os

from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase

from mysite.asgi import application


class TalkTests(TransactionTestCase):
    # Task 1: Test what a tab receives.
    async def test_both_receive_it(self):
"""
SEND = """
        tabs = [WebsocketCommunicator(application, "/") for _ in "ab"]
        for tab in tabs:
            await tab.connect()
        await tabs[0].send_to(text_data="hello")
"""
RECEIVE = """
        for tab in tabs:
            self.assertEqual(await tab.receive_from(timeout=20), "hello")
"""
CLOSE = """
        for tab in tabs:
            await tab.disconnect()
"""
END = """
    # End of task 1
"""
GOOD = SEND + RECEIVE + CLOSE


@pytest.fixture
def toy(tmp_path: Path, checker: CheckerProcess) -> Toy:
    """A lesson in which people write tests; its folder has those of the solution."""
    return Toy(tmp_path, checker, "01_tested")


def check(toy: Toy, body: str, **variables: str) -> Checked:
    """What comes of a check when this is the body of the test."""
    return toy.write("talks/tests.py", BEGIN + body + END).check(**variables)


def line_of(toy: Toy, words: str) -> int:
    """The number of the first line with these words."""
    lines = (toy.project / "talks/tests.py").read_text().splitlines()
    return next(n for n, line in enumerate(lines, start=1) if words in line)


def cause(result: Checked, failed: str) -> dict[str, Any]:
    """The cause of a verdict; the check that failed first has this name."""
    first = next(c for c in result.verdict["checks"] if c["outcome"] != "passed")
    assert (first["id"], first["outcome"]) == (failed, "failed"), result.verdict
    assert (result.status, result.verdict["cause"]["voice"]) == (1, "project")
    found: dict[str, Any] = result.verdict["cause"]
    return found


def test_good_tests_pass(toy: Toy) -> None:
    result = check(toy, GOOD)
    assert set(outcomes(result).values()) == {"passed"}, result.verdict
    assert result.status == 0
    (answer,) = result.verdict["answers"]
    assert (answer["outcome"], answer["saw"], answer["because"]) == (
        "fails",
        "test_both_receive_it failed",
        "TimeoutError was raised",
    )


def test_what_waits_in_vain_on_a_broken_version_does_not_wait_long(toy: Toy) -> None:
    long = f"timeout={10 * HANG:g}"
    result = check(toy, GOOD.replace("timeout=20", long))
    assert result.status == 0, result.verdict


def test_a_lock_that_the_layer_left_behind_says_nothing_of_the_code(
    toy: Toy, tmp_path: Path
) -> None:
    """A test that fails by it once on each version passes, or not, as without it."""
    been = tmp_path / "been"
    once = f"""
        from talks import consumers
        codes = [getattr(it, "__code__", None) for it in vars(consumers.Talk).values()]
        version = str([(it.co_code, it.co_names) for it in codes if it])
        with open({str(been)!r}, "a+") as been:
            been.seek(0)
            is_first = version not in been.read()
            been.write(version)
        if is_first:
            raise RuntimeError("<Lock> is bound to a different event loop")
"""
    one = GOOD.replace(RECEIVE, RECEIVE.replace("in tabs", "in tabs[:1]"))
    result = check(toy, once + GOOD)
    assert result.status == 0, result.verdict
    been.unlink()
    found = cause(check(toy, once + one), "test_echo")
    assert found["got"] == "they pass on a chat in which only the sender receives it"


def test_a_version_that_is_not_noticed_is_reported(toy: Toy) -> None:
    one = GOOD.replace(RECEIVE, RECEIVE.replace("in tabs", "in tabs[:1]"))
    result = check(toy, one)
    found = cause(result, "test_echo")
    assert found["expected"] == "your tests to fail on a broken chat"
    assert found["got"] == "they pass on a chat in which only the sender receives it"
    assert found["cure"] == "Let another tab be there."
    assert outcomes(result)["test_loud"] == "passed"
    (answer,) = result.verdict["answers"]
    assert (answer["outcome"], answer["saw"]) == ("passes", "no test failed")


def test_a_test_that_fails_on_right_code_is_shown_with_its_lines(toy: Toy) -> None:
    other = RECEIVE.replace("hello", "HELLO")
    found = cause(check(toy, SEND + other + CLOSE), "test_run")
    words = "AssertionError: 'hello' != 'HELLO'"
    assert found["got"] == f"test_both_receive_it failed with {words}"
    at = {"file": "talks/tests.py", "line": line_of(toy, "HELLO")}
    assert found["where"] == at
    assert [frame["code"] for frame in found["frames"]] == [
        'self.assertEqual(await tab.receive_from(timeout=20), "HELLO")'
    ]


def test_a_test_that_is_too_exact_fails_on_another_right_version(toy: Toy) -> None:
    exact = (
        SEND + RECEIVE + "        self.assertTrue(await tabs[0].receive_nothing())\n"
    )
    found = cause(check(toy, exact), "test_talkative")
    assert found["expected"] == (
        "your tests to pass on a chat in which a tab is greeted later"
    )
    assert found["got"] == (
        "test_both_receive_it failed with AssertionError: False is not true"
    )
    assert found["cure"] == "Let the test accept a greeting."


@pytest.mark.parametrize(
    "body",
    [
        "        pass\n",
        SEND + "        assert tabs[0].receive_from()\n" + CLOSE,
        SEND + "        try:\n            await tabs[1].receive_from()\n"
        "        except Exception:\n            pass\n",
    ],
    ids=["empty", "never_awaited", "catches_all"],
)
def test_a_test_that_cannot_fail_is_named(toy: Toy, body: str) -> None:
    found = cause(check(toy, body), "test_can_fail")
    assert found["got"] == "test_both_receive_it passes there"
    line = line_of(toy, "def test_both")
    assert found["where"] == {"file": "talks/tests.py", "line": line}


@pytest.mark.parametrize(
    ("old", "new"),
    [("def test_", "def check_"), ("(TransactionTestCase)", "")],
    ids=["name", "class"],
)
def test_that_there_is_no_test_is_said(toy: Toy, old: str, new: str) -> None:
    tests = (BEGIN + GOOD + END).replace(old, new)
    found = cause(toy.write("talks/tests.py", tests).check(), "test_run")
    assert (found["expected"], found["got"]) == (
        "at least one test",
        "Django's test runner finds none",
    )


@pytest.mark.parametrize(
    ("line", "got"),
    [("from nowhere import x", "ModuleNotFoundError"), ("x = (", "SyntaxError")],
)
def test_tests_that_cannot_be_imported_are_reported(
    toy: Toy, line: str, got: str
) -> None:
    toy.write("talks/tests.py", f"{line}\n{BEGIN}{GOOD}{END}")
    found = cause(toy.check(), "test_run")
    assert found["got"].startswith(f"{got}: ")
    assert found["got"].endswith(" was raised when they were imported")
    assert found["where"] == {"file": "talks/tests.py", "line": 1}


@pytest.mark.parametrize(
    "body",
    [
        "        while True:\n            pass  # Here.\n",
        "        while True:\n            await asyncio.sleep(0.1)  # Here.\n",
    ],
    ids=["runs", "awaits"],
)
def test_a_test_that_does_not_end_is_reported_with_its_line(
    toy: Toy, body: str
) -> None:
    found = cause(check(toy, body, TOY_HANG="3"), "test_run")
    assert found["got"] == "test_both_receive_it was still running after 3 s"
    assert found["where"]["file"] == "talks/tests.py"
    assert 0 <= line_of(toy, "# Here.") - found["where"]["line"] <= 1


def test_a_test_that_ends_the_process_is_reported(toy: Toy) -> None:
    found = cause(check(toy, "        os._exit(3)\n"), "test_run")
    assert found["got"] == (
        "their process ended in test_both_receive_it, with status 3"
    )


def test_what_tests_print_is_shown_once(toy: Toy) -> None:
    result = check(toy, "        print('Hello from a test')\n" + GOOD)
    assert result.verdict["printed"] == "Hello from a test\n"


def test_what_fails_after_a_test_counts(toy: Toy) -> None:
    teardown = "\n    def _post_teardown(self):\n        raise OSError('late')\n"
    tests = BEGIN + GOOD + END.replace("End of task 1", "End of task 1" + teardown)
    found = cause(toy.write("talks/tests.py", tests).check(), "test_run")
    assert found["got"] == "test_both_receive_it failed with OSError: late"


def test_the_database_of_the_project_is_never_touched(toy: Toy) -> None:
    (toy.project / "db.sqlite3").write_bytes(b"mine")
    there = (toy.project / "mysite/settings.py").read_text()
    name = 'BASE_DIR / "db.sqlite3"'
    tests = f'"NAME": {name},\n        "TEST": {{"NAME": {name}}},'
    toy.write("mysite/settings.py", there.replace(f'"NAME": {name},', tests))
    found = cause(check(toy, GOOD), "test_run")
    assert found["got"] == "TEST in DATABASES names the database of the project"
    assert found["where"]["file"] == "mysite/settings.py"
    assert (toy.project / "db.sqlite3").read_bytes() == b"mine"


def test_an_edit_that_misfits_is_an_error(toy: Toy) -> None:
    edits = (("text_data", "text"),)
    twice = Variant("twice", "", file="talks/consumers.py", edits=edits)
    with pytest.raises(ValueError, match="twice: not once in talks/consumers"):
        twice.files(read(toy.starter))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_every_version_of_a_lesson_differs_and_can_be_compiled(lesson: Any) -> None:
    starter, declared = read(lesson.starter), variants(lesson)
    first, *others = (*declared.right, *declared.broken, *declared.idle)
    assert first.files(starter) == {}
    seen: dict[bytes, Variant] = {}
    for one in others:
        ((path, content),) = one.files(starter).items()
        compile(content, path, "exec")
        assert content != starter[path].content
        assert seen.setdefault(content, one) is one
    assert len({one.name for one in others}) == len(others)
    assert ROOT in lesson.folder.parents
