"""Small wrappers for ASGI applications."""

from importlib import import_module
from urllib.parse import urlsplit

from channels.auth import get_user
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http import parse_cookie
from django.http.request import validate_host
from django.utils.functional import cached_property

LOCAL = ["localhost", "127.0.0.1", "[::1]"]


def header(scope, name):
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin1")
    return ""


def same_site_only(inner):
    """Only pages of this very host may open a WebSocket to it."""
    deny = WebsocketDenier.as_asgi()

    async def app(scope, receive, send):
        origin = urlsplit(header(scope, b"origin"))
        allowed = settings.ALLOWED_HOSTS or (LOCAL if settings.DEBUG else [])
        try:
            name = origin.hostname or ""
        except ValueError:
            name = ""
        name = f"[{name}]" if ":" in name else name
        known = validate_host(name, allowed)
        if known and origin.netloc.lower() == header(scope, b"host").lower():
            return await inner(scope, receive, send)
        return await deny(scope, receive, send)

    return app


class WithUser:
    def __init__(self, inner):
        self.inner = inner

    @cached_property
    def store(self):
        return import_module(settings.SESSION_ENGINE).SessionStore

    async def __call__(self, scope, receive, send):
        cookies = parse_cookie(header(scope, b"cookie"))
        session = self.store(cookies.get(settings.SESSION_COOKIE_NAME))
        scope = {**scope, "cookies": cookies, "session": session}
        scope["user"] = await get_user(scope)
        return await self.inner(scope, receive, send)
