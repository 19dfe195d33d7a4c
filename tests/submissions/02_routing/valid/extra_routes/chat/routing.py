from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path

from .consumers import ChatConsumer


class ClockConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send("It is always tea time.")


websocket_urlpatterns = [
    path("ws/clock/", ClockConsumer.as_asgi()),
    path("ws/chat/<slug:room_name>/history/", ChatConsumer.as_asgi()),
    path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi()),
]
