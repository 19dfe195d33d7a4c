"""What only the checks of this lesson need."""

import pytest


@pytest.fixture
def deactivated(server, open_tab, new_user):
    """A user who was deactivated after the login, and has a tab from before."""
    user = new_user("gone")
    open_tab("/ws/chat/lobby/", user=user)
    if not server.ask("deactivate", cookie=user.cookie)["done"]:
        pytest.skip("users of your project cannot be deactivated")
    return user
