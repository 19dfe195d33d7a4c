"""Where every connection comes in: pages over HTTP, and WebSockets."""

import os

import django
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup(set_prefix=False)


def websockets():
    """The WebSockets: checked, with a session and a user, and routed."""
    # Imported here, because Django has to be set up first.
    from channels.auth import AuthMiddleware
    from channels.routing import URLRouter
    from channels.security.websocket import AllowedHostsOriginValidator
    from channels.sessions import CookieMiddleware, SessionMiddleware

    from chat.routing import websocket_urlpatterns

    app = URLRouter(websocket_urlpatterns)
    for wrap in (
        AuthMiddleware,
        SessionMiddleware,
        CookieMiddleware,
        AllowedHostsOriginValidator,
    ):
        app = wrap(app)
    return app


applications = {"http": ASGIHandler(), "websocket": websockets()}


async def application(scope, receive, send):
    try:
        app = applications[scope["type"]]
    except KeyError:
        raise ValueError(f"Nothing here speaks {scope['type']!r}.") from None
    return await app(scope, receive, send)
