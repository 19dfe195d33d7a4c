from channels.routing import URLRouter
from django.urls import path

from .consumers import ChatConsumer

rooms = [path("<slug:room_name>/", ChatConsumer.as_asgi())]
ws_urlpatterns = [path("chat/", URLRouter(rooms))]
websocket_urlpatterns = [path("ws/", URLRouter(ws_urlpatterns))]
