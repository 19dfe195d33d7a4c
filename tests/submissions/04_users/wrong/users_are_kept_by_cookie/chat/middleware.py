from channels.auth import get_user
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.conf import settings


class CachedAuthMiddleware:
    """Finds the user of a connection, with one query for each session."""

    def __init__(self, app):
        self.app = app
        self.users = {}

    async def __call__(self, scope, receive, send):
        key = scope["cookies"].get(settings.SESSION_COOKIE_NAME)
        user = self.users.get(key)
        if user is None:
            user = await get_user(scope)
            if user.is_authenticated:
                self.users[key] = user
        return await self.app({**scope, "user": user}, receive, send)


def CachedAuthMiddlewareStack(app):
    return CookieMiddleware(SessionMiddleware(CachedAuthMiddleware(app)))
