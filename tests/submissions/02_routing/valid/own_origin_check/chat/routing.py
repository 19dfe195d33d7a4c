from django.urls import re_path

from .consumers import ChatConsumer, Refuse

websocket_urlpatterns = [
    re_path(r"^ws/chat/(?P<room_name>[-A-Za-z0-9_]+)/\Z", ChatConsumer.as_asgi()),
    re_path(r"^", Refuse.as_asgi()),
]
