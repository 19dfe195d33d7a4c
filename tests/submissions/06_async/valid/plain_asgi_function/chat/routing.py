from django.urls import path

from .socket import chat

websocket_urlpatterns = [path("ws/chat/<slug:room_name>/", chat)]
