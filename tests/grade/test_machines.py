"""The recipes for several machines: their commands, typed as each tool types them."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.grade.conftest import Graded, grade
from tests.machine import TIMEOUT

TEACH = ROOT / "docs/teach"
SHARDS = range(1, 5)
KUBERNETES = "1.33"
PARALLEL = re.compile(r"^parallel .*$", re.MULTILINE)


def manifest() -> dict[str, Any]:
    """The Job for Kubernetes."""
    found: dict[str, Any] = yaml.safe_load((TEACH / "kubernetes.yml").read_text())
    return found


@pytest.fixture
def course(graded: Graded, tmp_path: Path) -> Path:
    """The course as a cluster has it, with the class; its results are there already.

    So that nothing is checked again, each shard begins with the report on all.
    """
    for name in (".venv", "checks", "lessons", "solutions"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(graded.submissions, tmp_path / "submissions")
    for number in SHARDS:
        results = tmp_path / f"report-{number}/results"
        shutil.copytree(graded.report / "results", results)
        for roster in results.glob("roster-*"):
            roster.unlink()
    return tmp_path


def typed(command: list[str] | str, folder: Path, **variables: str) -> None:
    """Type a command in the folder of the course; it succeeds."""
    done = subprocess.run(
        command,
        shell=isinstance(command, str),
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def merged(course: Path, graded: Graded) -> None:
    """Each shard has its students, and together they are the class."""
    rosters = [*course.glob("report-*/results/roster-*.json")]
    names = [name for it in rosters for name in json.loads(it.read_text()).values()]
    assert len(rosters) == len(SHARDS)
    assert sorted(names) == sorted(graded.results())
    folders = [course / f"report-{number}" for number in SHARDS]
    status, printed = grade("--merge", *folders, "--to", course / "all")
    assert (status, "Missing" in printed) == (0, False), printed


def test_slurm(course: Path, graded: Graded) -> None:
    for number in SHARDS:
        task = {"SLURM_ARRAY_TASK_ID": str(number), "SLURM_ARRAY_TASK_COUNT": "4"}
        typed(["sh", str(TEACH / "slurm.sh")], course, **task)
    merged(course, graded)


def test_kubernetes(course: Path, graded: Graded) -> None:
    (container,) = manifest()["spec"]["template"]["spec"]["containers"]
    *shell, script = container["command"]
    for number in SHARDS:
        here = script.replace("/class", str(course))
        typed([*shell, here], course, JOB_COMPLETION_INDEX=str(number - 1))
    merged(course, graded)


def test_the_job_fits_the_api_of_kubernetes() -> None:
    job = manifest()
    assert job["spec"]["completions"] == len(SHARDS)
    kubernetes_validate.validate(job, KUBERNETES, strict=True)
    job["spec"]["completionsMode"] = job["spec"].pop("completionMode")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, KUBERNETES, strict=True)


def commands() -> Iterator[str]:
    """The command of the page for GNU parallel, and the one that stands in for it."""
    (command,) = PARALLEL.findall((TEACH / "grading.md").read_text())
    if shutil.which("parallel"):
        yield command
    _, _, rest = command.partition("--resume-failed ")
    yield f"seq 4 | xargs -P 2 -I {{}} {rest.partition(' :::')[0]}"


@pytest.mark.parametrize("command", [*commands()])
def test_side_by_side(command: str, course: Path, graded: Graded) -> None:
    typed(command, course)
    merged(course, graded)


def test_a_matrix_of_runners(course: Path, graded: Graded) -> None:
    jobs = yaml.safe_load((TEACH / "matrix.yml").read_text())["jobs"]
    assert jobs["grade"]["strategy"]["matrix"]["shard"] == [*SHARDS]
    lines = {job: [it.get("run", "") for it in jobs[job]["steps"]] for job in jobs}
    check, merge = (
        next(line for line in lines[job] if "checks grade" in line)
        for job in ("grade", "merge")
    )
    for number in SHARDS:
        here = check.replace("${{ matrix.shard }}", str(number))
        here = here.replace("../class/", "").replace("../", "")
        typed(here, course)
    typed(merge.replace("../", ""), course)
    merged(course, graded)
