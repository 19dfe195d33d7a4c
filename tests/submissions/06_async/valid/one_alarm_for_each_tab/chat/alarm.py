"""Reminders of one connection: one task, which sleeps until the next is due."""

import asyncio
import heapq
import itertools


class Alarm:
    def __init__(self, ring):
        self.ring = ring
        self.due = []
        self.order = itertools.count()
        self.changed = asyncio.Event()
        self.task = None

    def add(self, seconds, text):
        when = asyncio.get_running_loop().time() + seconds
        heapq.heappush(self.due, (when, next(self.order), text))
        self.changed.set()
        if self.task is None:
            self.task = asyncio.create_task(self.run())

    def stop(self):
        if self.task is not None:
            self.task.cancel()

    async def run(self):
        loop = asyncio.get_running_loop()
        while True:
            self.changed.clear()
            pause = self.due[0][0] - loop.time() if self.due else None
            if pause is None or pause > 0:
                try:
                    async with asyncio.timeout(pause):
                        await self.changed.wait()
                except TimeoutError:
                    pass
                continue
            _, _, text = heapq.heappop(self.due)
            await self.ring(text)
