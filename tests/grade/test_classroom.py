"""The workflow that a teacher copies: its commands, as a runner types them."""

import subprocess
from pathlib import Path

import yaml

from checks.author.projects import build
from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.grade.conftest import SLUG, WRONG
from tests.machine import TIMEOUT

FILE = ROOT / "docs/teach/classroom.yml"


def test_its_commands_annotate_the_lines_of_a_student(tmp_path: Path) -> None:
    steps = yaml.safe_load(FILE.read_text())["jobs"]["grade"]["steps"]
    course, student = (step["with"]["path"] for step in steps if "uses" in step)
    (tmp_path / course).symlink_to(ROOT)
    project = tmp_path / Path(student).parent / "ada/lessons" / SLUG
    build(SLUG, project, solved=True, submission=WRONG)
    summary = tmp_path / "summary.md"
    printed = ""
    for step in (step for step in steps if "run" in step):
        # The folder of the course is a link here, so `..` would leave it elsewhere.
        typed = step["run"].replace("../", f"{tmp_path}/")
        done = subprocess.run(  # noqa: S602 (as the runner does)
            typed,
            shell=True,
            cwd=tmp_path / step["working-directory"],
            env=environment(GITHUB_STEP_SUMMARY=str(summary)),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        printed += done.stdout
        assert done.returncode == 0, done.stdout + done.stderr
    assert f"::error title=ada,file=lessons/{SLUG}/chat/consumers.py,line=" in printed
    assert "| ada | 01&#95;consumer | failed | 1 of 2 |" in summary.read_text()
