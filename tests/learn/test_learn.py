"""`make learn` runs everything, and each part goes on when another does not."""

import contextlib
import os
import signal
import socket
from functools import partial
from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from tests.learn.learning import Begin, Learning, get, refuses
from tests.machine import free_port, until

WRONG = ROOT / "tests/submissions/01_consumer/wrong"
FAILED = "expected the server to accept the WebSocket of a tab"
PASSED = r"Passed\. "
VIEW = """
from django.http import HttpResponse


def room(request, room_name):
    return HttpResponse("served again")
"""
FLOOD = """
from django.http import HttpResponse


def room(request, room_name):
    for number in range(40):
        print("line", number, flush=True)
    return HttpResponse("flooded")
"""


def has_lobby(port: int) -> bool:
    """Whether a project answers there with the page of a room."""
    return "lobby" in get(port, "/chat/lobby/")


def test_each_part_has_a_line_with_its_address(shared: Learning) -> None:
    at = shared.prints(f"Live results +http://localhost:{shared.live}/")
    at = shared.prints("Your project +lessons/01_consumer", at)
    shared.prints(f"Your project +http://localhost:{shared.project}/", at)
    shared.prints(f"The lessons +http://localhost:{shared.site}/", at)
    shared.prints(FAILED, at)
    assert "course-live" in get(shared.site, "/")
    for port in (shared.project, shared.second):
        assert until(partial(has_lobby, port))


def test_a_save_is_answered_and_the_project_is_served_again(learning: Learning) -> None:
    at = len(learning.printed)
    learning.solve()
    at = learning.prints(PASSED, at)
    learning.file("chat/views.py").write_text(VIEW)
    learning.prints("the page of tab A to open a WebSocket", at)
    assert until(lambda: get(learning.project, "/chat/lobby/") == "served again")


def test_a_cause_is_printed_once_and_then_the_checks(learning: Learning) -> None:
    at = len(learning.printed)
    learning.solve()
    begun = learning.prints(PASSED, at)
    wrong = WRONG / "drops_repeated_messages/chat/consumers.py"
    learning.file("chat/consumers.py").write_text(wrong.read_text())
    at = learning.prints("Your project: expected", begun)
    end = learning.prints("9 of 10 checks passed", at)
    assert learning.printed[begun:end].count("Your project: expected") == 1


def test_a_save_in_another_lesson_chooses_that_one(learning: Learning) -> None:
    at = len(learning.printed)
    learning.solve()
    at = learning.prints(PASSED, at)
    learning.solve("02_routing")
    at = learning.prints(r"Your project +lessons/02_routing\n", at)
    at = learning.prints(PASSED, at)
    learning.begin_again()
    at = learning.prints(r"Your project +lessons/01_consumer\n", at)
    learning.prints(FAILED, at)


def test_a_syntax_error_is_reported_and_the_project_comes_back(
    learning: Learning,
) -> None:
    assert until(lambda: not refuses(learning.project))
    at = len(learning.printed)
    learning.file("chat/consumers.py").write_text("x = (\n")
    at = learning.prints(r"SyntaxError:\s+'\(' was never closed", at)
    assert "Traceback" not in learning.printed
    assert until(lambda: refuses(learning.project))
    learning.begin_again()
    learning.prints(FAILED, at)
    assert until(lambda: get(learning.project, "/chat/lobby/"))


@pytest.mark.parametrize("name", ["daphne", "mkdocs"])
def test_a_server_that_is_killed_is_started_again(
    learning: Learning, name: str
) -> None:
    learning.prints("The lessons +http")
    at = len(learning.printed)
    (pid,) = [pid for pid, words in learning.processes().items() if name in words]
    os.kill(pid, signal.SIGKILL)
    at = learning.prints("ended, and is started again", at)
    assert until(lambda: not refuses(learning.site) and not refuses(learning.live))
    learning.solve()
    learning.prints(PASSED, at)


def test_the_project_is_served_whoever_is_killed(learning: Learning) -> None:
    assert until(lambda: get(learning.project, "/chat/lobby/"))
    running = learning.processes()
    serving = [
        pid for pid, words in running.items() if "checks.learn.forkserver" in words
    ]
    for pid in serving:  # The process that forks the servers, and these.
        with contextlib.suppress(ProcessLookupError):  # It has ended with the first.
            os.kill(pid, signal.SIGKILL)
    assert until(lambda: not set(serving) & learning.processes().keys())
    assert until(lambda: get(learning.project, "/chat/lobby/"))


