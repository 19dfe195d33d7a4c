import pytest

from checks import Failure, Where


def limit():
    from django.conf import settings

    return getattr(settings, "MESSAGE_LIMIT", None)


@pytest.fixture
def has_limit(project):
    """A function: fails if the settings do not limit messages to this length."""

    def has_limit(length):
        found = project.ask(limit)
        if found != length:
            raise Failure(
                kind="other_limit",
                expected=f"MESSAGE_LIMIT to be {length}",
                got=f"it is {found!r}",
                where=Where("mysite/settings.py"),
            )

    return has_limit
