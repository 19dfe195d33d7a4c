from functools import partial

from django.db import transaction

from .notices import send


class TabCloser:
    """Closes the tabs of a session that logs out."""

    event = {"type": "session.ended"}

    def close(self, sender, request, user, **kwargs):
        group = f"session_{request.session.session_key}"
        transaction.on_commit(partial(send, group, self.event))
