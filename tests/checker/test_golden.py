"""What a person reads, whole, in the files of golden/.

`pytest tests/checker/test_golden.py --record` writes what is shown now, and fails where
something changed.
"""

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from checks.course.hints import Hint
from checks.course.lessons import ROOT, Lesson, Task
from checks.show import hint, terminal, text
from checks.verdict import Actor, Cause, Check, Frame, Kind, Moment, Verdict, Where

GOLDEN = Path(__file__).parent / "golden"
TALK = Task(
    1,
    "Answer",
    ("Who answers?", "Look at `receive()` in `talk.py`.", "Call `self.send(…)`."),
    "`self.send()` reaches the one tab that this consumer belongs to.",
)
LESSON = Lesson(
    "01_talk",
    ROOT / "lessons/01_talk",
    ROOT / "checks/starters/01_talk",
    "A tab that talks",
    10,
    ("talk.py",),
    "A tab talks, and what it says comes back.",
    (TALK, Task(2, "End", ("Who ends?", "Look at `disconnect()`.", "`pass`"))),
    (),
)
FOLLOWING = dataclasses.replace(LESSON, slug="02_listen", title="A tab that listens")
SAID = '{"message": "birch kelp 330291"}'
DEAF = Cause(
    "project",
    f"tab B to receive {SAID}",
    "tab A received it and tab B did not",
    "Send to the group, and pass on what it receives.",
    Where("chat/consumers.py", 27),
    why="self.send() reaches its own tab only.",
    page="lessons/03_channel_layer/#task-3",
)
RAISED = Cause(
    "project",
    "the server to accept the WebSocket of a tab",
    "connect() raised NameError: name 'jsn' is not defined",
    "Mend the name, or define or import it above that line.",
    Where("chat/consumers.py", 12),
    frames=(
        Frame("chat/consumers.py", 9, "connect", "    self.greet()"),
        Frame("chat/consumers.py", 12, "greet", '    self.send(jsn.dumps("hello"))'),
    ),
)
REFUSED = Cause(
    "machine",
    "something like Redis at localhost:6379",
    "another program listens there",
    "Stop it, or name another port in mysite/settings.py.",
)
BROKE = Cause("checker", "the checks to run", "ValueError: no", "Please report it.")
LATE = Cause("project", "a tab that closes to leave its group", "it did not", "Leave.")


def moment(at: int, who: str, does: str, what: str) -> Moment:
    """A line of a transcript, after so many ms."""
    kinds: dict[str, Kind] = {"tab": "tab", "server": "server", "layer": "layer"}
    peer = None if who.startswith("server") else "server-1"
    actor = Actor(who, kinds[who.partition("-")[0]])
    return Moment(at / 1000, actor, does, what, peer)


def story() -> list[Moment]:
    """Three tabs open, each joins a group, and one of them talks to itself."""
    channel = "'specific.969bb632b0f5418aab041c4212d59887!8f2a'"
    moments = []
    for at, tab in enumerate(["tab-a", "tab-b", "tab-c"]):
        moments += [
            moment(at * 10 + 1, tab, "opens", "/ws/chat/room901147/"),
            moment(at * 10 + 4, "server-1", "hands it to", "ChatConsumer"),
            moment(at * 10 + 6, "layer", "group_add", f"'chat_room901147', {channel}"),
            moment(at * 10 + 9, tab, "is connected", "HTTP 101"),
        ]
    said = [moment(33, "tab-a", "sends", SAID), moment(1034, "tab-a", "receives", SAID)]
    return [*moments, *said]


def crash() -> list[Moment]:
    """A tab opens, and the consumer raises."""
    return [
        moment(1, "tab-a", "opens", "/ws/chat/lobby/"),
        moment(4, "server-1", "hands it to", "ChatConsumer"),
        moment(5, "server-1", "raises", "NameError: name 'jsn' is not defined"),
    ]


def verdict(cause: Cause | None = None, *advice: Cause) -> Verdict:
    """A verdict on a project that fails at the second of its checks, or passes."""
    made = Verdict(1, "01_talk", "lessons/01_talk", "", 1.24, cause, advice=[*advice])
    made.broker, made.printed_bytes = "embedded valkey 9.1.2 at localhost:6379", 1234
    what = "Every tab in a room receives a message, its sender as well as the others."
    made.checks = [
        Check("test_starts", 1, "The project starts, with `talk.py`.", "passed"),
        Check("test_hears", 1, what, "failed" if cause else "passed", cause=cause),
        Check("test_ends", 2, "A tab that closes raises nothing.", "passed"),
    ]
    if cause:
        made.checks[1].transcript = crash() if cause.frames else story()
        made.checks[2].outcome = "not_reached"
    return made


