from django.urls import re_path

from . import consumers

websocket_urlpatterns = [
    # Task 1: Send ws/chat/<room_name>/ to the ChatConsumer.
    re_path(
        r"^ws/chat/(?P<room_name>[a-z0-9_-]+)/$",
        consumers.ChatConsumer.as_asgi(),
    ),
    # End of task 1
]
