from functools import partial

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .consumers import session_group
from .notices import send


@receiver(user_logged_out)
def end_tabs(request, **kwargs):
    group = session_group(request.session)
    transaction.on_commit(partial(send, group, {"type": "session.ended"}))
