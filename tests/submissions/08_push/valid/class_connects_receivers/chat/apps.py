from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self):
        from django.contrib.auth.signals import user_logged_out

        from .signals import end_tabs

        user_logged_out.connect(end_tabs, dispatch_uid="chat.end_tabs")
