"""Terminals, pipes and files: what is printed reads well on each of them."""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Iterator
from typing import Any

import pytest
from rich.color import Color

from checks.show import progress, terminal
from checks.verdict import Check
from tests.checker.toys import Toy
from tests.conftest import CHECKER, environment
from tests.machine import TIMEOUT

BACKGROUNDS = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "an editor's dark": (30, 30, 30),
    "Solarized light": (253, 246, 227),
    "Solarized dark": (0, 43, 54),
}
COLOURS = [terminal.GOOD, terminal.BAD, terminal.BROKEN]
COLOURS += [terminal.NOTICE, terminal.QUIET, terminal.PLACE]
READABLE = 3
"""The contrast that WCAG 2 asks of large text and of signs."""


def luminance(colour: tuple[int, int, int]) -> float:
    """How bright a colour is, as WCAG 2 defines it."""
    parts = [part / 255 for part in colour]
    red, green, blue = (
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_can_be_read(colour: str, background: tuple[int, int, int]) -> None:
    shown = luminance(Color.parse(colour).get_truecolor())
    dark, light = sorted([shown, luminance(background)])
    assert (light + 0.05) / (dark + 0.05) > READABLE


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", ""),
        ("ten digits", "ten digits"),
        ("x" * 11, "xxxxxxx…"),
        ("日本語日本語", "日本語…"),
    ],
)
def test_words_are_cut_so_that_three_dots_would_fit_too(words: str, shown: str) -> None:
    assert terminal.cut(words, 10) == shown


def ask(toy: Toy, *typed: str, **variables: str | None) -> str:
    """What a new process prints into a pipe. A variable that is None is not there."""
    given = environment(TMPDIR=str(toy.temporary), COLUMNS="100") | variables
    done = subprocess.run(
        [*CHECKER, str(toy.root), *typed],
        cwd=toy.root,
        env={name: value for name, value in given.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return done.stdout


UNSAID: dict[str, Any] = dict.fromkeys(["LANG", "LC_ALL", "LC_CTYPE"])
"""What says which signs a terminal has, taken out of the environment."""


def in_terminal(toy: Toy, *typed: str, **variables: str) -> str:
    """What a command writes into a terminal of 60 columns."""
    pid, screen = pty.fork()
    if pid == 0:
        os.chdir(toy.root)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        given = {"TERM": "xterm-256color", "TMPDIR": str(toy.temporary), **variables}
        command = [*CHECKER, str(toy.root), *typed]
        os.execve(command[0], command, environment(**given))  # noqa: S606
    written = b"".join(read(screen))
    os.waitpid(pid, 0)
    return written.decode()


def read(screen: int) -> Iterator[bytes]:
    """All that is written until the last process has closed the terminal."""
    with contextlib.suppress(OSError), os.fdopen(screen, "rb", buffering=0) as file:
        while data := file.read(65536):
            yield data


def test_a_terminal_shows_what_is_being_done_and_nothing_of_it_stays(toy: Toy) -> None:
    before, *lines, after = in_terminal(toy, "check", "1").split(progress.ERASE)
    assert before == ""
    assert lines[0] == "Starting your project"
    assert any(re.fullmatch(r"task 1  .*  \d\.\d s", line) for line in lines)
    assert all(len(line) < 60 and "\n" not in line for line in lines)
    assert "✓ passed" in after
    assert "advice" not in after


@pytest.mark.parametrize(
    ("typed", "variables"),
    [(["--format", "json"], {}), ([], {"TERM": "dumb"})],
)
def test_it_shows_nothing_of_that_to_programs(
    toy: Toy, typed: list[str], variables: dict[str, str]
) -> None:
    written = in_terminal(toy, "check", "1", *typed, **variables)
    assert progress.ERASE not in written
    assert "Starting" not in written


def test_it_is_rewritten_no_more_often_than_somebody_can_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[tuple[str, ...]] = []
    monkeypatch.setattr(progress.Line, "write", lambda _, *words: written.append(words))
    line = progress.Line(None)  # type: ignore[arg-type]
    first, second = Check("test_a", 1, "It answers."), Check("test_b", None, "Mind it.")
    for check in (first, first, second):
        line.update(check)
    assert written == [
        ("task 1  It answers.", "  0.0 s"),
        ("advice  Mind it.", "  0.0 s"),
    ]


def test_a_pipe_gets_whole_lines_without_colours(toy: Toy) -> None:
    silent = (toy.project / "talk.py").read_text().replace("self.send(", "dict(")
    told = ask(toy.write("talk.py", silent), "check", "1", COLUMNS=None)
    assert "\x1b" not in told
    assert told == "".join(f"{line.rstrip()}\n" for line in told.splitlines())
    first = told.splitlines()[0]
    assert first.startswith("Your project: expected tab A to receive ")
    assert first.endswith("without sending anything.")


@pytest.mark.parametrize(
    "variables",
    [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "ascii"}],
    ids=str,
)
def test_there_are_signs_for_every_terminal(
    toy: Toy, variables: dict[str, str]
) -> None:
    told = ask(toy, "check", "1", **(UNSAID | variables))
    assert told.isascii()
    assert "+ passed  task 1  The project starts." in told
    assert "?" not in told


def test_who_wants_more_signs_in_that_language_gets_them(toy: Toy) -> None:
    told = ask(toy, "check", "1", LANG="C", PYTHONUTF8="1")
    assert "✓ passed" in told


def test_what_no_encoding_has_is_shown_by_its_number(toy: Toy) -> None:
    toy.write("mysite/__init__.py", r"print('\ud800 ü')")
    told = ask(toy, "check", "1", "--output", PYTHONIOENCODING="ascii")
    assert r"\xfc" in told
