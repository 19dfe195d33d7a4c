from django.urls import path

from .consumers import ChatConsumer

app_name = "chat_ws"

websocket_urlpatterns = [
    # Task 1: Send ws/chat/<room_name>/ to the ChatConsumer.
    path("<slug:room_name>/", ChatConsumer.as_asgi(), name="room"),
    # End of task 1
]
