"""What only the checks of this lesson need."""

import pytest


@pytest.fixture
def deactivated(server, new_user):
    """A user who was deactivated after the login."""
    user = new_user("gone")
    if not server.ask("deactivate", cookie=user.cookie)["done"]:
        pytest.skip("whoever is not active may log in to this project")
    return user
