"""A gate in a process of the project: it holds the next call of a kind until opened.

A check closes it `before INSERT`, say, and opens it once it has seen what others do
meanwhile: so what is a race otherwise has one outcome.
"""

import asyncio
import threading
from collections.abc import Callable


class Gate:
    """Holds the first call that comes to a place such as `before INSERT`.

    `report` is called with the place once somebody is held there, and with whether a
    thread waits for that.
    """

    def __init__(self, report: Callable[[str, bool], None]) -> None:
        self.report = report
        self.place = ""
        self.opened = threading.Event()

    def close(self, place: str) -> None:
        """Hold whoever comes to this place next."""
        self.place, self.opened = place, threading.Event()

    def open(self) -> None:
        """Let everybody pass."""
        self.place = ""
        self.opened.set()

    def hold(self, place: str) -> None:
        """Wait here, in a thread, if this is the place that is closed."""
        if place == self.place:
            self._reached(in_thread=True).wait()

    async def hold_async(self, place: str) -> None:
        """The same in the event loop, which goes on meanwhile.

        Where `async_to_sync` has called it, the thread of that call waits for it.
        """
        if place == self.place:
            task = asyncio.current_task()
            caller = getattr(task and task.get_coro(), "__qualname__", "")
            in_thread = caller.startswith("AsyncToSync.")
            await asyncio.to_thread(self._reached(in_thread=in_thread).wait)

    def _reached(self, *, in_thread: bool) -> threading.Event:
        place, self.place = self.place, ""  # The next one may pass.
        self.report(place, in_thread)
        return self.opened
