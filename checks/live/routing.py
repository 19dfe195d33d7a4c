"""Which consumer handles which address."""

from django.urls import path, re_path

from checks.live import consumers

urlpatterns: list[object] = []  # There is nothing over HTTP.

websocket_urlpatterns = [
    path("live/", consumers.LiveConsumer.as_asgi()),
    path("live/<slug:slug>/", consumers.LessonConsumer.as_asgi()),
    # Without this last one, an unknown address would be an exception in the log.
    re_path("", consumers.NowhereConsumer.as_asgi()),
]
