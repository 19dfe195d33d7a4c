"""What only the checks of this lesson need."""

import pytest

from checks import Failure

TOLERANCE = 0.05
"""Seconds by which two clocks may differ."""


@pytest.fixture
def save(project, open_tab):
    """A function that saves messages of users, as if they had sent them.

    Where a project has other tables, users send them: that is task 2, and so
    it is done where nothing else is possible.
    """

    def save(room, messages):
        def create():
            from django.contrib.auth import get_user_model
            from django.db import Error

            users = get_user_model().objects
            try:
                from chat.models import Message

                for user, text in messages:
                    author = users.get_by_natural_key(user.name)
                    Message.objects.create(room=room, author=author, text=text)
            except (Error, ImportError, TypeError, ValueError):
                return False
            return True

        if not project.ask(create):
            for user, text in messages:
                tab = open_tab(f"/ws/chat/{room}/", user=user)
                tab.receives(tab.sends(text))
                tab.ends()

    return save


@pytest.fixture
def was_due():
    """A function: fails if a tab received words before they were due."""

    def moment(tab, kind, words):
        events = (e for e in tab.events if e["kind"] == kind)
        return next(e["at"] for e in events if words in (e.get("text") or ""))

    def was_due(tab, words, seconds):
        asked, came = (moment(tab, kind, words) for kind in ("in", "out"))
        waited = came - asked
        for event in tab.server.events:
            if event["kind"] == "skipped" and asked < event["at"] < came:
                waited += event["seconds"]
        if waited < seconds - TOLERANCE:
            raise Failure(
                kind="too_early",
                expected=f"what is to come in {seconds} s to come then",
                got=f"it came after {waited:.1f} s",
                tab=tab,
            )

    return was_due
