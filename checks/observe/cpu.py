"""How long processes had to wait for a processor on a busy machine."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from checks.observe.process_tree import all_below


class CpuDelay:
    """How long processes were ready to run and did not get a processor.

    Those that they have started count, too, as the workers of nginx do; not those of
    this process, which are listed themselves where they matter. Linux counts it, in
    `/proc/PID/task/*/schedstat`; elsewhere it is taken for 0 s.
    """

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.since, self.seconds_waited = 0.0, 0.0
        self.before: dict[Path, float] = {}

    def measure(self, since: float) -> None:
        """Measure how long they have waited since the first call with this `since`.

        Of all threads, the one that waited longest counts: so it is never more than
        the time that has passed.
        """
        below = map(all_below, {*self.pids} - {os.getpid()})
        pids = {*self.pids}.union(*below)
        now = {thread: s for pid in pids for thread, s in _delays(pid)}
        if since != self.since:
            self.since, self.before = since, {}
        waits = (s - self.before.setdefault(it, s) for it, s in now.items())
        self.seconds_waited = max(waits, default=0.0)

    def seconds(self, since: float) -> float:
        """The seconds that were measured last, if they were measured since then."""
        return self.seconds_waited if since == self.since else 0.0


def _delays(pid: int) -> Iterator[tuple[Path, float]]:
    """The threads of a process, each with the seconds that it has waited so far."""
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            nanoseconds = (thread / "schedstat").read_text().split()[1]
            yield thread, int(nanoseconds) / 1e9
