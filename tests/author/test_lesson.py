"""`make lesson` begins the next lesson: in step, overwriting nothing, saying what next.

What it makes of the real course is tried in a copy of it.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from checks.author import guard, lesson, sync
from checks.author.problem import Problem
from checks.author.projects import build
from checks.course import folders
from checks.explain.mistakes.lessons import declared
from tests.author.conftest import CONSUMER, NAME, Copy

WRONG, VALID = f"{NAME}_says_something_else", f"{NAME}_without_a_space"


def begun(root: Path) -> list[Problem]:
    """What is to do in the toy course after `make lesson NAME=shout`."""
    lesson.begin("shout", root)
    return guard.problems(root)


def test_the_number_follows_the_last(toy: Path) -> None:
    done = lesson.begin("shout", toy)
    assert "wrote lessons/03_shout/lesson.toml" in done
    assert "`make record STEP=3` records" in done[-1]
    assert (toy / "lessons/03_shout/test_shout.py").exists()
    assert (toy / "docs/lessons/03_shout.md").exists()
    (mistake,) = declared(toy / "checks/starters/03_shout")
    assert (mistake.id, mistake.step) == ("shout_says_something_else", 3)
    submissions = toy / "tests/submissions/03_shout"
    assert (submissions / "wrong" / mistake.id / "consumer.py").exists()
    assert len(list((submissions / "valid").iterdir())) == 1


def test_it_starts_from_what_the_lesson_before_ends_with(toy: Path) -> None:
    begun(toy)
    solution = (toy / "solutions/03_shout/consumer.py").read_text()
    before, _, answer = solution.partition("        # Task 1: ")
    assert before == CONSUMER
    assert "\n        await self.send(text_data='" in answer
    assert answer.endswith("\n        # End of task 1\n")
    starter = (toy / "lessons/03_shout/consumer.py").read_text()
    fence = "        # Task 1: Greet every tab.\n        # End of task 1\n"
    assert starter == CONSUMER + fence
    talk = (toy / "lessons/03_shout/talk.py").read_text()
    assert 'print("HELLO, HELLO")' in talk
    assert "# Task" not in talk
    assert (toy / "lessons/03_shout/extra.py").read_text() == 'name = "Ada"\n'


def test_a_file_that_the_lesson_before_changes_is_changed_again(toy: Path) -> None:
    for folder in ("lessons", "solutions"):
        path = toy / folder / "02_louder/extra.py"
        path.write_text(f"{path.read_text()}\n\n{CONSUMER}")
    begun(toy)
    assert (toy / "solutions/03_shout/extra.py").exists()


def test_without_a_line_that_accepts_there_is_no_example(toy: Path) -> None:
    (toy / "lessons/01_hello/consumer.py").unlink()
    sync.sync(toy)
    before = everything(toy)
    with pytest.raises(lesson.RefusedError, match=r"has a line `self\.accept\(\)`"):
        lesson.begin("shout", toy)
    assert everything(toy) == before


def test_what_it_leaves_is_in_step(toy: Path) -> None:
    begun(toy)
    assert sync.sync(toy) == []
    assert sync.unshipped(toy) == []


def test_the_list_is_what_the_files_say_and_what_they_lack(toy: Path) -> None:
    todo = begun(toy)
    assert {path for path, _ in todo} == {
        "solutions/03_shout/consumer.py",
        "lessons/03_shout/lesson.toml",
        "lessons/03_shout/test_shout.py",
        "tests/submissions/03_shout/wrong",
        "tests/submissions/03_shout/wrong/shout_says_something_else/consumer.py",
        "tests/submissions/03_shout/valid",
        "tests/submissions/03_shout/valid/shout_without_a_space/consumer.py",
        "lessons/03_shout/.checks/mistakes.py",
        "lessons/03_shout/explore.ipynb",
        "docs/recorded",
        "docs/lessons/03_shout.md",
    }
    assert todo[0].path == "solutions/03_shout/consumer.py"
    assert todo[-1].path == "docs/lessons/03_shout.md"
    said = [what.partition(": ")[2] for _, what in todo if what.startswith("line")]
    assert all(what.startswith("write ") for what in said)
    files = everything(toy).items()
    by_hand = [file for path, file in files if not path.startswith("checks/starters")]
    assert len(said) == sum(file.text.count("WRITE: ") for file in by_hand)


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


def test_a_second_time_is_reported(toy: Path) -> None:
    begun(toy)
    with pytest.raises(lesson.RefusedError, match=r"^Lesson 3 is there already"):
        begun(toy)


@pytest.mark.parametrize(
    "path", ["docs/lessons/03_shout.md", "solutions/03_shout/consumer.py"]
)
def test_nothing_is_overwritten(toy: Path, path: str) -> None:
    sync.sync(toy)
    folders.write(folders.File(b"mine"), toy / path)
    before = everything(toy)
    with pytest.raises(lesson.RefusedError, match=f"^{path} is there already, and "):
        begun(toy)
    assert everything(toy) == before


# In a copy of the real course --------------------------------------------------------


def test_in_the_course_every_file_of_the_list_is_named(copy: Copy, slug: str) -> None:
    named = [line.split()[1] for line in copy.begun.splitlines() if line[2:3].isdigit()]
    assert named == [
        f"solutions/{slug}/chat/consumers.py",
        f"lessons/{slug}/lesson.toml",
        f"lessons/{slug}/test_{NAME}.py",
        f"tests/submissions/{slug}/wrong",
        f"tests/submissions/{slug}/wrong/{WRONG}/chat/consumers.py",
        f"tests/submissions/{slug}/valid",
        f"tests/submissions/{slug}/valid/{VALID}/chat/consumers.py",
        f"lessons/{slug}/.checks/mistakes.py",
        f"lessons/{slug}/explore.ipynb",
        "docs/recorded",
        f"docs/lessons/{slug}.md",
    ]


def test_in_the_course_the_guard_says_the_same(copy: Copy, slug: str) -> None:
    assert slug in copy.begun
    _, _, todo = copy.begun.partition("\n  1. ")
    for command in (["checks.author", "guard"], ["checks", "sync"]):
        said = copy.type(".venv/bin/python", "-m", *command)
        assert (said.stdout + said.stderr).partition("\n  1. ")[2] == todo


def test_in_the_course_the_checks_can_be_run_and_are_red(copy: Copy, slug: str) -> None:
    options = ["--format", "json", "--project", f"lessons/{slug}"]
    verdict = json.loads(
        copy.type(".venv/bin/python", "-m", "checks", "check", slug, *options).stdout
    )
    (check,) = verdict["checks"]
    assert (verdict["verdict"], check["id"]) == ("failed", f"test_{NAME}")
    assert (check["task"], check["outcome"]) == (1, "failed")


@pytest.fixture(scope="module")
def verdicts(
    copy: Copy, slug: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """What the checker says of all that the example comes with."""
    folder = tmp_path_factory.mktemp("example")
    submissions = copy.folder / "tests/submissions" / slug
    there = {"solution": None, "wrong": submissions / "wrong" / WRONG}
    there["valid"] = submissions / "valid" / VALID

    def check(name: str) -> dict[str, Any]:
        project = folder / name
        build(slug, project, solved=True, submission=there[name], root=copy.folder)
        options = ["check", slug, "--format", "json", "--project", str(project)]
        done = copy.type(".venv/bin/python", "-m", "checks", *options)
        return dict(json.loads(done.stdout))

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(there, pool.map(check, there), strict=True))


@pytest.mark.parametrize("name", ["solution", "valid"])
def test_in_the_course_the_example_is_solved(
    name: str, verdicts: dict[str, dict[str, Any]]
) -> None:
    assert (verdicts[name]["verdict"], verdicts[name]["advice"]) == ("passed", [])


def test_in_the_course_the_examples_mistake_is_named(
    verdicts: dict[str, dict[str, Any]],
) -> None:
    cause = verdicts["wrong"]["cause"]
    assert cause["mistake"] == WRONG
    assert cause["cure"] == 'Send "Welcome" in the place of "Hello".'


def test_in_the_course_the_files_are_formatted(copy: Copy, slug: str) -> None:
    for tool in (["check"], ["format", "--check"]):
        paths = [f"solutions/{slug}", f"lessons/{slug}", f"checks/starters/{slug}"]
        done = copy.type(".venv/bin/python", "-m", "ruff", *tool, *paths)
        assert done.returncode == 0, done.stdout
