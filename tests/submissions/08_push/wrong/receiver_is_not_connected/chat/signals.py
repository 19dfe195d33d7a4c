from functools import partial

from django.db import transaction

from .notices import send


def end_tabs(request, **kwargs):
    group = f"session_{request.session.session_key}"
    transaction.on_commit(partial(send, group, {"type": "session.ended"}))
