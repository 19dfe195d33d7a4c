"""What only the checks of this lesson need."""

import pytest


@pytest.fixture
def save(project, open_tab):
    """A function that saves messages of users, as if they had sent them.

    Where a project has other tables, users send them: that is task 2, and so
    it is done where nothing else is possible.
    """

    def save(room, messages):
        def create():
            from django.contrib.auth import get_user_model

            users = get_user_model().objects
            try:
                from chat.models import Message

                for user, text in messages:
                    author = users.get_by_natural_key(user.name)
                    Message.objects.create(room=room, author=author, text=text)
            except (ImportError, TypeError, ValueError):
                return False
            return True

        if not project.ask(create):
            for user, text in messages:
                tab = open_tab(f"/ws/chat/{room}/", user=user)
                tab.receives(tab.sends(text))
                tab.ends()

    return save
