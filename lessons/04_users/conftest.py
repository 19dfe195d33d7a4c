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


@pytest.fixture
def with_a_new_password(server, new_user):
    """A user whose password was changed after the login."""
    user = new_user("zoe")
    if not server.ask("change_password", cookie=user.cookie)["done"]:
        pytest.skip("users of your project have no password")
    return user
