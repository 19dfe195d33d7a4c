from django.contrib.auth.decorators import login_required
from django.urls import path

from . import consumers

websocket_urlpatterns = [
    # Task 1: Send ws/chat/<room_name>/ to the ChatConsumer.
    path(
        "ws/chat/<slug:room_name>/",
        login_required(consumers.ChatConsumer.as_asgi()),
        name="ws-room",
    ),
    # End of task 1
]
