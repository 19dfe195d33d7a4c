from functools import partial

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save
from django.db.transaction import on_commit
from django.dispatch import receiver

from .models import Message
from .notices import room_group, send
from .sessions import tabs_of


@receiver(post_save, sender=Message)
def message_saved(instance, created, raw, using, **kwargs):
    """Whoever saves a new message, and wherever: its room receives it."""
    if created and not raw:
        event = {"type": "chat.message", "frame": instance.as_frame()}
        on_commit(partial(send, room_group(instance.room), event), using=using)


@receiver(user_logged_out)
def session_ends(request, **kwargs):
    on_commit(partial(send, tabs_of(request.session), {"type": "session.ended"}))
