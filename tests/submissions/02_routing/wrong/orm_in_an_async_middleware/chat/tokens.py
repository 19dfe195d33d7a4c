from django.contrib.sessions.models import Session


def with_token(inner):
    """Looks for a session by the token in the address."""

    async def middleware(scope, receive, send):
        token = scope["query_string"].decode()
        known = Session.objects.filter(session_key=token).exists()
        return await inner(dict(scope, known=known), receive, send)

    return middleware
