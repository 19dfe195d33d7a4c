from django.urls import path

from channels.routing import URLRouter

from .consumers import RoomConsumer

rooms = URLRouter([path("<slug:room_name>/", RoomConsumer.as_asgi())])

websocket_urlpatterns = [path("ws/chat/", rooms)]
