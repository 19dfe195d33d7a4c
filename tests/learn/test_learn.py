"""`make learn` runs everything, and each part goes on when another does not."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.learn.learning import Learning, free_ports, get, until

FAILED = r"expected the server to accept the WebSocket of a tab"
PASSED = r"Passed\. "


def test_each_part_has_a_line_with_its_address(learning: Learning) -> None:
    at = learning.prints("Redis +.* at localhost:6379")
    at = learning.prints(f"Live results +http://localhost:{learning.live}/", at)
    at = learning.prints(f"Your project +.*http://localhost:{learning.project}/", at)
    learning.prints(f"The lessons +http://localhost:{learning.site}/", at)
    learning.prints(FAILED, at)
    assert "course-live" in get(learning.site, "/")
    assert until(lambda: "lobby" in get(learning.project, "/chat/lobby/"))
    assert until(lambda: "lobby" in get(learning.second, "/chat/lobby/"))


def test_a_save_is_answered_and_the_project_is_served_anew(learning: Learning) -> None:
    at = learning.prints(FAILED)
    learning.solve("01_consumer")
    at = learning.prints(PASSED, at)
    urls = learning.file("chat/views.py")
    urls.write_text(
        "from django.http import HttpResponse\n\n\n"
        "def room(request, room_name):\n    return HttpResponse('served anew')\n"
    )
    learning.prints(PASSED, at)
    assert until(lambda: get(learning.project, "/chat/lobby/") == "served anew")


def test_a_syntax_error_is_told_and_the_project_comes_back(learning: Learning) -> None:
    at = learning.prints(FAILED)
    assert until(lambda: get(learning.project, "/chat/lobby/"))
    consumers = learning.file("chat/consumers.py")
    right = consumers.read_text()
    consumers.write_text(right + "\nx = (\n")
    at = learning.prints("SyntaxError: '\\(' was never closed", at)
    assert "Traceback" not in learning.printed
    assert until(lambda: refuses(learning.project))
    consumers.write_text(right)
    learning.prints(FAILED, at)
    assert until(lambda: not refuses(learning.project))
    assert until(lambda: get(learning.project, "/chat/lobby/"))


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port)).close()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("taken", [0, 1, 2], ids=["site", "project", "live"])
def test_a_port_that_is_taken_is_told_and_the_rest_goes_on(
    course: Path, taken: int
) -> None:
    ports = free_ports(4)
    names = {0: "SITE_PORT", 1: "PORT", 2: "LIVE_PORT"}
    with socket.create_server(("127.0.0.1", ports[taken])):
        learning = Learning(course, ports)
        told = f"port {ports[taken]} to be free, but another program listens there"
        learning.prints(told)
        learning.prints(f"such as {names[taken]}={ports[taken] + 100}")
        learning.prints(FAILED)
        if taken:
            learning.prints("The lessons +http")
        else:
            learning.prints("Live results +http")
        learning.end()
    assert learning.processes() == {}


@pytest.mark.parametrize("name", ["daphne", "mkdocs"])
def test_a_server_that_is_killed_is_started_anew(learning: Learning, name: str) -> None:
    at = learning.prints("The lessons +http")
    (pid,) = [pid for pid, words in learning.processes().items() if name in words]
    os.kill(pid, signal.SIGKILL)
    at = learning.prints("ended, and is started anew", at)
    assert until(lambda: not refuses(learning.site) and not refuses(learning.live))
    learning.solve("01_consumer")
    learning.prints(PASSED, at)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_told_to_and_leaves_nothing(
    learning: Learning, signum: int
) -> None:
    learning.prints("The lessons +http")
    status, _ = learning.end(signum)
    assert status == 128 + signum
    assert learning.processes() == {}
    assert all(map(refuses, learning.ports))
