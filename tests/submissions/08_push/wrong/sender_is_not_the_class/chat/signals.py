from functools import partial

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .notices import send


# Task 3.5: When a session ends, tell its group, after the commit.
@receiver(user_logged_out, sender=settings.AUTH_USER_MODEL)
def end_tabs(request, **kwargs):
    group = f"session_{request.session.session_key}"
    transaction.on_commit(partial(send, group, {"type": "session.ended"}))


# End of task 3.5
