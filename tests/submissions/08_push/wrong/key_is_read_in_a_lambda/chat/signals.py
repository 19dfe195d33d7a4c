from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .notices import send


# Task 3.1: When a session ends, tell its group, after the commit.
@receiver(user_logged_out)
def end_tabs(request, **kwargs):
    transaction.on_commit(
        lambda: send(
            "session_" + request.session.session_key, {"type": "session.ended"}
        )
    )


# End of task 3.1
