"""The bench of the mistakes says what each submission is told, and asks for reasons."""

import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from checks.author.recorded import Submission, submissions
from checks.course.lessons import ROOT

BENCH = ROOT / "bench/mistakes.py"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.syspath_prepend(BENCH.parent)
    return SimpleNamespace(**runpy.run_path(str(BENCH)))


def named(name: str, kind: str = "wrong") -> Submission:
    return Submission(Path(name), "01_consumer", kind, name)


ROWS = [
    (named("syntax_error"), ("syntax_error",)),
    (named("no_group_add"), ("raises",)),
    (named("missing_await"), ("raises or sleeps",)),
    (named("not_an_id"), ("raises",)),
    (named("nothing_said"), ()),
    (named("async_consumer", "valid"), ()),
]


def test_the_summary_counts_each_kind(bench: SimpleNamespace) -> None:
    assert bench.summary(ROWS) == (
        "6 submissions: 4 named, 1 wrong ones unnamed, 1 ties; "
        "2 named as another mistake."
    )


def test_a_reason_is_asked_for_where_there_is_none(bench: SimpleNamespace) -> None:
    wrong = list(bench.unexplained(ROWS, {"missing_await": "Either is true."}))
    assert wrong == [
        "no_group_add is named as raises: say why in bench/mistakes.toml.",
    ]


def test_one_submission_is_checked_and_shown() -> None:
    (one,) = [one for one in submissions() if one.name == "syntax_error"]
    done = subprocess.run(
        [sys.executable, BENCH, one.name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "│ 1 wrong │ syntax_error │ syntax_error │ the same │" in done.stdout
    assert done.stdout.endswith(
        "1 submissions: 1 named, 0 wrong ones unnamed, 0 ties; "
        "0 named as another mistake.\n"
    )
