"""What a consumer needs to survive a crowd."""

from time import monotonic

from channels.exceptions import StopConsumer


class LimitsFrames:
    """Closes with 4429 whoever sends more than `most` frames in `seconds`."""

    most, seconds, too_many = 20, 10, 4429

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._times = []

    async def websocket_receive(self, message):
        now = monotonic()
        self._times = [t for t in self._times if now - t < self.seconds]
        self._times.append(now)
        if len(self._times) > self.most:
            await self.close(self.too_many, reason="too many frames")
        await super().websocket_receive(message)


class EndsOnClose:
    """Cleans up as soon as it closes: the answer may come late, or never."""

    async def close(self, code=None, reason=None):
        try:
            await super().close(code, reason)
        finally:
            await self.disconnect(code or 1000)
        raise StopConsumer()
