"""What stands between a connection and its consumer: ASGI, and no Channels."""

import asyncio
import time


class RateLimit:
    """Closes a connection that sends more than so many frames in a window."""

    def __init__(self, app, *, frames, seconds, code):
        self.app = app
        self.frames, self.seconds, self.code = frames, seconds, code

    async def __call__(self, scope, receive, send):
        times = []

        async def limited_receive():
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            now = time.monotonic()
            times[:] = [t for t in times if now - t < self.seconds]
            if len(times) < self.frames:
                times.append(now)
                return message
            await send({"type": "websocket.close", "code": self.code})
            return await receive()  # HangUp says at once that it is closed.

        return await self.app(scope, limited_receive, send)


class HangUp:
    """Whoever sends a close is disconnected, before the browser answers."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        code = asyncio.get_running_loop().create_future()

        async def receive_until_closed():
            if not code.done():
                message = asyncio.ensure_future(receive())
                try:
                    await asyncio.wait(
                        {message, code}, return_when=asyncio.FIRST_COMPLETED
                    )
                    if not code.done():
                        return message.result()
                finally:
                    message.cancel()
            return {"type": "websocket.disconnect", "code": code.result()}

        async def send_until_closed(message):
            if code.done():
                return
            if message["type"] == "websocket.close":
                code.set_result(message.get("code") or 1000)
            await send(message)

        return await self.app(scope, receive_until_closed, send_until_closed)
