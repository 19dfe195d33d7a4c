"""Where every connection comes in: pages over HTTP, and WebSockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

import django

django.setup()

from channels.auth import AuthMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.core.handlers.asgi import ASGIHandler

from chat.members import MembersOnly
from chat.routing import websocket_urlpatterns

websocket = URLRouter(websocket_urlpatterns)
for layer in (
    MembersOnly,
    AuthMiddleware,
    SessionMiddleware,
    CookieMiddleware,
    AllowedHostsOriginValidator,
):
    websocket = layer(websocket)

application = ProtocolTypeRouter({"http": ASGIHandler(), "websocket": websocket})
