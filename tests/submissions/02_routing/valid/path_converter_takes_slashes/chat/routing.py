from django.urls import path

from . import consumers

websocket_urlpatterns = [
    # Task 1: Send ws/chat/<room_name>/ to the ChatConsumer.
    path("ws/chat/<path:room_name>/", consumers.ChatConsumer.as_asgi()),
    # End of task 1
]
