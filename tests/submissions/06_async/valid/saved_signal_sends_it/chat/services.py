from django.db import transaction

from .models import Message


def group_of(room):
    return f"chat_{room}"


@transaction.atomic
def say(room, author, text):
    """Save it; whoever listens to the signal does the rest."""
    return Message.objects.create(room=room, author=author, text=text)
