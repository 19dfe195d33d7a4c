"""What a lesson's checks say about themselves.

pytest is imported where it is used: a run forks its first server before it needs
pytest, and imports it meanwhile.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])


def task(number: int) -> Callable[[Test], Test]:
    """Say which task of the lesson this check belongs to."""
    import pytest

    return pytest.mark.task(number)


def needs(*tests: Callable[..., Any]) -> Callable[[Test], Test]:
    """Say which checks have to pass before this one makes sense."""
    import pytest

    return pytest.mark.needs(*[test.__name__ for test in tests])


def advice(test: Test) -> Test:
    """Say that this is advice: what it finds is reported after everything passed."""
    import pytest

    marked: Test = pytest.mark.advice(test)
    return marked
