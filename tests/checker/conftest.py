"""What the tests of the checker share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checker.toys import Toy, Warm


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """A process that checks quickly."""
    warm = Warm()
    yield warm
    warm.close()


@pytest.fixture
def new_toy(tmp_path: Path, warm: Warm) -> Callable[[str], Toy]:
    """A function that makes a toy course in a folder of this name."""
    return lambda name: Toy(tmp_path / name, warm)


@pytest.fixture
def toy(new_toy: Callable[[str], Toy]) -> Toy:
    """The toy course in a folder of its own, for a test to change."""
    return new_toy("toy")
