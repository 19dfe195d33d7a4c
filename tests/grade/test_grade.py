"""`make grade`: who passed, what is run again, and what a hostile name can do."""

import asyncio
import csv
import json
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from checks.author import solution
from checks.course import release
from checks.course.lessons import ROOT, Course
from checks.grade import exports, points
from checks.grade.command import grade_folder
from checks.grade.forked import Forks
from checks.grade.grade import Grading, require_canary
from checks.grade.results import Result, Results, checked_by
from checks.grade.workers import Worker
from checks.verdict import Finding
from tests.conftest import environment
from tests.grade.conftest import HOSTILE, SLUG, WRONG, Graded, grade
from tests.machine import TIMEOUT

COMMANDS = re.compile(r"^```sh\n(?!parallel)(.*?)^```$", re.MULTILINE | re.DOTALL)
FOLDER = re.compile(r"(?<![\w/])(submissions|report[\w-]*)/")


@pytest.fixture
def again(graded: Graded, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the submissions and of the report on them."""
    for folder in (graded.submissions, graded.report):
        shutil.copytree(folder, tmp_path / folder.name)
    return tmp_path / "submissions", tmp_path / "report"


def test_everybody_has_the_result_that_their_project_earned(graded: Graded) -> None:
    assert graded.status == 0, graded.printed
    found = {name: result["status"] for name, result in graded.results().items()}
    assert found == {
        "Ada Lovelace": "passed",
        "Зоя Иванова": "failed",
        HOSTILE: "not_started",
        "Broken": "unreadable",
    }


def test_a_student_sees_the_verdict_of_make_check(graded: Graded) -> None:
    result = graded.results()["Зоя Иванова"]
    page = (graded.report / f"students/{result['id']}.html").read_text()
    assert result["verdict"]["cause"]["mistake"] == WRONG.name
    assert f"Mistake: {WRONG.name}" in (WRONG / "expected.txt").read_text()
    assert "Your project: expected" in page
    assert "make hint STEP=1" in page
    assert "PROJECT=" not in page
    assert "/tmp/" not in page  # noqa: S108


def test_a_name_is_text_on_the_page_and_in_the_table(graded: Graded) -> None:
    assert "<img" not in (graded.report / "index.html").read_text()
    with (graded.report / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert f"'{HOSTILE}" in rows
    assert rows["Ada Lovelace"][f"{SLUG} status"] == "passed"


def test_only_what_has_changed_is_checked_again(again: tuple[Path, Path]) -> None:
    submissions, report = again
    assert "to check: 0" in grade(*again, "--step", 1)[1]
    shutil.copytree(WRONG, submissions / "Ada Lovelace", dirs_exist_ok=True)
    assert "to check: 1" in grade(*again, "--step", 1, "--jobs", 1)[1]
    assert "passed → failed" in (report / "index.html").read_text()


def test_points_are_those_of_grade_toml(again: tuple[Path, Path]) -> None:
    submissions, report = again
    tasks = len(Course().lesson("1").tasks)
    weights = [2.5] * tasks
    (submissions / "grade.toml").write_text(f"[points]\n{SLUG} = {weights}\n")
    grade(*again, "--step", 1)
    assert f"passed, {2.5 * tasks:g} of" in (report / "index.html").read_text()
    (submissions / "grade.toml").write_text(f"[points]\n{SLUG} = [1]\n")
    status, printed = grade(*again, "--step", 1)
    assert (status, f"has {tasks} tasks" in printed) == (2, True)


def test_the_points_on_the_page_can_be_read() -> None:
    found = points.load(ROOT / "docs/teach")
    assert (found.most(SLUG), found.site) == (3, "https://example.org/channels/")


def test_nothing_is_graded_where_the_solution_does_not_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(solution, "of", lambda *_: {})

    async def canary() -> None:
        async with (
            Forks() as forks,
            Worker(Course().lesson("1"), TIMEOUT, forks) as worker,
        ):
            await require_canary(worker)

    with pytest.raises(Finding, match="the solution of lesson 1 to be passed") as found:
        asyncio.run(canary())
    assert found.value.cause.voice == "machine"


def test_merging_names_who_has_no_result(graded: Graded, tmp_path: Path) -> None:
    shutil.copytree(graded.report, tmp_path / "A")
    ada = graded.results()["Ada Lovelace"]["id"]
    (tmp_path / f"A/results/{SLUG}/{ada}.json").unlink()
    status, printed = grade("--merge", tmp_path / "A", "--to", tmp_path / "C")
    assert status == 3
    assert "Missing: Ada Lovelace" in printed
    both = grade("--merge", tmp_path / "A", graded.report, "--to", tmp_path / "D")
    assert both[0] == 0, both[1]


def test_every_command_of_the_page_does_what_it_says(
    again: tuple[Path, Path], tmp_path: Path
) -> None:
    page = (ROOT / "docs/teach/grading.md").read_text()
    commands = "".join(COMMANDS.findall(page)).splitlines()
    assert len(commands) == 5
    for folder in ("report-1", "report-2"):  # What is there is not checked again.
        shutil.copytree(again[1], tmp_path / folder)
    for command in commands:
        here = FOLDER.sub(rf"{tmp_path}/\1/", command)
        done = subprocess.run(  # noqa: S602 (as it is typed)
            here,
            shell=True,
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "Зоя Иванова" in (tmp_path / "report-all/index.html").read_text()


def test_other_programs_read_the_same_results(
    graded: Graded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = ET.parse(graded.report / "junit.xml").getroot().find("testsuite")  # noqa: S314
    assert suite is not None
    counts = [suite.get(name) for name in ("tests", "failures", "errors")]
    assert counts == ["4", "2", "1"]
    ada = graded.results()["Ada Lovelace"]["id"]
    shown = json.loads((graded.report / f"gradescope/{ada}.json").read_text())
    assert shown["score"] == len(Course().lesson("1").tasks)
    assert {test["status"] for test in shown["tests"]} == {"passed"}
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    report = shutil.copytree(graded.report, tmp_path / "report")
    _, printed = grade(graded.submissions, report, "--step", 1, "--github")
    assert "::error title=Зоя Иванова,file=lessons/01_consumer/chat/" in printed
    assert "<img" not in (tmp_path / "summary").read_text()


def test_a_workflow_command_cannot_be_forged() -> None:
    cause = {"expected": "a", "got": "b\n::add-path::/x", "cure": "c", "where": None}
    verdict = {"cause": cause}
    result = Result("x,file=y::z", "x", SLUG, "failed", verdict=verdict)
    (line,) = exports.annotations([result])
    assert line == (
        "::error title=x%2Cfile=y%3A%3Az::Expected a, but b%0A::add-path::/x. c"
    )


def test_a_result_names_the_release_that_has_checked_it(
    graded: Graded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(release, "RELEASES", tmp_path / "releases.txt")
    release.RELEASES.touch()
    results = Results(graded.report).all()
    (line,) = checked_by(results)
    assert line.startswith("    2  checked by no release of the course (checker ")
    for version in ("2027.1", "2027.2"):
        release.record(version)
    assert checked_by(results) == ["    2  checked by release 2027.2 of the course"]
    results[0].key["checks"] = results[1].key["course"]
    assert release.of("", SLUG, results[1].key["course"]) == ""
    with pytest.raises(ValueError, match="recorded already"):
        release.record("2027.1")


def test_a_check_that_changes_meanwhile_spoils_the_run(
    again: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = release.now()
    changing = iter([before, before | {SLUG: "changed"}])
    monkeypatch.setattr(release, "now", lambda: next(changing))
    run = Grading(*again, Course().lesson("1"), (1, 1), jobs=1, limit=60)
    assert grade_folder(run, Console()) == 3
    assert f"Changed while projects were checked: {SLUG}." in capsys.readouterr().out
