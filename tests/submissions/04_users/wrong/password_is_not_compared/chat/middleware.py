"""Who is at the other end of a WebSocket."""

from importlib import import_module

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import parse_cookie


@database_sync_to_async
def user_of(session_key):
    engine = import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore(session_key)
    users = get_user_model().objects.filter(is_active=True)
    return users.filter(pk=session.get(SESSION_KEY)).first()


class SessionUserMiddleware:
    """Looks up the user of the session cookie, and puts it into the scope."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        headers = dict(scope["headers"])
        cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin1"))
        user = None
        if key := cookies.get(settings.SESSION_COOKIE_NAME):
            user = await user_of(key)
        scope = {**scope, "user": user or AnonymousUser()}
        return await self.app(scope, receive, send)
