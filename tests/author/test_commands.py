"""The commands say what they did, and end with 1 where something is wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checks.author import guard, lesson, pages, record, sync
from checks.author.__main__ import main


@pytest.fixture(autouse=True)
def only_the_toy(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands work on the toy course."""
    (toy / "bench").mkdir()
    (toy / "bench/mistakes.toml").touch()
    for command in (
        guard.problems,
        lesson.begin,
        pages.sync,
        sync.sync,
        sync.unshipped,
    ):
        monkeypatch.setattr(command, "__defaults__", (toy,))


def run(*command: str) -> Result:
    return CliRunner().invoke(main, command)


def test_sync_prints_each_file_that_it_wrote() -> None:
    first, second = run("sync"), run("sync")
    assert "wrote lessons/02_louder/talk.py\n" in first.stdout
    assert first.stdout.endswith("\nEverything is in step.\n")
    assert second.stdout == "Everything is in step.\n"
    assert first.exit_code == second.exit_code == 0


def test_sync_says_what_is_missing_next(toy: Path) -> None:
    (toy / "docs/lessons/02_louder.md").unlink()
    out = run("sync")
    assert out.stdout.endswith(
        "\nTo do, in this order; `make sync` says what is left:\n"
        "  1. docs/lessons/02_louder.md\n"
        "     - is missing\n"
    )
    assert out.exit_code == 0


def test_a_lesson_is_begun_and_the_list_of_what_to_write_printed() -> None:
    out = run("lesson", "shout")
    wrote, _, todo = out.stdout.partition("To do, in this order; ")
    assert "wrote solutions/03_shout/consumer.py\n" in wrote
    assert "\nLesson 3 works already: `make record STEP=3` records " in wrote
    assert "\n  1. solutions/03_shout/consumer.py\n     - line " in todo
    assert out.exit_code == 0


def test_a_lesson_that_cannot_be_begun_is_wrong_use() -> None:
    out = run("lesson", "Shout")
    assert "Error: 'Shout' cannot name a folder" in out.stderr
    assert out.exit_code == 2


def test_a_lesson_is_not_begun_while_lessons_are_out_of_step(toy: Path) -> None:
    (toy / "lessons/02_louder/extra.py").unlink()
    out = run("lesson", "shout")
    assert out.stderr.startswith("Error: solutions/02_louder/extra.py is new")
    assert out.exit_code == 1
    assert not (toy / "lessons/03_shout").exists()


def test_sync_says_why_it_refuses(toy: Path) -> None:
    (toy / "lessons/02_louder/extra.py").unlink()
    refused = run("sync")
    assert refused.stderr.startswith("Error: solutions/02_louder/extra.py is new")
    assert refused.exit_code == 1


def test_sync_names_a_broken_fence(toy: Path) -> None:
    (toy / "solutions/02_louder/extra.py").write_text("# Task 2: Name yourself.\n")
    assert run("sync").stderr == (
        "Error: solutions/02_louder/extra.py:1: task 2 is left open\n"
    )


def test_guard_lists_what_is_out_of_step(toy: Path) -> None:
    run("sync")
    assert run("guard").stdout == "Everything is in step.\n"
    (toy / "docs/lessons/02_louder.md").unlink()
    out = run("guard")
    assert out.stderr == (
        "Error: out of step:\n  1. docs/lessons/02_louder.md\n     - is missing\n"
    )
    assert out.exit_code == 1


Typed = list[tuple[str, ...]]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What `record` has run; recording fails, as where something has changed."""
    typed: Typed = []

    def runs(*command: str) -> bool:
        typed.append(command)
        return "--record" not in command

    monkeypatch.setattr(record, "_run", runs)
    return typed


def test_one_lesson_is_recorded_and_run_again(typed: Typed) -> None:
    out = run("record", "1")
    assert out.exit_code == 0
    assert "Everything is in step.\n" in out.stdout
    first, again = (" ".join(command) for command in typed[:2])
    assert first.endswith("--record -k 01_consumer")
    assert again.endswith("--last-failed -k 01_consumer")
    assert typed[-1][-1] == "check-1 or check-0-passed"
    paths = [next(word for word in command if "/" in word) for command in typed]
    assert paths[::2] == paths[1::2] == list(record.PARTS)[1:]


def test_everything_is_recorded_and_a_change_is_a_failure(typed: Typed) -> None:
    assert run("record").exit_code == 1
    assert [command[0] for command in typed] == ["pytest", "checks"] * 4


def test_a_lesson_that_is_none_cannot_be_recorded(typed: Typed) -> None:
    out = run("record", "99")
    assert "There is no step '99'" in out.stderr
    assert (out.exit_code, typed) == (2, [])


def test_shipped_lists_the_files_that_differ(toy: Path) -> None:
    run("sync")
    assert run("shipped").stdout == "lessons/ is what is shipped.\n"
    (toy / "lessons/01_hello/talk.py").write_text("")
    out = run("shipped")
    assert out.stderr == "Error: not as shipped:\n  lessons/01_hello/talk.py\n"
    assert out.exit_code == 1
