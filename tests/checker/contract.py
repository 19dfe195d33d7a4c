"""What is promised of every verdict, and of how the command ends that prints it."""

import json
from typing import Any

import jsonschema

from checks.course.lessons import ROOT
from tests.conftest import Checked

SCHEMA = json.loads((ROOT / "docs/reference/verdict.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
STATUS = {"passed": 0, "failed": 1, "machine": 3, "broken": 4}
STOPPED = (130, 143)
TOLD = ("expected", "got", "where", "mistake", "cure")


def kept(status: int, stdout: str, stderr: str) -> Checked:
    """A run that kept the promises: one valid document, or none when stopped."""
    if status in STOPPED:
        assert stdout == "", stdout
        return Checked({}, status, stdout, stderr)
    result = Checked.of(status, stdout, stderr)
    assert stdout.count("\n") == 1
    assert not stderr, stderr
    is_valid(result.verdict)
    assert status == STATUS[result.verdict["verdict"]]
    return result


def is_valid(verdict: dict[str, Any]) -> None:
    """A document says what its schema says, and its cause is that of the first red."""
    errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(verdict)]
    assert errors == []
    reds = [c for c in verdict["checks"] if c["outcome"] in ("failed", "broken")]
    for red in reds[:1]:
        assert {n: red[n] for n in TOLD} == {n: verdict["cause"][n] for n in TOLD}
    if verdict["verdict"] == "passed":
        outcomes = {check["outcome"] for check in verdict["checks"]}
        assert outcomes <= {"passed", "skipped"}
