"""What the tests of the checker share."""

from pathlib import Path

import pytest

from tests.checker.toys import Toy


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """The toy course in a folder of its own, for a test to change."""
    return Toy(tmp_path)
