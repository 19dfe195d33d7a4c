"""What only the checks of this lesson need."""

import pytest

from checks import Failure, Where


@pytest.fixture
def save(project):
    """A function that saves messages of users, as if they had sent them."""

    def save(room, messages):
        def create():
            from chat.models import Message
            from django.contrib.auth import get_user_model

            users = get_user_model().objects
            for user, text in messages:
                author = users.get_by_natural_key(user.name)
                Message.objects.create(room=room, author=author, text=text)

        project.ask(create)

    return save


@pytest.fixture
def asks_in_threads():
    """A function: fails if a query of a tab has kept the event loop waiting."""

    def asks_in_threads(tab):
        for event in tab.events:
            if event["kind"] == "query" and event["in_loop"]:
                query = f"{event['does']} {event['table']}"
                raise Failure(
                    kind="query_in_the_loop",
                    expected="no query to keep the event loop waiting",
                    got=f"it waits for one: {query}",
                    where=event["where"] and Where(**event["where"]),
                    cure="Await the async method there, such as acreate().",
                    tab=tab,
                )

    return asks_in_threads
