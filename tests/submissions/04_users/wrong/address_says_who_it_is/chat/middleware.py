from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser


@database_sync_to_async
def get_user(user_id):
    User = get_user_model()
    try:
        return User.objects.get(id=user_id, is_active=True)
    except (User.DoesNotExist, ValueError, OverflowError):
        return AnonymousUser()


class QueryAuthMiddleware:
    """Takes the user from the query string, for clients without cookies."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if "user_id" in query:
            scope = dict(scope, user=await get_user(query["user_id"][0]))
        return await self.app(scope, receive, send)
