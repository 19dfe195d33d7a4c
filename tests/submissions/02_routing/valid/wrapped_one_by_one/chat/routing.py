from django.urls import path, re_path

from .consumers import ChatConsumer, Nowhere

chat_routes = [
    re_path(r"^(?P<room_name>[-a-zA-Z0-9_]+)/$", ChatConsumer.as_asgi()),
]

nowhere = re_path(r"", Nowhere.as_asgi())
