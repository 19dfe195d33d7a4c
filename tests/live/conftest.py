"""What the tests of the live results share: a Redis, and a server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from checks.sandbox import embedded_redis
from tests.live.server import Live, running
from tests.machine import free_port


@pytest.fixture(scope="session")
def redis_port() -> Iterator[int]:
    """The port of an embedded Redis that all tests share."""
    port = free_port()
    with embedded_redis.leased(port):
        yield port


@pytest.fixture(scope="session")
def shared(redis_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The server that all tests share."""
    with running(redis_port, tmp_path_factory.mktemp("live")) as live:
        yield live


def forget(port: int) -> int:
    """Let Redis forget what other tests told it."""
    client: Any = redis.Redis(port=port)
    client.flushall()
    client.close()
    return port


@pytest.fixture
def live(shared: Live) -> Live:
    """A server that has been told nothing yet."""
    forget(shared.redis)
    shared.hints.unlink(missing_ok=True)
    return shared


@pytest.fixture
def own(redis_port: int, tmp_path: Path) -> Iterator[Live]:
    """A server of this test's own, which has been told nothing yet."""
    with running(forget(redis_port), tmp_path) as live:
        yield live


@pytest.fixture
def impatient(redis_port: int, tmp_path: Path) -> Iterator[Live]:
    """One that soon asks a silent page whether it lives: otherwise after 20 seconds.

    The other page has to answer meanwhile, on a busy machine, too.
    """
    soon = ("--ping-interval", "1", "--ping-timeout", "4")
    with running(forget(redis_port), tmp_path, *soon) as live:
        yield live
