"""What only the checks of this lesson need."""

import pytest


@pytest.fixture
def delete(project):
    """A function: deletes a user, and says whether the models allow that."""

    def delete(user):
        def deleted():
            from django.contrib.auth import get_user_model
            from django.db import IntegrityError

            try:
                get_user_model().objects.get_by_natural_key(user.name).delete()
            except IntegrityError:
                return False
            return True

        return project.ask(deleted)

    return delete
