from django.apps import AppConfig
from django.db import DatabaseError


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self):
        from . import signals  # It connects its receivers.
        from .models import Presence

        try:
            Presence.objects.all().delete()  # Left over from a crash.
        except DatabaseError:
            pass  # Not migrated yet.
