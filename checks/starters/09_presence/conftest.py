"""What only the checks of this lesson need."""

import contextlib
import time

import pytest

from checks import Failure, Where

MOST = 2
"""Queries of one heartbeat, which may be due at any moment."""


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


@pytest.fixture
def rests():
    """A function: `with rests(tab):` fails if the tab makes queries inside."""

    def queries(tab):
        return [event for event in tab.events if event["kind"] == "query"]

    @contextlib.contextmanager
    def rests(tab):
        before, began = len(queries(tab)), time.monotonic()
        yield
        made, seconds = queries(tab)[before:], time.monotonic() - began
        if len(made) > MOST * (1 + seconds):
            raise Failure(
                "never_rests",
                "a tab to make no queries between two heartbeats",
                f"it made more than {MOST} while others sent two messages",
                where=made[-1]["where"] and Where(**made[-1]["where"]),
                tab=tab,
            )

    return rests
