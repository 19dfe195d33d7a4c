from time import monotonic


class LimitedMixin:
    """Ends a tab that sends more than `frames_allowed` in `frames_period`."""

    frames_allowed = 20
    frames_period = 10
    code_when_flooded = 4429

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._ring = [float("-inf")] * self.frames_allowed
        self._next = 0

    async def websocket_receive(self, message):
        now = monotonic()
        if now - self._ring[self._next] < self.frames_period:
            await self.close(self.code_when_flooded)
        self._ring[self._next] = now
        self._next = (self._next + 1) % self.frames_allowed
        await super().websocket_receive(message)
