from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing


@database_sync_to_async
def user_of(token):
    """The user of ?token=…, for clients that have no cookies."""
    try:
        pk = signing.loads(token, salt="chat", max_age=600)
        return get_user_model().objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, get_user_model().DoesNotExist):
        return AnonymousUser()


class TokenAuthMiddleware:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        user = await user_of(query.get("token", [""])[0])
        return await self.inner({**scope, "user": user}, receive, send)
