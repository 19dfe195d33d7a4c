from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self):
        from django.contrib.auth.signals import user_logged_out

        from .signals import TabCloser

        user_logged_out.connect(TabCloser().close)
