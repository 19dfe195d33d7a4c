from django.urls import re_path

from .consumers import ChatConsumer

ROOM = r"(?P<room_name>[-a-zA-Z0-9_]+)"

websocket_urlpatterns = [
    re_path(rf"^ws/chat/{ROOM}/$", ChatConsumer.as_asgi(), name="chat-socket"),
]
