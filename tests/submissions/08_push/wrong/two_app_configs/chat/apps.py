from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self):
        from . import signals  # It connects its receivers.


class ChatTestConfig(AppConfig):
    """Without the receivers, for the settings of the tests."""

    name = "chat"
    verbose_name = "Chat (tests)"
