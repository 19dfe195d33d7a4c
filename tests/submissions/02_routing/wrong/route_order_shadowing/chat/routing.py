from channels.generic.websocket import WebsocketConsumer
from django.urls import path, re_path

from . import consumers


class FallbackConsumer(WebsocketConsumer):
    """For what is no chat."""


websocket_urlpatterns = [
    re_path(r"^ws/", FallbackConsumer.as_asgi()),
    path("ws/chat/<slug:room_name>/", consumers.ChatConsumer.as_asgi()),
]
