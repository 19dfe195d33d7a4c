from channels.exceptions import StopConsumer


class LoginRequiredMixin:
    """For consumers what the mixin of django.contrib.auth is for views."""

    def websocket_connect(self, message):
        if not self.scope["user"].is_authenticated:
            self.close()
            raise StopConsumer
        super().websocket_connect(message)
