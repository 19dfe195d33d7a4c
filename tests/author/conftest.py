"""A toy course of two lessons, in step; and a copy of the real one with another."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.author import guard
from checks.author.rules import COMMANDS, ENOUGH
from checks.course.lessons import ROOT, Course
from tests.conftest import environment
from tests.site.test_commands import share_the_environment

NAME = "curtain_call"
"""What the lesson is about that is begun in the copy."""
LEFT_OUT = (".venv", ".git", "build", "kept", "__pycache__", ".*_cache")

TOML = """\
title = "Say it"
minutes = 5
files = {files}
proved = "It is said."
"""
TASK = """
[[tasks]]
title = "Say it"
hints = ["What?", "Where?", "Almost the line."]
"""
CHECK = """\
from checks import task


@task({number})
def test_task_{number}():
    "It is done."
"""
TALK = """\
import json


def hello():
    # Task 1: Say hello.
    {body}
    # End of task 1
"""
TALK_2 = """\
import json


def hello():
    # Task 1.1: Say it louder.
    {first}
    # End of task 1.1

    # Task 1.2: Say it again.
    {second}
    # End of task 1.2
"""
EXTRA = """\
# Task 2: Name yourself.
{body}
# End of task 2
"""
CONSUMER = """\
class Consumer:
    async def connect(self):
        await self.accept()
"""
INCLUDE = '--8<-- "{}"\n'
CELLS = [{"cell_type": "code", "execution_count": number} for number in range(1, 7)]
NOTEBOOK = json.dumps({"cells": CELLS})


def lesson(files: list[str], tasks: int) -> dict[str, str]:
    """What a lesson has of its own."""
    checks = "\n".join(CHECK.format(number=n) for n in range(1, tasks + 1))
    toml = TOML.format(files=files) + TASK * tasks
    return {"lesson.toml": toml, "test_talk.py": checks, "explore.ipynb": NOTEBOOK}


def around(slug: str, regions: list[str], tasks: int) -> dict[str, str]:
    """What the course has about a lesson: its page, what it shows, its submissions."""
    later = [f"-task-{number}" for number in range(2, tasks + 1)]
    shown = [f"docs/recorded/check-{slug[1]}{n}.txt" for n in ("", *later, "-passed")]
    headings = ["# Say it", *(f"## Task {n}: Say it" for n in range(1, tasks + 1))]
    included = [*(f"starter/{slug}/{region}" for region in regions), *shown]
    commands = (f"    make {command} STEP={slug[1]}" for command in COMMANDS)
    page = "\n".join([*headings, *map(INCLUDE.format, included), *commands])
    files = dict.fromkeys(shown, "It says this.\n")
    for kind, enough in ENOUGH.items():
        for number in range(1, enough + 1):
            folder = f"tests/submissions/{slug}/{kind}/number_{number}"
            files[f"{folder}/talk.py"] = ""
            if kind == "wrong":
                failed = f"Failed: test_task_{number}\n"
                files[f"{folder}/expected.txt"] = failed
    return files | {f"docs/lessons/{slug}.md": page}


def course() -> dict[str, str]:
    """The files of the toy course that are written by hand."""
    files = {
        "lessons/01_hello/manage.py": "#!/usr/bin/env python\n",
        "lessons/01_hello/consumer.py": CONSUMER,
        "lessons/01_hello/talk.py": TALK.format(body="pass"),
        "solutions/01_hello/talk.py": TALK.format(body='print("hello")'),
        "lessons/02_louder/extra.py": EXTRA.format(body="name = None"),
        "solutions/02_louder/extra.py": EXTRA.format(body='name = "Ada"'),
        "solutions/02_louder/talk.py": TALK_2.format(
            first='print("HELLO")', second='print("HELLO, HELLO")'
        ),
    }
    files |= around("01_hello", ["talk.py:1"], 1)
    files |= around("02_louder", ["talk.py:1.1", "talk.py:1.2", "extra.py:2"], 2)
    own = {"01_hello": lesson(["talk.py"], 1)}
    own["02_louder"] = lesson(["extra.py", "talk.py"], 2)
    for slug, there in own.items():
        files |= {f"lessons/{slug}/{path}": text for path, text in there.items()}
    return files


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the toy course; sync has not been run in it.

    Its guard knows no mistakes: the toy's submissions show none of the real ones.
    """
    monkeypatch.setattr(guard, "catalogue", tuple)
    for path, text in course().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "lessons/01_hello/manage.py").chmod(0o755)
    return tmp_path


@dataclass(frozen=True)
class Copy:
    """A folder with all of the course in it, and what `make lesson` printed there."""

    folder: Path
    begun: str = ""

    def type(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Type a command there."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment(PYTHONPATH=str(self.folder)),  # Not what .venv has.
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The course as a maintainer has it who has begun another lesson."""
    folder = tmp_path_factory.mktemp("copy") / "course"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for slug in (one.slug for one in Course().lessons):  # Not what a learner wrote.
        shutil.rmtree(folder / "lessons" / slug)
        shutil.copytree(folder / "checks/starters" / slug, folder / "lessons" / slug)
    share_the_environment(folder)
    made = Copy(folder).type("make", "lesson", f"NAME={NAME}")
    assert (made.returncode, made.stderr) == (0, "")
    return Copy(folder, made.stdout)


@pytest.fixture(scope="session")
def slug() -> str:
    """The folder of the lesson that was begun in the copy."""
    return f"{len(Course().lessons) + 1:02}_{NAME}"
