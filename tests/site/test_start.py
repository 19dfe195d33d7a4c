"""`deploy/start.sh` of lesson 10 does what the page says, on ports that are free."""

import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from checks.author.projects import build
from tests.conftest import environment
from tests.machine import free_port, until

START = 'PATH="$PWD/.venv/bin:$PATH" sh lessons/10_production/deploy/start.sh'
KILL = 'kill $(pgrep -f "daphne -p 8101")'
PORTS = ("8443", "8101", "8102")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[str]]]:
    """The chat behind nginx, as its process, and the ports of nginx and the servers."""
    project = build("10_production", tmp_path / "project", solved=True)
    free = {port: str(free_port()) for port in PORTS}
    for file in ("start.sh", "nginx.conf"):
        path = project / "deploy" / file
        # In one go: a port that is free may hold the digits of one that is not.
        text = re.sub("|".join(PORTS), lambda port: free[port[0]], path.read_text())
        path.write_text(text)
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with subprocess.Popen(
        ["sh", "deploy/start.sh"],
        cwd=project,
        env=environment(PATH=programs),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process, list(free.values())
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


def opens(port: str) -> bool:
    """Whether the page of the login opens over TLS."""
    url = f"https://localhost:{port}/accounts/login/"
    own = ssl._create_unverified_context()  # noqa: S323 (nobody has signed it)
    try:
        with urllib.request.urlopen(url, context=own, timeout=5) as answer:
            return bool(answer.status == 200)
    except HTTPError as answer:
        answer.close()
    except OSError:
        pass
    return False


def test_who_is_in_a_room_goes_on_when_a_server_is_killed(
    started: tuple[subprocess.Popen[bytes], list[str]],
) -> None:
    process, (nginx, first, _) = started
    assert until(lambda: opens(nginx))
    there = ["pgrep", "-s", str(process.pid), "-f", f"daphne -p {first}"]
    killed = int(subprocess.run(there, capture_output=True, check=True).stdout)
    os.kill(killed, signal.SIGTERM)
    assert until(lambda: not Path(f"/proc/{killed}").exists())
    assert [opens(nginx) for _ in range(3)] == [True] * 3
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=30)
    assert not opens(nginx)
    left = ["pgrep", "-s", str(process.pid)]
    assert subprocess.run(left, capture_output=True, check=False).stdout == b""
