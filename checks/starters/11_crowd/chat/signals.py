from functools import partial

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .notices import send


@receiver(user_logged_out)
def end_tabs(request, **kwargs):
    group = f"session_{request.session.session_key}"
    transaction.on_commit(partial(send, group, {"type": "session.ended"}))
