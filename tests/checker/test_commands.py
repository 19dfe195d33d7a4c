"""What the other commands do, and how each ends."""

import contextlib
import os
import pty
import shutil
import signal
import socket
from collections.abc import Iterator
from subprocess import CompletedProcess

import pytest
from websockets.sync.client import connect

from checks.sandbox.embedded_redis import listens
from tests.checker.toys import Toy
from tests.conftest import CHECKER, environment
from tests.machine import free_port, until

MINE = "class Talk:\n    mine = True\n"


@pytest.fixture
def toy(toy: Toy) -> Toy:
    """The toy course with a solution: the lesson's file, and a word that says so."""
    solution = toy.root / "solutions/01_talk/talk.py"
    solution.parent.mkdir(parents=True)
    shutil.copyfile(toy.starter / "talk.py", solution)
    with solution.open("a") as file:
        file.write("\n# The solution\n")
    return toy


def ask(toy: Toy, *typed: str, answer: str = "") -> CompletedProcess[str]:
    """Type a command, and perhaps an answer to what it asks."""
    given = {"TMPDIR": str(toy.temporary), "COLUMNS": "100"}
    done = toy.checker.run([*typed], toy.root, toy.root, answer, **given)
    return CompletedProcess(typed, *done)


def test_a_verdict_in_words_and_what_was_printed(toy: Toy) -> None:
    toy.write("mysite/__init__.py", 'print("printed")')
    told = ask(toy, "check", "1", "--output")
    assert (told.returncode, told.stderr) == (0, "")
    assert "✓ passed  task 1  A tab receives what it sends." in told.stdout
    assert "Your project printed:\nprinted" in told.stdout


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["check"], "STEP is missing. Type one of: 1 (01_talk). For example: STEP=1"),
        (["check", "three"], "There is no step 'three'."),
        (["check", "1", "--project", "nowhere"], "nowhere is not a folder."),
        (
            ["check", "1", "--project", "solutions"],
            "solutions has no Django project in it.",
        ),
        (["nothing"], "No such command 'nothing'"),
    ],
)
def test_wrong_use_says_what_can_be_typed(
    toy: Toy, typed: list[str], words: str
) -> None:
    told = ask(toy, *typed)
    assert (told.returncode, told.stdout) == (2, "")
    assert words in told.stderr


def test_help_is_no_failure(toy: Toy) -> None:
    told = ask(toy, "--help")
    assert (told.returncode, told.stderr) == (0, "")
    assert "One verdict on one lesson; without STEP" in told.stdout


def test_diff_shows_what_the_learner_changed(toy: Toy) -> None:
    assert ask(toy, "diff", "1").stdout == "Nothing differs.\n"
    toy.write("talk.py", MINE).write("more.py", "more = True\n")
    told = ask(toy, "diff", "1").stdout
    assert "+    mine = True" in told
    assert "+more = True" in told


def test_diff_shows_the_way_to_the_solution(toy: Toy) -> None:
    toy.write("more.py", "more = True\n")
    told = ask(toy, "diff", "1", "--with", "solution").stdout
    assert "+# The solution" in told
    assert "more" not in told


def test_reset_keeps_what_it_replaces(toy: Toy) -> None:
    assert ask(toy, "reset", "1").stdout == "Nothing differs from the starter.\n"
    toy.write("talk.py", MINE).write("more.py", "more = True\n")
    kept, wrote = ask(toy, "reset", "1").stdout.splitlines()
    assert wrote == "wrote lessons/01_talk/talk.py"
    assert (toy.root / kept.removeprefix("kept ")).read_text() == MINE
    starter = (toy.starter / "talk.py").read_text()
    assert (toy.project / "talk.py").read_text() == starter
    assert (toy.project / "more.py").exists()


def test_the_solution_is_shown_to_who_passes(toy: Toy) -> None:
    told = ask(toy, "solution", "1")
    assert told.returncode == 0
    assert "# The solution" in told.stdout


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 1)])
def test_the_solution_is_shown_to_others_after_a_yes(
    toy: Toy, answer: str, status: int
) -> None:
    told = ask(toy.write("talk.py", MINE), "solution", "1", answer=answer)
    assert told.returncode == status
    assert ("# The solution" in told.stdout) == (status == 0)


def test_carry_asks_before_it_replaces_what_was_begun(toy: Toy) -> None:
    for copied in (toy.starter, toy.project, toy.root / "solutions/01_talk"):
        shutil.copytree(copied, copied.with_name("02_talk"))
    begun = toy.project.with_name("02_talk") / "talk.py"
    begun.write_text(MINE)
    told = ask(toy, "carry", "2", answer="n\n")
    assert told.returncode == 1
    assert (
        "You have changed lesson 2. Start it again from your own? [y/N]" in told.stdout
    )
    assert begun.read_text() == MINE


@pytest.mark.parametrize("typed", [["run", "1"], ["docs"]])
def test_a_port_that_is_taken_is_named(toy: Toy, port: int, typed: list[str]) -> None:
    with socket.create_server(("localhost", port)):
        told = ask(toy, *typed, "--port", str(port))
    assert (told.returncode, told.stdout) == (3, "")
    assert f"expected port {port} to be free" in told.stderr


def test_what_breaks_a_command_is_reported_as_ours(toy: Toy) -> None:
    (toy.starter / "lesson.toml").write_text("title = ")
    told = ask(toy, "check", "1")
    assert (told.returncode, told.stdout) == (4, "")
    assert "The checker broke" in told.stderr
    assert "Traceback" in told.stderr


def test_pages_that_cannot_be_served_are_the_servers_to_tell(
    toy: Toy, port: int
) -> None:
    told = ask(toy, "docs", "--port", str(port))
    assert told.returncode == 1
    assert "mkdocs.yml" in told.stderr


@contextlib.contextmanager
def running(toy: Toy, port: int, *options: str, **variables: str) -> Iterator[int]:
    """The toy project, running in a terminal of its own; yields the terminal."""
    command = [*CHECKER, str(toy.root), "run", "1", "--port", str(port), *options]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(toy.root)
        given = environment(TMPDIR=str(toy.temporary), **variables)
        os.execve(command[0], command, given)  # noqa: S606
    try:
        assert until(lambda: listens(port))
        yield terminal
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    finally:
        os.close(terminal)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def echoes(port: int) -> bool:
    """Whether the project on this port sends back what it receives."""
    with connect(f"ws://localhost:{port}/", proxy=None) as tab:
        tab.send("hello")
        return tab.recv(10) == "hello"


def test_a_project_runs_until_somebody_stops_it(toy: Toy, port: int) -> None:
    redis_port = free_port()
    redis = f"redis://localhost:{redis_port}"
    with running(toy, port, TOY_REDIS=redis) as terminal:
        assert echoes(port)
        assert listens(redis_port)
        os.write(terminal, b"\x03")
    assert not listens(port)
    assert not listens(redis_port)


def test_settings_of_another_project_are_not_used(toy: Toy, port: int) -> None:
    with running(toy, port, DJANGO_SETTINGS_MODULE="shop.settings") as terminal:
        assert echoes(port)
        os.write(terminal, b"\x03")


def test_the_solution_runs_as_a_project_of_its_own(toy: Toy, port: int) -> None:
    toy.write("talk.py", MINE)
    with running(toy, port, "--solution") as terminal:
        assert echoes(port)
        os.write(terminal, b"\x03")
    built = toy.root / "build/solution/01_talk/talk.py"
    assert built.read_text().endswith("# The solution\n")
