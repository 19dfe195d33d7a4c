"""`make lesson` begins the next lesson: in step, overwriting nothing, saying what next.

What it makes of the real course is tried in a copy of it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks import folders
from checks.author import guard, lesson, sync
from checks.author.problem import Problem
from checks.course import ROOT, Course

LEFT_OUT = (".venv", ".git", "build", "kept", "site", "__pycache__", ".*_cache")


def begun(root: Path) -> list[Problem]:
    """What is to do in the toy course after `make lesson NAME=shout`."""
    lesson.begin("shout", root)
    return guard.problems(root)


def test_the_number_follows_the_last(toy: Path) -> None:
    done = lesson.begin("shout", toy)
    assert "wrote lessons/03_shout/lesson.toml" in done
    assert (toy / "lessons/03_shout/test_shout.py").exists()
    assert (toy / "docs/lessons/03_shout.md").exists()
    for kind in ("wrong", "valid"):
        assert (toy / "tests/submissions/03_shout" / kind).is_dir()


def test_it_starts_from_what_the_lesson_before_ends_with(toy: Path) -> None:
    begun(toy)
    solution = (toy / "solutions/03_shout/talk.py").read_text()
    ended, _, task = solution.partition("\n\n\n# Task 1: ")
    assert 'print("HELLO, HELLO")' in ended
    assert "# Task" not in ended
    assert task.endswith("\n# End of task 1\n")
    assert (toy / "lessons/03_shout/talk.py").read_text() == solution
    assert (toy / "lessons/03_shout/extra.py").read_text() == 'name = "Ada"\n'


def test_what_it_leaves_is_in_step(toy: Path) -> None:
    begun(toy)
    assert sync.sync(toy) == []
    assert sync.unshipped(toy) == []


def test_the_list_is_what_the_files_say_and_what_they_lack(toy: Path) -> None:
    todo = begun(toy)
    assert {path for path, _ in todo} == {
        "solutions/03_shout/talk.py",
        "lessons/03_shout/lesson.toml",
        "lessons/03_shout/test_shout.py",
        "tests/submissions/03_shout/wrong",
        "tests/submissions/03_shout/valid",
        "lessons/03_shout/explore.ipynb",
        "docs/recorded",
        "docs/lessons/03_shout.md",
    }
    assert todo[0].path == "solutions/03_shout/talk.py"
    assert todo[-1].path == "docs/lessons/03_shout.md"
    said = [what.partition(": ")[2] for _, what in todo if what.startswith("line")]
    assert all(what.startswith("write ") for what in said)
    left = sum(file.text.count("WRITE: ") for file in everything(toy).values())
    derived = 2 + 3  # The untouched copies, and the comment in the starter.
    assert left > len(said) > left / derived


def everything(root: Path) -> folders.Files:
    return folders.read(root)


def test_a_redis_that_the_lesson_before_needs_is_needed_still(toy: Path) -> None:
    path = toy / "lessons/02_louder/lesson.toml"
    path.write_text('broker = ["redis://localhost:6379"]\n' + path.read_text())
    lesson.begin("shout", toy)
    text = (toy / "lessons/03_shout/lesson.toml").read_text()
    assert '\nbroker = ["redis://localhost:6379"]\n' in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (None, "NAME is missing: say what the lesson is about, as in: make lesson "),
        ("", "NAME is missing"),
        ("03_shout", "The number follows the last one: leave it out, as in: make "),
        ("Shout", "'Shout' cannot name a folder, a module and a page: use small "),
        ("shout-it", "'shout-it' cannot name"),
        ("shout it", "'shout it' cannot name"),
        ("../shout", "'../shout' cannot name"),
        ("schrei_ä", "'schrei_ä' cannot name"),
        ("louder", "Lesson 2 is there already, in lessons/02_louder: `make sync` says"),
    ],
)
def test_a_name_that_cannot_be_is_refused(
    toy: Path, name: str | None, said: str
) -> None:
    sync.sync(toy)
    before = everything(toy)
    with pytest.raises(lesson.RefusedError) as refused:
        lesson.begin(name, toy)
    assert str(refused.value).startswith(said)
    assert everything(toy) == before


def test_a_second_time_is_told(toy: Path) -> None:
    begun(toy)
    with pytest.raises(lesson.RefusedError, match=r"^Lesson 3 is there already"):
        begun(toy)


@pytest.mark.parametrize(
    "path", ["docs/lessons/03_shout.md", "solutions/03_shout/talk.py"]
)
def test_nothing_is_overwritten(toy: Path, path: str) -> None:
    sync.sync(toy)
    folders.write(folders.File(b"mine"), toy / path)
    before = everything(toy)
    with pytest.raises(lesson.RefusedError, match=f"^{path} is there already, and "):
        begun(toy)
    assert everything(toy) == before


# In a copy of the real course --------------------------------------------------------


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole course in another folder, as a maintainer has it before the lesson."""
    folder = tmp_path_factory.mktemp("copy") / "course"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for slug in (one.slug for one in Course().lessons):  # Not what a learner wrote.
        shutil.rmtree(folder / "lessons" / slug)
        shutil.copytree(folder / "checks/starters" / slug, folder / "lessons" / slug)
    return folder


def python(copy: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run `python -m …` on the copy's own package."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def made(copy: Path) -> "subprocess.CompletedProcess[str]":
    return python(copy, "checks", "lesson", "curtain_call")


@pytest.fixture(scope="module")
def slug(made: object) -> str:
    """The folder of the lesson that was made."""
    assert made
    return f"{len(Course().lessons) + 1:02}_curtain_call"


def test_in_the_course_every_file_of_the_list_is_named(
    made: "subprocess.CompletedProcess[str]", slug: str
) -> None:
    assert (made.returncode, made.stderr) == (0, "")
    named = [
        line.split()[1] for line in made.stdout.splitlines() if line[2:3].isdigit()
    ]
    assert named == [
        f"solutions/{slug}/chat/consumers.py",
        f"lessons/{slug}/lesson.toml",
        f"lessons/{slug}/test_curtain_call.py",
        f"tests/submissions/{slug}/wrong",
        f"tests/submissions/{slug}/valid",
        f"lessons/{slug}/explore.ipynb",
        "docs/recorded",
        f"docs/lessons/{slug}.md",
    ]


def test_in_the_course_the_guard_says_the_same(
    made: "subprocess.CompletedProcess[str]", copy: Path
) -> None:
    _, _, todo = made.stdout.partition("\n  1. ")
    for command in (["checks.author", "guard"], ["checks", "sync"]):
        said = python(copy, *command)
        assert (said.stdout + said.stderr).partition("\n  1. ")[2] == todo


def test_in_the_course_the_checks_can_be_run_and_are_red(copy: Path, slug: str) -> None:
    options = ["--format", "json", "--project", f"lessons/{slug}"]
    verdict = json.loads(python(copy, "checks", "check", slug, *options).stdout)
    (check,) = verdict["checks"]
    assert (verdict["verdict"], check["id"]) == ("failed", "test_curtain_call")
    assert (check["task"], check["outcome"]) == (1, "failed")


def test_in_the_course_the_files_are_formatted(copy: Path, slug: str) -> None:
    for tool in (["check"], ["format", "--check"]):
        paths = [f"solutions/{slug}", f"lessons/{slug}", f"checks/starters/{slug}"]
        done = python(copy, "ruff", *tool, *paths)
        assert done.returncode == 0, done.stdout
