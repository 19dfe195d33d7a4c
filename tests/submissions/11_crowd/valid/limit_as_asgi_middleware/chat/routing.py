from django.urls import path

from . import consumers
from .gate import HangUp, RateLimit

chat = RateLimit(
    consumers.ChatConsumer.as_asgi(), frames=20, seconds=10, code=4429
)

websocket_urlpatterns = [
    path("ws/chat/<slug:room_name>/", HangUp(chat)),
]
