"""What the tests of `make learn` share: the command, running."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.learn.learning import Begin, Learning, copy_with_the_lessons


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course, with the pages of its lessons."""
    return copy_with_the_lessons(tmp_path / "course")


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Types `make learn`; it is ended as well where a test fails before it does so."""
    with contextlib.ExitStack() as stack:

        def begin(*about: Any, **how: Any) -> Learning:
            learning = Learning(*about, **how)
            stack.callback(lambda: learning.process.poll() is None and learning.end())
            return learning

        yield begin


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learning]:
    """`make learn STEP=1`, running for all tests of a module."""
    learning = Learning(
        copy_with_the_lessons(tmp_path_factory.mktemp("learn") / "course")
    )
    yield learning
    learning.end()
    assert learning.processes() == {}


@pytest.fixture
def learning(shared: Learning) -> Learning:
    """The same, with nothing of the lesson done."""
    shared.begin_again()
    return shared


@pytest.fixture(autouse=True)
def redis_stays(lessons_redis: None) -> None:
    """Redis runs before a command does, and after it."""
