"""A place of the project is opened in the editor that the learner uses."""

import os
from pathlib import Path

import pytest

from checks.learn import editor
from tests.machine import until


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of editors that write down what they were told."""
    for name in ("code", "pycharm", "gvim", "vim", "mine"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\nprintf "%s " {name} "$@" >{tmp_path}/told\n')
        program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"COURSE_EDITOR": "mine --at {line} {file}"}, "mine --at 7 {file}"),
        ({"COURSE_EDITOR": "mine -x"}, "mine -x {file}"),
        ({"COURSE_EDITOR": "code"}, "code -g {file}:7"),
        ({"TERM_PROGRAM": "vscode", "EDITOR": "gvim"}, "code -g {file}:7"),
        (
            {"TERMINAL_EMULATOR": "JetBrains-JediTerm"},
            "pycharm --line 7 {file}",
        ),
        ({"VISUAL": "gvim --nofork"}, "gvim +7 {file}"),
        ({"EDITOR": "vim"}, "code -g {file}:7"),
    ],
)
def test_the_place_is_opened(
    programs: Path, variables: dict[str, str], told: str
) -> None:
    file = programs / "a file; rm -rf x.py"
    path = f"{programs}:{os.defpath}"
    name, why = editor.open_place(file, 7, {**variables, "PATH": path})
    assert (name, why) == (told.split(maxsplit=1)[0], None)
    expected = told.replace("{file}", str(file))
    written = programs / "told"
    assert until(lambda: written.exists() and written.read_text() == f"{expected} ")


def test_where_there_is_no_editor_it_says_how_to_name_one(tmp_path: Path) -> None:
    found = editor.open_place(tmp_path, 1, {"PATH": str(tmp_path), "EDITOR": "vim"})
    assert found == (None, editor.NONE_FOUND)
