"""The workflows of GitHub Actions: well formed, pinned, and calling what is there."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.course.lessons import ROOT

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
FILES += [ROOT / "docs/teach" / name for name in ("classroom.yml", "matrix.yml")]
WORKFLOWS = [pytest.param(file, id=file.name) for file in FILES]
COMMAND = re.compile(r"(make|requirements/|\S+/bin/python).*?(?=; then|$)")
TEST = ROOT / ".github/workflows/test.yml"


def read(file: Path) -> dict[str, Any]:
    """A workflow; YAML takes the key `on` for a word of its own."""
    found: dict[Any, Any] = yaml.safe_load(file.read_text())
    found["on"] = found.pop(True)
    return found


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in read(file)["jobs"].values():
        yield from job["steps"]


def pythons(job: str) -> list[str]:
    """The versions of Python that a job of test.yml runs on."""
    matrix = read(TEST)["jobs"][job]["strategy"]["matrix"]
    return matrix.get("python") or sorted({one["python"] for one in matrix["include"]})


def held(file: Path) -> int:
    """The exit status of holding a file against the published schema."""
    check = ["check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run(
        [sys.executable, "-m", *check, file], capture_output=True, check=False
    )
    return done.returncode


@pytest.mark.parametrize("file", WORKFLOWS)
def test_a_workflow_fits_its_schema(file: Path, tmp_path: Path) -> None:
    assert held(file) == 0
    wrong = tmp_path / file.name
    wrong.write_text(file.read_text().replace("runs-on", "run-on"))
    assert held(wrong) == 1


@pytest.mark.parametrize("file", WORKFLOWS)
def test_an_action_is_pinned_by_its_commit_with_its_version_beside(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text())
    assert used
    pinned = re.compile(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [action for action in used if not pinned.fullmatch(action)] == []


def test_all_workflows_use_the_same_version_of_an_action() -> None:
    used = {u for file in FILES for u in re.findall(r"uses: (.*)", file.read_text())}
    assert len(used) == len({action.partition("@")[0] for action in used})


@pytest.mark.parametrize("file", WORKFLOWS)
def test_a_workflow_may_read_and_a_job_that_may_write_runs_nothing_of_ours(
    file: Path,
) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        uses = [step.get("uses", "") for step in job["steps"]]
        if "permissions" in job:
            assert job["permissions"] == {"issues": "write"}
            assert uses == [""]
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", WORKFLOWS)
def test_a_workflow_ends_and_does_not_pile_up(file: Path) -> None:
    workflow = read(file)
    assert workflow["concurrency"]["group"]
    assert all(1 <= job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


@pytest.mark.parametrize("file", WORKFLOWS)
def test_what_a_workflow_types_is_there(file: Path) -> None:
    """Make targets, scripts, modules and tests; `gh` is on every runner."""
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for command in typed(file):
        first, *words = shlex.split(command)
        if first == "make":
            assert words[0] in targets
        elif first.startswith("requirements/"):
            assert os.access(ROOT / first, os.X_OK)
        else:
            assert first in (".venv/bin/python", "build/newest/bin/python"), command
            assert words[:2] in (
                ["-P", "-m"],
                ["-m", "pip"],
                ["-m", "pytest"],
                ["-m", "checks.author"],
            )
            assert all((ROOT / w).exists() for w in words if w.startswith("tests/"))


def typed(file: Path) -> Iterator[str]:
    """Every command of a workflow that is one of the course's."""
    for step in steps(file):
        for line in step.get("run", "").splitlines():
            found = COMMAND.search(line)
            if found and not line.lstrip().startswith("echo"):
                yield re.sub(r"\$\{\{.*?\}\}", "x", found[0])


def test_the_commands_are_found() -> None:
    found = [command for file in FILES for command in typed(file)]
    assert "make test" in found
    assert "requirements/newest" in found
    assert "build/newest/bin/python -m pytest tests/author/test_bounds.py" in found


def test_the_pythons_are_those_that_the_course_supports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    oldest = project["project"]["requires-python"].removeprefix(">=")
    minor = oldest.replace(".", "")
    assert project["tool"]["mypy"]["python_version"] == oldest
    assert project["tool"]["ruff"]["target-version"] == f"py{minor}"
    locked = pythons("locked")
    assert locked[0] == oldest
    install = (ROOT / "requirements/install").read_text()
    looked_for = re.search(r"set -- python3((?: python3\.\d+)+)\n", install)
    assert looked_for
    assert looked_for[1].split() == [f"python{version}" for version in locked[::-1]]
    assert f"version_info < ({oldest.replace('.', ', ')})" in install
    told = f"Python {', '.join(locked[:-1])} or {locked[-1]}"
    words = re.sub(r'"\s+"', "", (ROOT / "requirements/install.py").read_text())
    assert told in words
    assert f"--python-version {oldest} " in (ROOT / "requirements/lock").read_text()
    assert set(pythons("django-6")) <= set(locked)


def test_a_bound_that_the_weekly_run_keeps_is_one_that_it_asks_about() -> None:
    wanted = "".join(f.read_text() for f in (ROOT / "requirements").glob("*.in"))
    assert re.findall(r"^([\w-]+<.*)$", wanted, re.MULTILINE) == ["redis<8"]
    weekly = (ROOT / ".github/workflows/weekly.yml").read_text()
    assert "pip install --upgrade redis\n" in weekly
