import asyncio


class Reminder:
    """Says something later; `cancel()` it if nobody waits any more."""

    def __init__(self, seconds, say):
        self.seconds = seconds
        self.say = say
        self.task = asyncio.ensure_future(self.run())

    async def run(self):
        await asyncio.sleep(self.seconds)
        await self.say()

    def cancel(self):
        self.task.cancel()

    @property
    def is_over(self):
        return self.task.done()
