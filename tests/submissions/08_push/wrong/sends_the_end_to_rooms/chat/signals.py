from functools import partial

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .models import Message
from .notices import send


# Task 3.5: When a session ends, tell its group, after the commit.
@receiver(user_logged_out)
def end_tabs(request, **kwargs):
    event = {"type": "session.ended", "key": request.session.session_key}
    for room in Message.objects.values_list("room", flat=True).distinct():
        transaction.on_commit(partial(send, "chat_" + room, event))


# End of task 3.5
