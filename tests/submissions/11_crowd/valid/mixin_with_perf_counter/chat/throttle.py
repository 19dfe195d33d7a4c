import time


class ThrottleMixin:
    """Closes a tab that has sent `most` frames within `seconds` at the next."""

    most = 20
    seconds = 10

    async def websocket_receive(self, message):
        now = time.perf_counter()
        recent = getattr(self, "_recent", [])
        self._recent = [then for then in recent if now - then < self.seconds]
        if len(self._recent) >= self.most:
            await self.close(code=4429, reason="too many frames")
        self._recent.append(now)
        await super().websocket_receive(message)
