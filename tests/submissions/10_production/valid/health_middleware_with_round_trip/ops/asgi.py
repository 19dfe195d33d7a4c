"""Answers /health/ before anything else has to work."""

import logging

from .probes import failures

logger = logging.getLogger(__name__)


class Health:
    def __init__(self, app, path="/health/"):
        self.app, self.path = app, path

    async def __call__(self, scope, receive, send):
        if scope["path"] != self.path or scope["method"] not in {"GET", "HEAD"}:
            return await self.app(scope, receive, send)
        failed = await failures()
        for failure in failed:
            logger.error("health: %s", failure)
        status, body = (503, b"failing") if failed else (200, b"ok")
        headers = [
            (b"content-type", b"text/plain"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
        ]
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": headers,
            }
        )
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})
