from channels.generic.websocket import WebsocketConsumer
from django.urls import path, re_path

from .consumers import ChatConsumer


class NobodyHere(WebsocketConsumer):
    def connect(self):
        print("nobody is here")


websocket_urlpatterns = [
    path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi()),
    re_path(r"", NobodyHere.as_asgi()),
]
