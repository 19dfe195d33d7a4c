class LanguageMiddleware:
    """Put the language of the browser into the scope."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        headers = dict(scope["headers"])
        language = headers.get(b"accept-language", b"en").decode()[:2]
        return await self.inner({**scope, "language": language}, receive, send)
