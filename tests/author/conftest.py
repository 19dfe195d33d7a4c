"""A toy course of two lessons, in step."""

from pathlib import Path

import pytest

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
PAGE = '--8<-- "starter/{slug}/{file}"\n'


def lesson(files: list[str], tasks: int) -> dict[str, str]:
    """What a lesson has of its own."""
    checks = "\n".join(CHECK.format(number=n) for n in range(1, tasks + 1))
    toml = TOML.format(files=files) + TASK * tasks
    return {"lesson.toml": toml, "test_talk.py": checks}


def course() -> dict[str, str]:
    """The files of the toy course that are written by hand."""
    files = {
        "lessons/01_hello/manage.py": "#!/usr/bin/env python\n",
        "lessons/01_hello/talk.py": TALK.format(body="pass"),
        "solutions/01_hello/talk.py": TALK.format(body='print("hello")'),
        "lessons/02_louder/extra.py": EXTRA.format(body="name = None"),
        "solutions/02_louder/extra.py": EXTRA.format(body='name = "Ada"'),
        "solutions/02_louder/talk.py": TALK_2.format(
            first='print("HELLO")', second='print("HELLO, HELLO")'
        ),
        "docs/lessons/01_hello.md": PAGE.format(slug="01_hello", file="talk.py:1"),
        "docs/lessons/02_louder.md": "".join(
            PAGE.format(slug="02_louder", file=file)
            for file in ("talk.py:1.1", "talk.py:1.2", "extra.py:2")
        ),
    }
    own = {"01_hello": lesson(["talk.py"], 1)}
    own["02_louder"] = lesson(["extra.py", "talk.py"], 2)
    for slug, there in own.items():
        files |= {f"lessons/{slug}/{path}": text for path, text in there.items()}
    return files


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The folder of the toy course; sync has not been run in it."""
    for path, text in course().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "lessons/01_hello/manage.py").chmod(0o755)
    return tmp_path
