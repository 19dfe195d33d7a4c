"""`check` without STEP checks every lesson that has passed, and nothing else."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from checks.course import progress
from checks.course.lessons import Course
from checks.learn.watch import Watcher
from checks.run.versions import versions
from checks.show.watching import Lines
from checks.verdict import Verdict
from tests.checker.contract import is_valid
from tests.checker.toys import Toy, is_free
from tests.conftest import CHECKER, environment
from tests.machine import TIMEOUT, until

MINE = "\n\n# Mine.\n"
DEAF = "        pass\n"
SENDS = "        self.send(text_data=text_data)\n"


@pytest.fixture
def toy(toy: Toy) -> Toy:
    """A course of two lessons; somebody has written the solution of both."""
    for copied in (toy.starter, toy.project):
        shutil.copytree(copied, copied.with_name("02_talk"))
    for step in (1, 2):
        talk = file_of(toy, step)
        talk.write_text(talk.read_text() + MINE)
    return toy


def file_of(toy: Toy, step: int) -> Path:
    """The file of a lesson in which its task is."""
    return toy.project.with_name(f"0{step}_talk") / "talk.py"


def ask(toy: Toy, *typed: str) -> CompletedProcess[str]:
    """Type `check`, and perhaps more."""
    given = {"TMPDIR": str(toy.temporary), "COLUMNS": "100"}
    done = toy.checker.run(["check", *typed], toy.root, toy.root, "", **given)
    return CompletedProcess(typed, *done)


def passed(toy: Toy, *steps: int) -> Toy:
    """The course, after these lessons have passed."""
    for step in steps:
        assert ask(toy, str(step)).returncode == 0
    return toy


def broken(toy: Toy, step: int) -> Toy:
    """The course, after a change that breaks this lesson."""
    talk = file_of(toy, step)
    talk.write_text(talk.read_text().replace(SENDS, DEAF))
    return toy


def test_a_lesson_that_has_never_passed_is_not_checked(toy: Toy) -> None:
    told = ask(broken(passed(toy, 1), 2))
    first, _, *lines = told.stdout.splitlines()
    assert (told.returncode, told.stderr) == (0, "")
    assert first == "1 lesson passed before, and nothing has been broken since."
    assert lines[:2] == [
        "✓ still passes     1  Talk (3 of 3 checks)",
        "○ not passed yet   2  Talk",
    ]


def test_what_fails_now_comes_first_with_what_has_changed(toy: Toy) -> None:
    broken(passed(toy, 1, 2), 1)
    told = ask(toy)
    first, *_ = told.stdout.splitlines()
    assert (told.returncode, told.stderr) == (1, "")
    assert first.startswith("Lesson 1 passed on ")
    assert ", and fails now. Your project: expected " in " ".join(told.stdout.split())
    assert "✗ fails now" in told.stdout
    assert "Changed since it passed: talk.py\n" in told.stdout
    assert "✓ still passes     2  Talk (3 of 3 checks)" in told.stdout


def test_a_lesson_that_failed_in_between_counts_as_passed_before(toy: Toy) -> None:
    broken(passed(toy, 1), 1)
    assert [ask(toy, *typed).returncode for typed in ([], ["1"], [])] == [1, 1, 1]


def test_a_lesson_that_was_reset_is_not_checked(toy: Toy) -> None:
    passed(toy, 1, 2)
    shutil.copyfile(toy.starter / "talk.py", file_of(toy, 1))
    told = ask(toy)
    assert told.returncode == 0
    assert "○ reset            1  Talk\n" in told.stdout
    assert "1 lesson checked again in " in told.stdout


def test_where_all_were_reset_nothing_is_said_to_pass(toy: Toy) -> None:
    passed(toy, 1)
    shutil.copyfile(toy.starter / "talk.py", file_of(toy, 1))
    told = ask(toy).stdout
    assert "Every lesson that has passed was reset since: nothing to check." in told


def test_another_version_is_named_where_no_file_has_changed(toy: Toy) -> None:
    passed(toy, 1)
    change(toy, versions=versions() | {"django": "1.0"}, checks="")
    toy.checks(
        "@task(1)\ndef test_starts(open_tab):\n"
        '    """A tab opens."""\n    open_tab("/").is_rejected("here")\n'
    )
    told = " ".join(ask(toy).stdout.split())
    assert "django (1.0, now " in told
    assert "the checks of the course" in told
    assert "talk.py" not in told.partition("Changed since it passed")[2]


def change(toy: Toy, **last_passed: Any) -> None:
    """Change what is noted of the last time that lesson 1 passed."""
    file = progress.file_in(toy.root)
    known = json.loads(file.read_text())
    known["01_talk"]["last_passed"] |= last_passed
    file.write_text(json.dumps(known))


def test_what_is_not_known_is_not_said(toy: Toy) -> None:
    """Of a lesson that an earlier version of the course has seen pass."""
    old = {"01_talk": {"verdict": "passed", "state": "passed", "last_passed": {}}}
    progress.file_in(toy.root).parent.mkdir()
    progress.file_in(toy.root).write_text(json.dumps(old))
    told = ask(broken(toy, 1)).stdout
    assert told.startswith("Lesson 1 passed, and fails now.")
    assert "Not known: what has changed since it passed." in told


def test_it_is_said_where_nothing_has_changed(toy: Toy) -> None:
    broken(passed(toy, 1), 1)
    change(toy, files=dict(progress.digests(toy.project)))
    words = "Since it passed, no file in its folder and no version has changed."
    assert words in ask(toy).stdout


@pytest.mark.parametrize("text", ["[]", "{", '{"01_talk": 3}', ""])
def test_notes_that_cannot_be_read_are_none(toy: Toy, text: str) -> None:
    progress.file_in(toy.root).parent.mkdir()
    progress.file_in(toy.root).write_text(text)
    assert "STEP is missing" in ask(toy).stderr
    assert "1 lesson passed" in ask(passed(toy, 1)).stdout


async def test_a_watcher_notes_what_passes(toy: Toy) -> None:
    lesson = Course(toy.root).lesson("1")
    watcher = Watcher(lesson, lesson.folder, Lines())

    async def run(*_: object) -> Verdict:
        return Verdict(1, lesson.slug, "lessons/01_talk", "2026-11-03T10:00:00Z")

    vars(watcher.runner).update(run=run)
    await watcher._run(1)
    known = progress.stored(toy.root)["01_talk"]
    assert known["first_passed"] == "2026-11-03T10:00:00Z"
    assert list(known["last_passed"]["files"]) == [
        *("manage.py", "mysite/__init__.py", "mysite/asgi.py", "mysite/settings.py"),
        *("pytest.ini", "talk.py"),
    ]


def test_another_folder_is_no_progress(toy: Toy) -> None:
    other = shutil.copytree(toy.project, toy.root / "other")
    assert ask(toy, "1", "--project", str(other)).returncode == 0
    told = ask(toy)
    assert (told.returncode, told.stdout) == (2, "")


@pytest.mark.parametrize("option", [["--output"], ["--project", "lessons/01_talk"]])
def test_what_is_about_one_lesson_needs_a_step(toy: Toy, option: list[str]) -> None:
    told = ask(passed(toy, 1), *option)
    assert (told.returncode, told.stdout) == (2, "")
    assert "STEP is missing" in told.stderr


def test_one_document_for_scripts(toy: Toy) -> None:
    broken(passed(toy, 1), 1)
    told = ask(toy, "--format", "json")
    document = json.loads(told.stdout)
    first, second = document["lessons"]
    assert (told.returncode, document["verdict"], document["schema"]) == (
        1,
        "failed",
        1,
    )
    assert (first["outcome"], first["changed"]) == ("fails", ["talk.py"])
    assert first["last_passed"] is not None
    is_valid(first["verdict"])
    assert (second["outcome"], second["verdict"]) == ("in_progress", None)


def test_ctrl_c_ends_it_and_leaves_nothing(toy: Toy, tmp_path: Path) -> None:
    passed(toy, 1, 2)
    lock, waits = tmp_path / "lock", tmp_path / "waits"
    hold = f"import fcntl, os, pathlib, time\nheld = open({str(lock)!r}, 'w')\n"
    hold += "fcntl.flock(held, fcntl.LOCK_SH)\n"
    hold += f"pathlib.Path({str(waits)!r}).touch()\ntime.sleep(100)\n"
    (file_of(toy, 1).parent / "mysite/asgi.py").write_text(hold)
    process = subprocess.Popen(
        [*CHECKER, str(toy.root), "check"],
        cwd=toy.root,
        env=environment(TMPDIR=str(toy.temporary)),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert until(waits.exists)
    os.kill(process.pid, signal.SIGINT)
    stdout, _ = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, stdout, toy.left()) == (130, "", [])
    assert until(lambda: is_free(lock))
