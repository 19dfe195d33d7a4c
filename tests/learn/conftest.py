"""What the tests of `make learn` share: the command, running."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.learn.learning import Learning, copy_of_the_course


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course."""
    return copy_of_the_course(tmp_path / "course")


@pytest.fixture
def learning(course: Path) -> Iterator[Learning]:
    """`make learn STEP=1`, running in it."""
    learning = Learning(course)
    yield learning
    if learning.process.poll() is None:
        learning.end()
    assert learning.processes() == {}
