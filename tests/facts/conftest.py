"""The server on which facts are measured, and what is said of one that is not true."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.sync.client import ClientConnection, connect

from checks.course.lessons import ROOT, Course
from checks.sandbox.embedded_redis import listens
from tests.checker.test_broker import valkey
from tests.conftest import environment
from tests.facts.seen import Seen
from tests.machine import TIMEOUT, free_port, until

CLAIM = "claim"


class Server:
    """A Daphne that serves the consumers of the facts."""

    def __init__(self, redis: str, folder: Path) -> None:
        self.port, self.log = free_port(), folder / f"{uuid4().hex}.log"
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p"]
        variables = environment(
            FACTS_REDIS=redis, FACTS_PREFIX=uuid4().hex, PYTHONUNBUFFERED="1"
        )
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, str(self.port), "tests.facts.site:application"],
                cwd=ROOT,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        assert until(lambda: listens(self.port)), self.log.read_text()

    def connect(
        self, consumer: Any, path: str = "", **options: Any
    ) -> ClientConnection:
        """A connection to a consumer, or to what a function returns."""
        module = consumer.__module__.rpartition(".")[2]
        address = f"127.0.0.1:{self.port}/{module}/{consumer.__name__}/{path}"
        options = {"open_timeout": TIMEOUT, "close_timeout": TIMEOUT} | options
        return connect(f"ws://{address}", **options)

    def noted(self, consumer: type) -> list[Any]:
        """What this consumer has noted, in all of its connections."""
        with self.connect(Seen) as asking:
            pairs = json.loads(asking.recv(TIMEOUT))
        return [what for name, what in pairs if name == consumer.__name__]

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    lessons_redis: None,  # noqa: ARG001
) -> Iterator[Server]:
    """A server process with a Redis channel layer."""
    server = Server(redis_address(), tmp_path_factory.mktemp("facts"))
    yield server
    server.stop()


def redis_address() -> str:
    """The Redis that the lessons name."""
    return Course().lesson("3").broker[0]


@pytest.fixture
def redis_address_of_tests(lessons_redis: None) -> str:  # noqa: ARG001
    """The address of a Redis that others use, too."""
    return redis_address()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[tuple[Any, Callable[[], Server]]]:
    """A Redis that nobody else uses, and a function that starts a server with it."""
    port, servers = free_port(), []

    def start() -> Server:
        servers.append(Server(f"redis://127.0.0.1:{port}", tmp_path))
        return servers[-1]

    with valkey(port) as redis:
        yield redis, start
        for server in servers:
            server.stop()


@pytest.fixture(autouse=True)
def claim(request: pytest.FixtureRequest) -> None:
    """Note what the test claims, for the summary."""
    request.node.user_properties.append((CLAIM, request.function.__doc__))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which claims are no longer true, also on the page of a workflow."""
    failed = terminalreporter.stats.get("failed", [])
    claims = {
        claim: report.nodeid
        for report in failed
        for name, claim in report.user_properties
        if name == CLAIM
    }
    lines = [f"No longer true: {one}\n  {test}" for one, test in claims.items()]
    for line in lines:
        terminalreporter.write_line(line, red=True)
    if lines and (path := os.environ.get("GITHUB_STEP_SUMMARY")):
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write("".join(f"- {line}\n" for line in lines))
