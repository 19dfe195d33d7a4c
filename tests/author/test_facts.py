"""The page "What is true today" lists what the tests in `tests/facts/` claim."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks.author.facts import FOLDER, facts
from checks.course.lessons import ROOT
from tests.facts.conftest import CLAIM, pytest_terminal_summary

FACT = '''"""Doors."""

def test_a_door_opens():
    r"""A `\\w` opens."""

async def test_and_shuts():
    """It shuts."""

def helper():
    """This is no claim."""
'''


def test_each_test_is_a_sentence_of_the_page(tmp_path: Path) -> None:
    for name in (FOLDER, "requirements"):
        (tmp_path / name).mkdir(parents=True)
    lock = (ROOT / "requirements/learn.txt").read_text()
    (tmp_path / "requirements/learn.txt").write_text(lock)
    (tmp_path / FOLDER / "test_doors.py").write_text(FACT)
    versions, *page = "\n".join(facts(tmp_path)).splitlines()
    assert "channels 4." in versions
    assert [line for line in page if line] == [
        "## Doors",
        "Measured by `tests/facts/test_doors.py`.",
        "- A `\\w` opens. { #a_door_opens }",
        "- It shuts. { #and_shuts }",
    ]


def test_every_claim_is_one_sentence() -> None:
    claims = [line for line in facts(ROOT) if line.startswith("- ")]
    assert len(claims) > 30
    for claim in claims:
        sentence, _, anchor = claim[2:].rpartition(" { #")
        assert sentence.endswith((".", '"')), claim
        assert anchor.endswith(" }")


def test_a_fact_that_is_no_longer_true_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary, lines = tmp_path / "summary.md", []
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    report = SimpleNamespace(
        nodeid="tests/facts/test_doors.py::test_a_door_opens",
        user_properties=[(CLAIM, "A door opens.")],
    )

    def write_line(line: str, **_: Any) -> None:
        lines.append(line)

    reporter = SimpleNamespace(stats={"failed": [report]}, write_line=write_line)
    pytest_terminal_summary(reporter)
    assert lines == [f"No longer true: A door opens.\n  {report.nodeid}"]
    assert summary.read_text() == f"- {lines[0]}\n"
