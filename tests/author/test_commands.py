"""The commands say what they did, and end with 1 where something is wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checks.author import guard, pages, sync
from checks.author.__main__ import main


@pytest.fixture(autouse=True)
def only_the_toy(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands work on the toy course."""
    (toy / "bench").mkdir()
    (toy / "bench/mistakes.toml").touch()
    for command in (sync.sync, sync.unshipped, guard.problems, pages.sync):
        monkeypatch.setattr(command, "__defaults__", (toy,))


def run(command: str) -> Result:
    return CliRunner().invoke(main, [command])


def test_sync_prints_each_file_that_it_wrote() -> None:
    first, second = run("sync"), run("sync")
    assert "wrote lessons/02_louder/talk.py\n" in first.stdout
    assert second.stdout == "Everything is in step.\n"
    assert first.exit_code == second.exit_code == 0


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
        "Error: out of step:\n  docs/lessons/02_louder.md is missing\n"
    )
    assert out.exit_code == 1


def test_shipped_lists_the_files_that_differ(toy: Path) -> None:
    run("sync")
    assert run("shipped").stdout == "lessons/ is what is shipped.\n"
    (toy / "lessons/01_hello/talk.py").write_text("")
    out = run("shipped")
    assert out.stderr == "Error: not as shipped:\n  lessons/01_hello/talk.py\n"
    assert out.exit_code == 1
