from django.urls import path

from . import consumers

websocket_urlpatterns = [
    path("ws/chat/<slug:slug>/", consumers.Room.as_asgi(), name="room-socket"),
]
