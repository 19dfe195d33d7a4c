"""What becomes of a check, and of the run that it belongs to."""

from typing import Any

from tests.checker.toys import Toy, outcomes

FINDING = """
from checks.verdict import Cause, Finding

def found(got):
    raise Finding(Cause("project", "something else", got, "Change it."))
"""


def test_a_project_that_does_it_all_passes(toy: Toy) -> None:
    result = toy.check()
    assert result.status == 0
    assert set(outcomes(result).values()) == {"passed"}
    assert len(outcomes(result)) == 3
    assert result.verdict["checks_changed"] is False
    assert toy.left() == []


def test_a_check_is_not_reached_when_one_that_it_needs_did_not_pass(toy: Toy) -> None:
    result = toy.checks(
        FINDING
        + """
@task(1)
def test_first():
    "The first."
    found("it was not")

@task(1)
@needs(test_first)
def test_second():
    "The second."

@task(2)
@needs(test_second)
def test_third():
    "The third."

@task(2)
def test_fourth():
    "The fourth."

@task(2)
def test_fifth():
    found("it was neither")

@advice
def test_sixth():
    found("it is advice")
"""
    ).check()
    assert result.verdict["verdict"] == "failed"
    assert outcomes(result) == {
        "test_first": "failed",
        "test_second": "not_reached",
        "test_third": "not_reached",
        "test_fourth": "passed",
        "test_fifth": "failed",
    }
    reasons = [check["reason"] for check in result.verdict["checks"]]
    assert reasons == [
        None,
        "it needs: The first.",
        "it needs: The second.",
        None,
        None,
    ]
    assert result.verdict["cause"]["got"] == "it was not"
    assert result.verdict["advice"] == []


def test_what_is_skipped_says_why_and_is_no_failure(toy: Toy) -> None:
    result = toy.checks(
        """
@task(1)
def test_skipped():
    "It is skipped."
    pytest.skip("nobody is here")

@task(1)
def test_passes():
    "It passes."
"""
    ).check()
    assert result.verdict["verdict"] == "passed"
    skipped, passed = result.verdict["checks"]
    assert (skipped["outcome"], skipped["reason"]) == ("skipped", "nobody is here")
    assert passed["outcome"] == "passed"


def test_advice_is_reported_after_passing(toy: Toy) -> None:
    result = toy.checks(
        FINDING
        + """
@task(1)
def test_passes():
    "It passes."

@advice
def test_would_be_better():
    found("it could be better")
"""
    ).check()
    assert result.verdict["verdict"] == "passed"
    assert [told["got"] for told in result.verdict["advice"]] == ["it could be better"]
    assert list(outcomes(result)) == ["test_passes"]


def broken(toy: Toy, checks: str) -> dict[str, Any]:
    """The verdict on a run in which these checks broke."""
    verdict = toy.checks(checks).check().verdict
    assert verdict["verdict"] == "broken"
    assert verdict["cause"]["voice"] == "checker"
    return verdict


def test_a_check_that_raises_broke_and_says_where(toy: Toy) -> None:
    checks = "@task(1)\ndef test_breaks():\n    1 / 0\n"
    verdict = broken(toy, checks)
    assert "ZeroDivisionError: division by zero" in verdict["cause"]["got"]
    (check,) = verdict["checks"]
    assert check["outcome"] == "broken"
    assert "1 / 0" in check["traceback"]
    assert verdict["traceback"] == check["traceback"]


def test_an_assertion_of_a_check_is_ours_to_fix(toy: Toy) -> None:
    verdict = broken(toy, "@task(1)\ndef test_breaks():\n    assert 1 == 2\n")
    assert "AssertionError" in verdict["cause"]["got"]


def test_a_fixture_that_raises_broke(toy: Toy) -> None:
    checks = "@task(1)\ndef test_breaks(members):\n    pass\n"
    verdict = broken(toy, checks)
    assert "a check about members needs one about the layer" in verdict["cause"]["got"]


def test_what_raises_after_a_check_broke(toy: Toy) -> None:
    verdict = broken(
        toy,
        """
@pytest.fixture
def late():
    yield
    raise LookupError("too late")

@task(1)
def test_breaks(late):
    pass
""",
    )
    assert [check["outcome"] for check in verdict["checks"]] == ["broken"]
    assert "too late" in verdict["cause"]["got"]


def test_advice_that_raises_broke_and_says_where(toy: Toy) -> None:
    verdict = broken(
        toy, "@task(1)\ndef test_a():\n    pass\n\n@advice\ndef test_b():\n    1 / 0\n"
    )
    assert "1 / 0" in verdict["traceback"]


def test_checks_that_cannot_be_read_broke(toy: Toy) -> None:
    verdict = broken(toy, "def test_a(:\n    pass\n")
    assert "SyntaxError" in verdict["cause"]["got"] + verdict["traceback"]


def test_a_lesson_without_checks_broke(toy: Toy) -> None:
    verdict = broken(toy, "def test_a():\n    pass\n")
    assert verdict["checks"] == []


def test_what_failed_before_something_broke_is_reported_first(toy: Toy) -> None:
    result = toy.checks(
        FINDING
        + """
@task(1)
def test_fails():
    found("it is not")

@task(1)
def test_breaks():
    1 / 0
"""
    ).check()
    assert result.verdict["cause"]["got"] == "it is not"
    assert outcomes(result) == {"test_fails": "failed", "test_breaks": "broken"}


def test_other_checks_in_the_learners_folder_do_not_judge(toy: Toy) -> None:
    (toy.project / "test_talk.py").write_text("from checks import task\n")
    result = toy.check()
    assert (result.status, result.verdict["checks_changed"]) == (0, True)
    assert len(outcomes(result)) == 3


def test_what_fails_after_another_check_in_a_task_that_is_as_it_was_is_not_reached(
    toy: Toy,
) -> None:
    result = toy.checks(
        FINDING
        + """
@task(1)
def test_first():
    "The first."
    found("it was not")

@task(1)
def test_second():
    "The second."
    found("it was not, either")
"""
    ).check()
    assert outcomes(result) == {"test_first": "failed", "test_second": "not_reached"}
    (_, second) = result.verdict["checks"]
    assert second["reason"] == "nothing between the comments of task 1 has changed"
