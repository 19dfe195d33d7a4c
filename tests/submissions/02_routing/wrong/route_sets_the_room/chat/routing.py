from django.urls import path

from . import consumers

websocket_urlpatterns = [
    # Task 1: Send ws/chat/<room_name>/ to the ChatConsumer.
    path(
        "ws/chat/<slug:room_name>/",
        consumers.ChatConsumer.as_asgi(),
        {"room_name": "lobby"},  # The room of whoever names none.
    ),
    # End of task 1
]
