from django.urls import path

from . import consumers

websocket_urlpatterns = [
    # The room where everybody starts, and then all others.
    path("ws/chat/lobby/", consumers.ChatConsumer.as_asgi()),
    path("ws/chat/<slug:room_name>/", consumers.ChatConsumer.as_asgi()),
]
