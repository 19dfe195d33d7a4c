"""The site, built once for all tests that look into it."""

from pathlib import Path

import pytest

from tests import built


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    return built.site(tmp_path_factory, "site")
