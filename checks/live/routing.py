"""Which consumer takes which address."""

from django.urls import path, re_path

from checks.live import consumers

urlpatterns: list[object] = []  # Over HTTP there is nothing here.

websocket_urlpatterns = [
    path("live/", consumers.LiveConsumer.as_asgi()),
    path("live/<slug:slug>/", consumers.LessonConsumer.as_asgi()),
    # Without this last one, an unknown address would be an exception in the log.
    re_path("", consumers.NowhereConsumer.as_asgi()),
]
