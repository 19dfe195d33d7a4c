from django.urls import path

from .consumers import ChatConsumer

websocket_urlpatterns = [
    # Task 1: Send ws/chat/<room_name>/ to the ChatConsumer.
    path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi(history=20)),
    # End of task 1
]
