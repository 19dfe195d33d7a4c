from functools import partial

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Message
from .notices import send


# Task 3.1: When a session ends, tell its group, after the commit.
@receiver(user_logged_out)
def end_tabs(request, **kwargs):
    group = f"session_{request.session.session_key}"
    transaction.on_commit(partial(send, group, {"type": "session.ended"}))


# End of task 3.1


@receiver(post_save, sender=Message)
def send_message(instance, created, **kwargs):
    if created:
        event = {"type": "chat.message", "frame": instance.as_frame()}
        transaction.on_commit(partial(send, "chat_" + instance.room, event))
