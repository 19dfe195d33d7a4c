"""The page of what a project is kept from names a test for each line."""

import re

import pytest

from checks.course.lessons import ROOT

PAGE = ROOT / "docs/teach/confined.md"
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def defined() -> set[str]:
    """The names of the tests of the checker and of grading."""
    folders = (ROOT / "tests/checker", ROOT / "tests/grade")
    files = [path for folder in folders for path in folder.glob("test_*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE))


def test_no_attack_is_left_out() -> None:
    assert [int(number) for number, *_ in ROWS] == [*range(1, 55)]


@pytest.mark.parametrize("test", [test for *_, test in ROWS])
def test_each_attack_has_a_test(test: str) -> None:
    assert test.strip("`") in defined()