@pytest.mark.parametrize("taken", [0, 1, 2], ids=["site", "project", "live"])
def test_a_port_that_is_taken_is_reported_and_the_rest_goes_on(
    begin: Begin, course: Path, taken: int
) -> None:
    ports = [free_port() for _ in range(4)]
    option = ("SITE_PORT", "PORT", "LIVE_PORT")[taken]
    with socket.create_server(("127.0.0.1", ports[taken])):
        learning = begin(course, ports)
        learning.prints(f"port {ports[taken]} to be free, but another program listens")
        learning.prints(f"such as {option}={ports[taken] + 100}")
        learning.prints(FAILED)
        learning.prints("Live results +http" if taken == 0 else "The lessons +http")
        learning.end()
    assert f"http://localhost:{ports[taken]}/" not in learning.printed
    assert learning.processes() == {}


def test_a_second_one_finds_the_first_and_opens_a_lesson_there(
    learning: Learning,
) -> None:
    learning.prints("The lessons +http")
    at = len(learning.printed)
    ports = dict(zip(("SITE_PORT", "LIVE_PORT"), learning.ports[::2], strict=True))
    variables = {name: str(port) for name, port in ports.items()}
    there = f"Already running at http://localhost:{learning.site}/"
    typed = ("2", "--port", str(learning.project), "--second-port")
    said = learning.learns(*typed, str(learning.second), **variables)
    assert said == f"{there}: opened lesson 2 there.\n"
    learning.prints(r"Your project +lessons/02_routing\n", at)
    assert learning.learns() == (
        f"{there}.\nIts ports stay as they are: for others, end it with Ctrl-C first.\n"
    )
    at = len(learning.printed)
    assert "opened lesson 1 there" in learning.learns("1")
    learning.prints(r"Your project +lessons/01_consumer\n", at)


def test_a_port_of_the_environment_that_is_not_used_is_reported(
    learning: Learning,
) -> None:
    said = learning.learns(PORT="5000")
    assert "PORT=5000 of the environment is left to other programs." in said
    assert "PORT=" not in learning.learns("--port", "5001", PORT="5000")


@pytest.mark.parametrize("parent", ["", '"$0" "$@"; true'], ids=["itself", "make"])
def test_nothing_stays_when_it_or_its_parent_is_killed(
    begin: Begin, course: Path, parent: str
) -> None:
    learning = begin(course, parent=parent)
    learning.prints("The lessons +http")
    learning.prints("Your project +http")
    learning.prints(FAILED)
    learning.end(signal.SIGKILL)
    assert until(lambda: not learning.processes())
    assert all(map(refuses, learning.ports))
    assert learning.left() == []


def test_the_cause_comes_last_again_after_a_flood(learning: Learning) -> None:
    at = len(learning.printed)
    learning.solve()
    at = learning.prints(PASSED, at)
    learning.file("chat/views.py").write_text(FLOOD)
    at = learning.prints("──.* after chat/views.py", at)
    at = learning.prints("Save a file to check again", at)

    def floods() -> bool:  # What a server prints before it is seen to be up is lost.
        is_new = get(learning.project, "/chat/lobby/") == "flooded"
        return is_new and "│ line 39" in learning.printed[at:]

    assert until(floods)
    at = learning.printed.rindex("│ line 39")
    at = learning.prints("Your project: expected", at)
    assert "│ line 39" not in learning.printed[at:]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_at_a_signal_and_leaves_nothing(
    begin: Begin, course: Path, signum: int
) -> None:
    learning = begin(course)
    learning.prints("Your project")
    status, _ = learning.end(signum)
    assert status == 128 + signum
    assert learning.processes() == {}
    assert all(map(refuses, learning.ports))
    assert learning.left() == []


@pytest.mark.parametrize("after", ["Live results", "Your project"])
def test_it_leaves_nothing_at_a_signal_while_it_starts(
    begin: Begin, course: Path, after: str
) -> None:
    # An exception that a signal raised lost the process that was being started: seen
    # in three of six tries between the first two lines.
    for _ in range(2):
        learning = begin(course)
        learning.prints(after)
        status, _ = learning.end(signal.SIGTERM)
        assert status == 128 + signal.SIGTERM
        assert learning.processes() == {}
        assert "Traceback" not in learning.printed
        assert learning.left() == []


def test_it_leaves_nothing_at_a_second_signal(learning: Learning) -> None:
    """The last test: it ends what the others have used."""
    at = len(learning.printed)
    learning.solve()
    learning.prints(PASSED, at)
    learning.process.send_signal(signal.SIGINT)
    status, _ = learning.end(signal.SIGINT)
    assert status == 128 + signal.SIGINT
    assert learning.processes() == {}
