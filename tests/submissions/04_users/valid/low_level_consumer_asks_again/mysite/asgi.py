import os

import django
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup(set_prefix=False)

from channels.auth import AuthMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware, SessionMiddleware

import chat.routing

websockets = URLRouter(chat.routing.websocket_urlpatterns)
for layer in (AuthMiddleware, SessionMiddleware, CookieMiddleware):
    websockets = layer(websockets)

application = ProtocolTypeRouter(
    {
        # Daphne serves the static files, too, as runserver does.
        "http": ASGIStaticFilesHandler(ASGIHandler()),
        "websocket": AllowedHostsOriginValidator(websockets),
    }
)
