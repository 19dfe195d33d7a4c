"""The verdict as JSON keeps what its schema promises, whatever happened."""

import json
from typing import Any

import jsonschema
import pytest

from checks.course import ROOT
from tests.checker.toys import Toy
from tests.conftest import Checked

SCHEMA = json.loads((ROOT / "docs/reference/verdict.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
STATUS = {"passed": 0, "failed": 1, "machine": 3, "broken": 4}
NO_REDIS = {"TOY_REDIS": "unix:///nowhere.sock"}
RAISES = """
@task(1)
def test_raises(open_tab):
    "It raises."
    tab = open_tab("/")
    tab.send_text("raise")
    tab.hears("nothing")
"""
BREAKS = "@task(1)\ndef test_breaks(open_tab):\n    open_tab('/')\n    1 / 0\n"
ADVISES = """
from checks.verdict import Cause, Finding

@task(1)
def test_passes():
    "It passes."

@advice
def test_advises():
    raise Finding(Cause("project", "more", "there is less", "Add some."))
"""


def holds(result: Checked, verdict: str) -> dict[str, Any]:
    """The document, once all that is promised of it was found true."""
    document = result.verdict
    errors = [error.message for error in VALIDATOR.iter_errors(document)]
    assert errors == []
    assert (document["verdict"], result.status) == (verdict, STATUS[verdict])
    assert result.stdout.count("\n") == 1
    assert (document["cause"] is None) == (verdict == "passed")
    told = ("expected", "got", "where", "mistake", "cure")
    red = [c for c in document["checks"] if c["outcome"] in ("failed", "broken")]
    if red:
        assert [red[0][name] for name in told] == [document["cause"][n] for n in told]
    return document


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_of_a_project_that_passes(toy: Toy) -> None:
    document = holds(toy.check(), "passed")
    assert document["project"] == str(toy.project)
    assert (document["step"], document["lesson"]) == (1, "01_talk")


def test_of_one_that_passes_with_advice(toy: Toy) -> None:
    document = holds(toy.checks(ADVISES).check(), "passed")
    assert document["advice"][0]["expected"] == "more"


def test_of_one_that_fails(toy: Toy) -> None:
    source = (toy.project / "talk.py").read_text()
    toy.write("talk.py", source.replace("self.send(", "raise LookupError("))
    document = holds(toy.checks(RAISES).check(), "failed")
    assert document["cause"]["frames"][0]["file"] == "talk.py"
    (check,) = document["checks"]
    assert [moment["actor"]["id"] for moment in check["transcript"]] == [
        *["tab-a", "server-1", "tab-a"],
        *["tab-a", "server-1", "tab-a"],
    ]


def test_of_one_that_does_not_start(toy: Toy) -> None:
    document = holds(toy.write("talk.py", "def (").check(), "failed")
    assert document["cause"]["where"] == {"file": "talk.py", "line": 1}


def test_of_one_whose_redis_is_missing(toy: Toy) -> None:
    document = holds(toy.check(**NO_REDIS), "machine")
    assert document["broker"] is None


def test_of_checks_that_break(toy: Toy) -> None:
    document = holds(toy.checks(BREAKS).check(), "broken")
    assert "1 / 0" in document["traceback"]


def test_of_a_run_that_found_no_checks(toy: Toy) -> None:
    document = holds(toy.checks("").check(), "broken")
    assert document["checks"] == []


@pytest.mark.parametrize(
    "text",
    ["\\ud800", "\\0", "\\x1b[31mred", "</script>", "ä\\u2028日", '\\"', "x" * 10_000],
    ids=["surrogate", "null", "escape", "tag", "lines", "quote", "long"],
)
def test_of_words_that_are_hard_to_write(toy: Toy, text: str) -> None:
    source = (toy.project / "talk.py").read_text()
    raises = f'raise LookupError("{text}") #'
    toy.write("talk.py", source.replace("self.send(", raises))
    document = holds(toy.checks(RAISES).check(), "failed")
    assert document["cause"]["got"].startswith("LookupError: ")


def test_of_a_file_in_another_encoding(toy: Toy) -> None:
    source = (toy.project / "talk.py").read_text()
    (toy.project / "talk.py").write_text(source, encoding="utf-16")
    document = holds(toy.check(), "failed")
    assert document["cause"]["where"]["file"] == "talk.py"


def test_of_a_file_that_is_broken_in_the_middle_of_a_letter(toy: Toy) -> None:
    (toy.project / "talk.py").write_bytes(b'print("\xe4")\n')
    document = holds(toy.check(), "failed")
    assert document["cause"]["where"]["file"] == "talk.py"
