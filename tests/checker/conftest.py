"""What the tests of the checker share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checker.toys import Toy
from tests.conftest import CheckerProcess
from tests.machine import free_port


@pytest.fixture
def new_toy(tmp_path: Path, checker: CheckerProcess) -> Callable[[str], Toy]:
    """A function that makes a toy course in a folder of this name."""
    return lambda name: Toy(tmp_path / name, checker)


@pytest.fixture
def toy(new_toy: Callable[[str], Toy]) -> Toy:
    """The toy course in a folder of its own, for a test to change."""
    return new_toy("toy")


@pytest.fixture
def port() -> int:
    """A port at which nothing listens."""
    return free_port()
