"""What the tests of the wall share: a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wall.server import Server, served


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A wall for tests that leave nobody on it away."""
    with served(tmp_path_factory.mktemp("wall")) as server:
        yield server


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A wall of this test's own."""
    with served(tmp_path) as server:
        yield server


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Server]:
    """A wall on which a learner is away after a second without a heartbeat."""
    with served(tmp_path, "tests.wall") as server:
        yield server
