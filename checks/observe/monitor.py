"""The one place where a run waits: for pipes, sockets, and the end of processes.

Tabs and servers register what they read from. Whoever waits, waits here: for an event,
for a deadline, or for proof that the event cannot come any more.
"""

import os
import selectors
import time
from collections.abc import Callable
from typing import TypeVar

from checks.observe.cpu import CpuDelay
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.timeline import Timeline

Thing = TypeVar("Thing")

SILENCE = 2.0
"""Seconds without a sign of life from a server after which it counts as silent."""
IDLE = 0.4
"""The same, where the server has shown that nothing is left that could still answer."""
DOUBT = 1.0
"""The same, where a coroutine was never awaited: most likely nothing will come."""
SHORT = 0.5
"""The same, once a check has waited in vain: it is told, and the rest is not."""
SOON = 0.2
"""Seconds of silence after which the processes are asked whether more can come."""
SLICE = 0.1
"""Seconds after which a wait looks whether the processes are still running."""


class Monitor:
    """Reads what servers and tabs write, fills the timeline, and waits.

    `watched` are functions that are called regularly, to notice the end of a process;
    `pids` are the processes whose waiting for a processor is not counted as silence.
    `stopped` is whether a process had to be killed, as it reported without end.
    `are_at_rest` asks the processes whether nothing happens in them by itself.
    """

    def __init__(self, limit: float = 60.0) -> None:
        self.limit = limit
        self.timeline = Timeline()
        self.selector = selectors.DefaultSelector()
        self.watched: list[Callable[[], None]] = []
        self.pids = [os.getpid()]
        self.patience, self.quiet = SILENCE, 0.0
        self.stopped = False
        self.are_at_rest: Callable[[], bool] = lambda: False
        self.start()

    def start(self) -> None:
        """Start the run: its time limit is counted from now on."""
        self.ends_at = time.monotonic() + self.limit
        self.begin_check()

    def begin_check(self) -> None:
        """Start a check: the timeline and the silence of the one before are over."""
        self.timeline.begin_check()
        self.last_sign = self.timeline.began
        self.silence, self.answered = SILENCE, False
        self.in_vain, self.cut_short, self.blocked = False, False, False

    @property
    def left(self) -> float:
        """The seconds that are left of the run."""
        return self.ends_at - time.monotonic()

    def read(self, fd: int, arrived: Callable[[bytes], None]) -> None:
        """Call `arrived` with what can be read from `fd`; with b"" at its end."""
        self.selector.register(fd, selectors.EVENT_READ, arrived)

    def forget(self, fd: int) -> None:
        """Stop reading from `fd`."""
        if fd in self.selector.get_map():
            self.selector.unregister(fd)

    def expect(self) -> None:
        """Something is asked of a server: silence does not mean that nothing comes."""
        if not self.blocked:
            self.silence = SILENCE

    def record(self, event: Event) -> None:
        """Take in an event of a server: it is a sign of life.

        That something was caught is none, as some poll, and catch a time-out each time;
        nor is a tab that joins a group, as no message comes of it.
        """
        self.timeline.record(event)
        if event["kind"] != "caught" and event.get("does") != "group_add":
            self.last_sign = time.monotonic()
        self._set_silence(event)

    def _set_silence(self, event: Event) -> None:
        """Decide how long to wait for more after this event.

        A handler that has ended and left nothing behind that could act (`idle`) does
        not answer any more, unless what it sent is still on its way: to us, or through
        the channel layer. Nor does anything that is sync, while a check lets a consumer
        wait in the one thread for all of that (`blocked`).
        """
        kind = event["kind"]
        if kind in ("waits", "goes_on"):
            self.blocked = event.get("blocks", False)
        if kind in ("in", "out", "layer"):
            self.answered, self.silence = kind != "in", SILENCE
        elif kind == "handled" and event["idle"] and not self.answered:
            self.silence = IDLE
        elif kind in ("never_awaited", "task_raised"):
            self.silence = DOUBT
        if self.blocked:
            self.silence = IDLE

    def drain(self) -> None:
        """Take in what is still on its way, after something has gone wrong."""
        while self.pump(SLICE / 2):
            pass
        self.look_after_processes()

    def look_after_processes(self) -> None:
        """Notice processes that have ended, and take in what they wrote before."""
        for look in self.watched:
            look()
        while self.pump(0):
            pass

    def pump(self, seconds: float) -> bool:
        """Take in what arrives within so many seconds; False if nothing did."""
        ready = self.selector.select(max(0.0, seconds))
        for key, _ in ready:
            if key.fd not in self.selector.get_map():
                continue  # It was closed because of what arrived just before.
            try:
                data = os.read(key.fd, 1 << 20)
            except OSError:
                data = b""
            if not data:
                self.forget(key.fd)
            key.data(data)
        return bool(ready)

    def wait(
        self, happened: Callable[[], Thing | None], silence: float = SILENCE
    ) -> Thing | None:
        """Return what `happened` returns once it is not None; None after a silence.

        Silence is counted from the last sign of life of a server, so that slow code is
        not taken for code that does nothing. While a busy machine does not let the
        servers run, it is not counted. Where the processes prove that nothing can come,
        it is waited for no longer. `happened` raises a Failure when it sees that
        waiting is in vain; `quiet` is for how long it was silent so far.

        A wait that was `in_vain` may make the next checks less patient: `patience` is
        then less than SILENCE, and `cut_short` whether a wait has ended for that.
        """
        started, delay, proved = time.monotonic(), CpuDelay(self.pids), False
        while True:
            thing = happened()
            if thing is not None:
                return thing
            now = time.monotonic()
            if now > self.ends_at:
                raise self.out_of_time()
            since = max(started, self.last_sign)
            self.quiet = now - since - delay.seconds(since)
            limit = silence if self.silence == SILENCE else self.silence
            usual = silence == SILENCE
            left = (min(limit, self.patience) if usual else limit) - self.quiet
            if (left <= 0 or proved) and not self.pump(0):
                self.in_vain |= usual
                self.cut_short |= self.quiet < limit and not proved
                return None
            proved = False
            if not self.pump(min(left, SLICE)):
                delay.measure(since)
                self.look_after_processes()
                proved = usual and self.quiet > SOON and self._nothing_can_come()

    def _nothing_can_come(self) -> bool:
        """Whether the processes prove that they will do nothing more by themselves."""
        before, at_rest = self.last_sign, self.are_at_rest()
        self.look_after_processes()
        self.timeline.is_at_rest = at_rest and self.last_sign == before
        return self.timeline.is_at_rest

    def out_of_time(self) -> Failure:
        """The failure of a run that took longer than it may."""
        expected = f"all checks to be done within {self.limit:g} s"
        return Failure("out_of_time", expected)
