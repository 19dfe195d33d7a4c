"""The verdict as JSON keeps what its schema promises, whatever happened.

Every run of every test beside this one is held against the schema (see `contract`).
"""

from typing import Any

import jsonschema
import pytest

from tests.checker.contract import SCHEMA, VALIDATOR, is_valid
from tests.checker.toys import Toy

ADVISES = """
from checks.verdict import Cause, Finding

@task(1)
def test_passes():
    "It passes."

@advice
def test_advises():
    raise Finding(Cause("project", "more", "there is less", "Add some."))
"""
HARD = {
    "surrogate": "\\ud800",
    "null": "\\0",
    "escape": "\\x1b[31mred",
    "tag": "</script>",
    "lines": "ä\\u2028日",
    "quote": '\\"',
    "long": "x" * 10_000,
}
RAISES = """
import json
from channels.generic.websocket import WebsocketConsumer

class Talk(WebsocketConsumer):
    def receive(self, text_data):
        raise LookupError(json.loads(text_data))
"""


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_of_a_project_that_passes(toy: Toy) -> None:
    verdict = toy.check().verdict
    assert verdict["verdict"] == "passed"
    assert verdict["cause"] is None
    assert (verdict["step"], verdict["lesson"]) == (1, "01_talk")
    assert verdict["project"] == str(toy.project)
    assert verdict["broker"] is None


def test_of_one_that_passes_with_advice(toy: Toy) -> None:
    verdict = toy.checks(ADVISES).check().verdict
    assert verdict["verdict"] == "passed"
    assert verdict["advice"][0]["expected"] == "more"


def test_of_one_that_fails(toy: Toy) -> None:
    source = (toy.project / "talk.py").read_text()
    toy.write("talk.py", source.replace("self.send(", "raise LookupError("))
    verdict = toy.check().verdict
    assert verdict["verdict"] == "failed"
    assert verdict["cause"]["frames"][0]["file"] == "talk.py"
    transcript = verdict["checks"][1]["transcript"]
    assert {moment["actor"]["id"] for moment in transcript} == {"tab-a", "server-1"}
    for moment in transcript:
        by_tab = moment["actor"]["kind"] == "tab"
        assert moment["peer"] == ("server-1" if by_tab else None)


def test_of_one_whose_redis_is_missing(toy: Toy) -> None:
    verdict = toy.check(TOY_REDIS="unix:///nowhere.sock").verdict
    assert (verdict["verdict"], verdict["broker"]) == ("machine", None)


def test_of_checks_that_break(toy: Toy) -> None:
    verdict = toy.checks("@task(1)\ndef test_a():\n    1 / 0\n").check().verdict
    assert verdict["verdict"] == "broken"
    assert "1 / 0" in verdict["traceback"]


def test_of_words_that_are_hard_to_write(toy: Toy) -> None:
    checks = [
        f'@task(1)\ndef test_{name}(open_tab):\n    tab = open_tab("/")\n'
        f'    tab.send("{text}")\n    tab.receives("nothing")\n'
        for name, text in HARD.items()
    ]
    verdict = toy.write("talk.py", RAISES).checks("\n".join(checks)).check().verdict
    got = {
        check["id"].removeprefix("test_"): check["got"] for check in verdict["checks"]
    }
    assert all(
        words.startswith("receive() raised LookupError: ") for words in got.values()
    ), got
    assert got.keys() == HARD.keys()


@pytest.mark.parametrize(
    "content", ["ä".encode("utf-16"), b'print("\xe4")\n', b"def (", b"a\0b"]
)
def test_of_a_file_that_is_no_python(toy: Toy, content: bytes) -> None:
    (toy.project / "talk.py").write_bytes(content)
    verdict = toy.check().verdict
    assert verdict["verdict"] == "failed"
    assert verdict["cause"]["where"]["file"] == "talk.py"


def test_the_schema_is_strict(toy: Toy) -> None:
    verdict = toy.checks(ADVISES).check().verdict
    is_valid(verdict | {"more": "fields may be added"})
    wrong: dict[str, Any] = {
        "cause": {},
        "verdict": "failed",
        "started_at": "2026-01-01T00:00:00",
        "checks_sha256": None,
        "checks": [{}],
    }
    for name, value in wrong.items():
        assert not VALIDATOR.is_valid(verdict | {name: value}), name
        assert not VALIDATOR.is_valid({k: v for k, v in verdict.items() if k != name})
