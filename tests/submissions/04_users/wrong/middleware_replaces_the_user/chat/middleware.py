from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing


@database_sync_to_async
def user_of(token):
    try:
        pk = signing.loads(token, max_age=3600)
        return get_user_model().objects.get(pk=pk)
    except (signing.BadSignature, get_user_model().DoesNotExist):
        return AnonymousUser()


class TokenAuthMiddleware:
    """Clients without cookies put ?token=… into the address."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        scope["user"] = await user_of(query.get("token", [""])[0])
        return await self.app(scope, receive, send)
