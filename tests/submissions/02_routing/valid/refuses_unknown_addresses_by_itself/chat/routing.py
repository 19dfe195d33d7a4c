from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path, re_path

from .consumers import ChatConsumer


class NobodyHere(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()


websocket_urlpatterns = [
    path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi()),
    re_path(r"", NobodyHere.as_asgi()),
]
