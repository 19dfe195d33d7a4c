"""What the Makefile passes on, and what it says."""

import json
import re
from pathlib import Path

import pytest

from .conftest import ROOT, Course, new_course


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course in which the part `learn` is installed; nothing here changes it."""
    course = new_course(tmp_path_factory.mktemp("ready") / "a course")
    assert course.install().returncode == 0
    return course


@pytest.mark.parametrize(
    ("typed", "passed_on"),
    [
        ("check", ["check"]),
        ("check STEP=", ["check"]),
        ("check STEP=three", ["check", "three"]),
        (
            "check STEP=3 FORMAT=json PROJECT=../x LIMIT=5",
            ["check", "3", "--format", "json", "--project", "../x", "--limit", "5"],
        ),
        ("hint STEP=1 PROJECT=x", ["hint", "1", "--project", "x"]),
        ("predict STEP=1", ["predict", "1"]),
        ("run STEP=2", ["run", "2"]),
        ("run STEP=2 SOLUTION=1", ["run", "2", "--solution"]),
        ("diff STEP=1 WITH=solution", ["diff", "1", "--with", "solution"]),
        ("solution STEP=1", ["solution", "1"]),
        ("solution STEP=1 WRITE=1", ["solution", "1", "--write"]),
        ("explain FILE=log", ["explain", "log"]),
        ("carry STEP=3", ["carry", "3"]),
        ("watch STEP=1 FORMAT=lines", ["watch", "1", "--format", "lines"]),
        ("solution STEP=1 PROJECT=x", ["solution", "1", "--project", "x"]),
        ("reset STEP=1", ["reset", "1"]),
        (
            "load STEP=3 SERVERS=1 TABS=2 RATE=3 SECONDS=4 ROOMS=5 ADDRESS=b TO=c",
            [
                *("load", "3", "--servers", "1", "--tabs", "2", "--rate", "3"),
                *("--seconds", "4", "--rooms", "5", "--address", "b", "--to", "c"),
            ],
        ),
        ("wall", ["wall"]),
        (
            "wall PORT=1 HOST=a HOURS=2 TOKEN=b",
            ["wall", "--port", "1", "--host", "a", "--hours", "2", "--token", "b"],
        ),
        ("bench FLAKES=100", ["bench", "--flakes", "100"]),
        ("bench MISTAKES=1", ["bench", "--mistakes"]),
        ("sync", ["sync"]),
        ("lesson NAME=presence", ["lesson", "presence"]),
        ("lesson", ["lesson"]),
    ],
)
def test_what_is_typed_is_passed_on(
    ready: Course, typed: str, passed_on: list[str]
) -> None:
    done = ready.type("make", *typed.split())
    assert (json.loads(done.stdout), done.stderr) == (passed_on, "")


def test_a_path_may_hold_spaces_and_quotes(ready: Course) -> None:
    done = ready.type("make", "check", 'PROJECT=it\'s my "own"')
    assert json.loads(done.stdout) == ["check", "--project", 'it\'s my "own"']


def test_variables_of_the_environment_are_somebody_elses(ready: Course) -> None:
    done = ready.type("make", "check", STEP="3", PROJECT="cloud-7", FORMAT="pdf")
    assert json.loads(done.stdout) == ["check"]


def test_installing_leaves_standard_output_to_the_command(course: Course) -> None:
    done = course.type("make", "check", "STEP=1")
    assert json.loads(done.stdout) == ["check", "1"]
    assert done.stderr.startswith("Installing ")


def test_nothing_is_run_when_the_installation_fails(course: Course) -> None:
    done = course.type("make", "check", PIP_STATUS="1", PIP_SAYS="ConnectTimeout")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "connect to the network" in done.stderr


def test_bare_make_has_a_line_for_every_target(ready: Course) -> None:
    done = ready.type("make")
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    told = re.findall(r"^ +make ([a-z]+)", done.stdout, re.MULTILINE)
    assert sorted(told) == sorted(set(targets) - {"help"})
    assert done.stderr == ""


def test_no_file_hides_a_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):", makefile, re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert sorted(" ".join(phony).split()) == sorted(targets)


def test_the_test_command_goes_on_after_a_failure_and_fails(
    course: Course, tmp_path: Path
) -> None:
    for part in ("tabs", "notebook", "maintain"):
        course.write(f"requirements/{part}.txt", "")
    tools = tmp_path / "tools"
    for tool, status in (("ruff", 0), ("mypy", 1), ("pytest", 0)):
        tool_file = tools / f"{tool}.py"
        tools.mkdir(exist_ok=True)
        tool_file.write_text(f"import sys\nprint('{tool}')\nsys.exit({status})\n")
    path = f"{tools}:{course.environment['PYTHONPATH']}"
    done = course.type("make", "test", PYTHONPATH=path)
    assert done.stdout.split() == ["ruff", "ruff", "mypy", "pytest"]
    assert done.returncode == 2
