from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .notices import send


@receiver(user_logged_out)
def end_tabs(request, **kwargs):
    transaction.on_commit(
        lambda: send(
            f"session_{request.session.session_key}", {"type": "session.ended"}
        )
    )
