"""What only the checks of this lesson need."""

import pytest

from checks import Failure


@pytest.fixture
def heartbeats(project, new_words):
    """A function that lets the time of some heartbeats pass, one by one.

    After each of them, these tabs send and receive messages: what was due
    before goes the same way. `quiet` tabs of their room only receive them.
    """

    def heartbeats(number, *tabs, quiet=()):
        seconds = project.setting("HEARTBEAT")
        if not isinstance(seconds, int | float):
            raise Failure(
                "no_heartbeat",
                "HEARTBEAT in your settings to be a number of seconds",
                f"it is {seconds!r}",
                cure="Write HEARTBEAT = 5 in mysite/settings.py.",
            )
        for _ in range(number):
            project.skips(seconds)
            for tab in tabs:
                for _ in range(2):
                    words = tab.sends(new_words())
                    for reader in (tab, *quiet):
                        reader.receives(words)

    return heartbeats