def machine() -> Verdict:
    """A verdict on a machine on which no check could tell anything."""
    made = verdict(REFUSED)
    made.checks[1] = dataclasses.replace(
        made.checks[1], outcome="not_reached", cause=None, transcript=[]
    )
    return made


def broken() -> Verdict:
    """A verdict that our own mistake kept from coming about."""
    made = verdict(BROKE)
    made.traceback = (
        'Traceback:\n  File "checks/observe/timeline.py", line 1\nValueError: no\n'
    )
    made.checks = []
    return made


def elsewhere() -> Verdict:
    """A verdict on a project in a folder of somebody's own."""
    return dataclasses.replace(verdict(RAISED), project="/home/ada/my chat")


def shows(made: Verdict, following: Lesson | None = None) -> Callable[[Console], None]:
    """What `make check` does with a verdict."""
    return lambda console: text.show(made, LESSON, console, following)


def hints(number: int | None, **said: object) -> Callable[[Console], None]:
    """What `make hint` does with a hint."""
    given = Hint(TALK, number, **said)  # type: ignore[arg-type]
    commands = ("make hint STEP=1", "make solution STEP=1")
    return lambda console: hint.show(given, *commands, console)


CASES: dict[str, Callable[[Console], None]] = {
    "failed": shows(verdict(DEAF)),
    "failed-with-frames": shows(verdict(RAISED)),
    "failed-elsewhere": shows(elsewhere()),
    "machine": shows(machine()),
    "broken": shows(broken()),
    "passed": shows(verdict(), FOLLOWING),
    "passed-the-last": shows(verdict()),
    "passed-with-advice": shows(verdict(None, DEAF, LATE, LATE, LATE), FOLLOWING),
    "hint": hints(1),
    "hint-that-leaves-one-out": hints(3, left_out=(2,)),
    "hint-that-could-not-be-counted": hints(2, counted=False),
    "hints-all-given": hints(None),
    "hints-after-passing": lambda console: hint.show_all(LESSON, console),
}
"""What is shown in a terminal of 80 columns without colours."""


class Screen(io.TextIOWrapper):
    """What is written, with the encoding of a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding)

    @property
    def shown(self) -> str:
        """What was written, as it looks."""
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding)


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Callable[[str, str], None]:
    """A function that holds words against the file of this name."""

    def golden(name: str, words: str) -> None:
        file = GOLDEN / f"{name}.txt"
        before = file.read_text() if file.exists() else ""
        if pytestconfig.getoption("record") and words != before:
            file.parent.mkdir(exist_ok=True)
            file.write_text(words)
            pytest.fail(f"recorded {file.name}")
        assert words == before

    return golden


@pytest.mark.parametrize("name", CASES)
def test_in_a_terminal(name: str, golden: Callable[[str, str], None]) -> None:
    screen = Screen()
    CASES[name](Console(file=screen, width=80, highlight=False, color_system=None))
    golden(name, screen.shown)
    lines = screen.shown.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []


def test_in_a_pipe_every_line_is_whole(golden: Callable[[str, str], None]) -> None:
    screen = Screen()
    CASES["failed"](Console(file=screen, width=terminal.ENDLESS, highlight=False))
    golden("failed-in-a-pipe", screen.shown)
    assert f"{DEAF.expected}, but {DEAF.got}." in screen.shown


def test_on_a_typewriter(golden: Callable[[str, str], None]) -> None:
    screen = Screen("ascii")
    terminal.allow_any_text(screen)
    CASES["failed"](Console(file=screen, width=80, highlight=False))
    golden("failed-in-ascii", screen.shown)
    assert max(map(len, screen.shown.splitlines())) <= 80


@pytest.mark.parametrize("no_color", [False, True])
def test_in_colours(*, no_color: bool, golden: Callable[[str, str], None]) -> None:
    screen = Screen()
    console = Console(
        file=screen,
        width=80,
        highlight=False,
        force_terminal=True,
        color_system="256",
        no_color=no_color,
        legacy_windows=False,
    )
    CASES["failed"](console)
    golden("failed-with-NO_COLOR" if no_color else "failed-in-colours", screen.shown)
    assert ("38;5;" in screen.shown) != no_color
