"""What only the checks of this lesson need."""

import pytest


@pytest.fixture
def delete(server):
    """A function: deletes a user, and says whether the models allow that."""
    return lambda user: server.ask("delete", cookie=user.cookie)["done"]
