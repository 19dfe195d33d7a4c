"""`make wall` as a teacher types it: what it prints, and how it ends."""

import io
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rich.console import Console

from checks.classroom import Wall, own_address, serve
from checks.course.lessons import ROOT
from checks.learn import supervisor
from checks.verdict import Finding
from tests.conftest import environment
from tests.learn.learning import refuses
from tests.machine import TIMEOUT, free_port, processes_with, until
from tests.wall.server import new_wall

MARK = "COURSE_WALL_TEST"


@contextmanager
def typed(*options: str, host: str = "localhost") -> Iterator["subprocess.Popen[str]"]:
    """The command, running."""
    port = str(free_port())
    command = [sys.executable, "-m", "checks", "wall", "--port", port, "--host", host]
    with subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env=environment(OPEN="0", PYTHONUNBUFFERED="1", COLUMNS="200", **{MARK: port}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.kill()
    assert until(lambda: not processes_with(MARK, port))
    assert until(lambda: refuses(int(port)))


def printed(process: "subprocess.Popen[str]", lines: int) -> str:
    """So many lines that it prints."""
    assert process.stdout
    return "".join(process.stdout.readline() for _ in range(lines))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_prints_what_learners_type_and_leaves_nothing(signum: int) -> None:
    with typed("--hours", "2") as process:
        out = printed(process, 3)
        token = re.search(r"make learn WALL=http://localhost:\d+/([a-z0-9-]+)\n", out)
        assert token, out
        assert re.search(r"Your page +http://localhost:\d+/#\S{40,}\n", out)
        process.send_signal(signum)
        left, _ = process.communicate(timeout=TIMEOUT)
        if signum != signal.SIGKILL:
            assert process.returncode == 128 + signum
            assert f"make wall TOKEN={token[1]}" in left


def test_it_is_served_again_when_its_server_is_killed() -> None:
    with typed() as process:
        printed(process, 3)
        (server,) = (
            pid
            for pid in map(int, children(process.pid))
            if "daphne" in command_line(pid)
        )
        subprocess.run(["kill", "-9", str(server)], check=True)
        assert "Wall: ended, and is started again." in printed(process, 1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=TIMEOUT)


def children(pid: int) -> list[str]:
    """The processes that this one has started."""
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def command_line(pid: int) -> str:
    """The command line of a process."""
    done = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_an_address_can_be_used_once_more() -> None:
    with typed("--token", "abcd-efgh-jkmn") as process:
        assert "/abcd-efgh-jkmn\n" in printed(process, 1)
    with typed("--token", "abc") as process:
        out, _ = process.communicate(timeout=TIMEOUT)
        assert "abc is not a token of a wall" in out
        assert process.returncode == 2


def test_a_port_that_is_taken_is_reported() -> None:
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port)),
        typed("--port", str(port)) as process,
    ):
        out, _ = process.communicate(timeout=TIMEOUT)
        assert process.returncode == 3
        assert f"port {port} to be free" in out


def test_without_a_network_the_address_has_to_be_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(*_: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    monkeypatch.setattr(socket, "gethostbyname", lambda _: "127.0.1.1")
    with pytest.raises(Finding, match="it has no address there"):
        own_address()
    monkeypatch.setattr(socket, "gethostbyname", lambda _: "10.0.0.7")
    assert own_address() == "10.0.0.7"


async def test_a_wall_that_does_not_start_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Wall, "options", ["checks.wall.nothing:application"])
    monkeypatch.setattr(supervisor, "RESTART_DELAY", 0.0)
    out = io.StringIO()
    with pytest.raises(Finding, match="the wall to start"):
        await serve(new_wall(), Console(file=out, width=200))
    assert "Wall: it does not start." in out.getvalue()
    assert "Learners type" not in out.getvalue()


def test_only_a_wall_for_others_listens_on_the_network() -> None:
    with typed(host="127.0.0.2") as process:
        out = printed(process, 1)
        port = re.search(r"127\.0\.0\.2:(\d+)/", out)
        assert port, out
        socket.create_connection(("127.0.0.3", int(port[1])), timeout=5).close()
    with typed() as process:
        port = re.search(r"localhost:(\d+)/", printed(process, 1))
        assert port
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.3", int(port[1])), timeout=5)
