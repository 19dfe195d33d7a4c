"""Where every connection comes in: pages over HTTP, and WebSockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

import django

django.setup()

from channels.auth import AuthMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.core.asgi import get_asgi_application
from django.urls import path

from chat.middleware import AddressMiddleware
from chat.routing import chat_routes, nowhere

websockets = URLRouter(
    [
        path("ws/", URLRouter([path("chat/", URLRouter(chat_routes)), nowhere])),
        nowhere,
    ]
)
for wrapper in (
    AddressMiddleware,
    AuthMiddleware,
    SessionMiddleware,
    CookieMiddleware,
):
    websockets = wrapper(websockets)

application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": OriginValidator(
            websockets, ["localhost", "127.0.0.1", "[::1]"]
        ),
    }
)
