"""A server that dies while a crowd is on it: the others are measured to the end."""

import re
import subprocess

import pytest

from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.load.conftest import ENDED, Solved, command
from tests.plain import Daphne

pytestmark = pytest.mark.usefixtures("lessons_redis")


def test_what_the_tabs_of_a_dead_server_miss_is_lost(solved: Solved) -> None:
    project = solved(3)
    servers = Daphne(project), Daphne(project)
    crowd = ["--tabs", "4", "--rate", "8", "--seconds", "5"]
    try:
        for server in servers:
            server.start()
            crowd += ["--address", f"http://localhost:{server.port}"]
        with subprocess.Popen(
            command(3, project, *crowd),
            cwd=ROOT,
            env=environment(PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert any("  1 s  sent " in line for line in process.stdout)
            servers[1].stop()
            printed, _ = process.communicate(timeout=ENDED)
    finally:
        for server in servers:
            server.stop()
    assert process.returncode == 0
    assert "2 tabs lost the connection (1006)." in printed
    assert "still busy" not in printed
    assert re.search(r"^Received +\d+ of \d+; lost: [1-9]", printed, re.MULTILINE)
