"""What only the checks of this lesson need."""

import pytest

from checks import Failure

A_MOMENT = 0.4
"""Seconds in which a consumer closes that waits for nothing it has begun."""
FEW = 20
"""Of more it is said *about* how many came: that is a matter of luck."""


@pytest.fixture
def announces(project, new_words):
    """A function that announces words in a room, and returns them.

    It is `manage.py announce` that does, with one connection to Redis for all.
    """

    def announces(number, room, user):
        said = [new_words() for _ in range(number)]

        def announce():
            from asgiref.sync import async_to_sync, sync_to_async
            from django.core.management import call_command

            call = async_to_sync(sync_to_async(call_command))
            call("announce", room, user.name, *said)

        project.ask(announce)
        return said

    return announces


@pytest.fixture
def keeps():
    """A function: a tab receives all that was announced, `when` is known."""

    def keeps(tab, said, when, kind="burst_dropped"):
        try:
            tab.receives_in_order(said)
        except Failure as failure:
            if failure.kind != "lost":
                raise
            received = round(len(failure.facts["received"]), -1)
            got = f"it received about {received} of {len(said)} messages"
            if len(said) <= FEW:
                got = f"it did not receive all {len(said)} messages"
            raise Failure(
                kind,
                f"{tab.name} to receive all that was announced {when}",
                got,
                tab=tab,
            ) from None

    return keeps


@pytest.fixture
def is_answered():
    """A function that waits until a tab has received words, or is closed."""

    def is_answered(tab, words):
        tab.monitor.wait(lambda: words in tab.messages or tab.close_code)

    return is_answered


@pytest.fixture
def is_closing():
    """A function that waits a moment for the consumer of a tab to close it."""

    def is_closing(tab):
        tab.monitor.wait(
            lambda: tab.saw("out", type="websocket.close"), A_MOMENT
        )

    return is_closing
