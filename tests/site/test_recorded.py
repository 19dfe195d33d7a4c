"""The outputs on the pages are those of the real commands.

`pytest tests/site --record` writes those that differ, and then fails. Times that differ
are let be: delete docs/recorded/check-* before, on a quiet machine, to have new ones.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.__main__ import main
from checks.author import projects
from checks.course import fences
from checks.course.lessons import ROOT, Course, Lesson
from tests.conftest import CheckerProcess, environment

RECORDED = ROOT / "docs/recorded"
IN_README = re.compile(r"(?<=<!-- recorded: check-1 -->\n)(.*\n)*?(?=<!-- end -->)")
# What differs from run to run and from machine to machine.
VARIES = [
    (r"(?m)^ +\d+  (?= *(?:tab|server|routes|Redis|memory) )", "0  "),
    (r"(?m)^✗ +\d+  .*", "✗"),  # The sentence says it, too, and is not cut.
    (r"\bin \d+\.\d s\b", "in 0.0 s"),
    (r"(?:at least )?\d+ lines left out", "lines left out"),
    (r'("(?:seconds|at|waited)": )[\d.]+', r"\g<1>0"),
    (r'("(?:started_at|project|checks_sha256)": )".*"', r'\1""'),
    (r'("(?:python|django|channels|channels-redis|daphne|redis)": )".*"', r'\1""'),
    (r"(?s), through .{0,80}?localhost:6379\.", "."),
    (r"specific(?:\.\w*)?(?:!\w*)?…?", "specific"),
    (r"session_\w+'?…?", "session"),
    (r"(?m)^.+  skips \d+ s\n", ""),  # Which servers have started by then is chance.
]
MOMENTS = re.compile(r"(?m)(?:^(?:0| +…)  .*\n)+")


@dataclass(frozen=True)
class Recording:
    """A file in docs/recorded: what a command prints.

    `{project}` in the command is `lesson` with its first `done` tasks solved.
    """

    name: str
    command: str
    lesson: Lesson | None = None
    done: int = 0


def recordings() -> Iterator[Recording]:
    """Every file in docs/recorded: each lesson red, task by task, until it is green."""
    yield Recording("make.txt", "make")
    yield Recording("help.txt", "python -m checks --help")
    for name in main.commands:
        yield Recording(f"help-{name}.txt", f"python -m checks {name} --help")
    for lesson in Course().lessons:
        check = f"python -m checks check {lesson.step} --project {{project}}"
        check += " --seed course"
        for done in range(len(lesson.tasks)):
            task = f"-task-{done + 1}" if done else ""
            yield Recording(f"check-{lesson.step}{task}.txt", check, lesson, done)
        name = f"check-{lesson.step}-passed.txt"
        yield Recording(name, check, lesson, len(lesson.tasks))
        if lesson.step == 1:
            yield Recording("check-1.json", f"{check} --format json", lesson)


@pytest.mark.parametrize("recording", list(recordings()), ids=lambda r: r.name)
def test_a_page_shows_what_the_command_prints(
    recording: Recording,
    tmp_path: Path,
    checker: CheckerProcess,
    pytestconfig: pytest.Config,
) -> None:
    file = RECORDED / recording.name
    before = file.read_text() if file.exists() else ""
    printed = run(recording, tmp_path / recording.name, checker)
    if pytestconfig.getoption("record") and normal(printed) != normal(before):
        file.write_text(printed)
        pytest.fail(f"recorded {recording.name}")
    assert normal(printed) == normal(before)


def test_what_is_recorded_is_shown_and_nothing_else_lies_there() -> None:
    names = {recording.name for recording in recordings()}
    pages = [page.read_text() for page in RECORDED.parent.rglob("*.md")]
    shown = re.findall(r'(?m)^ *--8<-- "docs/recorded/(.*)"$', "\n".join(pages))
    assert {path.name for path in RECORDED.iterdir()} == names == set(shown)


def test_the_readme_shows_the_first_red_sentence(pytestconfig: pytest.Config) -> None:
    readme, recorded = ROOT / "README.md", (RECORDED / "check-1.txt").read_text()
    text = readme.read_text()
    wanted, blocks = IN_README.subn(lambda _: f"```text\n{recorded}```\n", text)
    if pytestconfig.getoption("record") and wanted != text:
        readme.write_text(wanted)
        pytest.fail("recorded README.md")
    assert blocks == 1
    assert wanted == text


def run(recording: Recording, folder: Path, checker: CheckerProcess) -> str:
    """What the command prints, as in a terminal of 76 columns without colours."""
    command = recording.command.split()
    if recording.lesson:
        project = build(recording.lesson, recording.done, folder)
        command = [part.format(project=project) for part in command]
    if command[0] == "python":
        _, printed, errors = checker.run(command[3:], ROOT, COLUMNS="76")
    else:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        printed, errors = done.stdout, done.stderr
    assert errors == ""
    if recording.name.endswith(".json"):
        verdict = json.loads(printed)
        return json.dumps(verdict, indent=2, ensure_ascii=False) + "\n"
    # A page shows the commands of a person who works in lessons/.
    return printed.replace(f" PROJECT={folder.resolve()}", "")


def build(lesson: Lesson, done: int, into: Path) -> Path:
    """The project of a lesson, with its first `done` tasks solved."""
    projects.build(lesson.slug, into, solved=False)
    for path in lesson.files:
        text = (into / path).read_text()
        bodies = {region.name: region.body for region in fences.regions(text)}
        answers = (ROOT / "solutions" / lesson.slug / path).read_text()
        bodies |= {r.name: r.body for r in fences.regions(answers) if r.task <= done}
        (into / path).write_text(fences.with_bodies(text, bodies))
    return into


def normal(text: str) -> str:
    """The text without what differs from run to run, a transcript in any order.

    Tabs close at the same time, and which is first is chance. Of a transcript that
    is too long to be shown, it is also chance what is left out, and how wide it is.
    """
    for pattern, constant in VARIES:
        text = re.sub(pattern, constant, text)
    return MOMENTS.sub(_in_any_order, text)


def _in_any_order(transcript: re.Match[str]) -> str:
    lines = transcript[0].splitlines(keepends=True)
    cut = "left out" in transcript[0]
    return " ".join(lines[0].split()) if cut else "".join(sorted(lines))
