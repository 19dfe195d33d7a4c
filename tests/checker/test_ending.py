"""How a command ends where `make` was typed at a prompt."""

import os

import pytest

from checks import ending


def at_a_prompt(monkeypatch: pytest.MonkeyPatch, group: int, *, terminal: bool) -> None:
    """Let `make`, our parent, be of this process group, and print to a terminal."""
    monkeypatch.setenv("MAKELEVEL", "1")
    monkeypatch.setattr(os, "getpgrp", lambda: group)
    monkeypatch.setattr(os, "isatty", lambda _: terminal)


def test_an_answer_is_no_error_of_make_at_a_prompt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_a_prompt(monkeypatch, os.getppid(), terminal=True)
    ends = [ending.status_for_make(status) for status in (0, 1, 2, 3, 4, 130, 143)]
    assert ends == [0, 0, 2, 3, 4, 0, 143]


@pytest.mark.parametrize("where", ["script", "pipe", "python"])
def test_a_script_a_pipe_and_python_get_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    group = os.getppid() + (where == "script")
    at_a_prompt(monkeypatch, group, terminal=where != "pipe")
    if where == "python":
        monkeypatch.delenv("MAKELEVEL")
    assert ending.status_for_make(1) == 1
    assert ending.status_for_make(130) == 130
