"""What was counted in one run of `make load`, and what follows from it."""

import dataclasses
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from checks.load.delays import Delays, milliseconds
from checks.load.plan import Plan

LATE = 50.0
"""Milliseconds by which the generator may be late before that is said."""


@dataclass
class Second:
    """What happened in one second of a run."""

    sent: int = 0
    due: int = 0
    received: int = 0
    delays: Delays = field(default_factory=Counter)

    @property
    def p50(self) -> float | None:
        """The delay, in milliseconds, that half of those who received had at most."""
        return milliseconds(self.delays, 0.5)

    @property
    def p99(self) -> float | None:
        """The delay, in milliseconds, that 99 of 100 had at most."""
        return milliseconds(self.delays, 0.99)

    def as_dict(self, number: int) -> dict[str, Any]:
        """The second as JSON has it; delays are in milliseconds."""
        return {
            "second": number,
            "sent": self.sent,
            "due": self.due,
            "received": self.received,
            "p50": self.p50,
            "p99": self.p99,
        }


class Counts:
    """The sum of what all workers report.

    `due` is how often a message is to be received: a message counts once for each tab
    of its room. `tabs` has the number, what was received, and the code of each tab. It
    `is_settled` when what is missing is known to be lost, and not late.
    """

    def __init__(self, plan: Plan) -> None:
        self.sent = self.unsent = self.due = self.received = self.twice = 0
        self.delays: Delays = Counter()
        self.lags: Delays = Counter()
        self.seconds: defaultdict[int, Second] = defaultdict(Second)
        self.waiting: dict[int, tuple[int, int]] = {}
        servers = range(len(plan.addresses))
        self.open = {worker: {*servers} for worker in range(plan.workers)}
        self.tabs: list[tuple[int, int, int]] = []
        self.last_received = 0.0
        self.is_settled = False

    def add(self, worker: int, sample: dict[str, Any]) -> None:
        """Add one report of a worker."""
        self.waiting[worker] = sample["turn"], sample["waiting"]
        self.open[worker] = {*sample["open"]}
        if sample["second"] is None:  # It has not begun.
            return
        for key in ("sent", "unsent", "due", "received", "twice"):
            setattr(self, key, getattr(self, key) + sample[key])
        delays = Counter({int(key): n for key, n in sample["delays"].items()})
        self.delays += delays
        self.lags += Counter({int(key): n for key, n in sample["lags"].items()})
        second = self.seconds[sample["second"]]
        second.sent += sample["sent"]
        second.due += sample["due"]
        second.received += sample["received"]
        second.delays += delays
        if sample["received"]:
            self.last_received = time.monotonic()

    @property
    def servers(self) -> set[int]:
        """The servers that have a tab which is still open."""
        return set().union(*self.open.values())

    def all_probed(self, turn: int, workers: int) -> bool:
        """Whether each tab has received the probes of this turn."""
        return [*self.waiting.values()] == [(turn, 0)] * workers

    @property
    def missing(self) -> int:
        """How many have not arrived; at the end of a run these are lost."""
        return self.due - self.received

    def closed(self) -> Counter[str]:
        """How many tabs the server has closed, by the code."""
        return Counter(str(code) for _, _, code in self.tabs if code)


@dataclass
class Used:
    """What a server used: a share of a processor, and memory in MiB at the end.

    One that `ended` during the run has the last line that it printed there.
    """

    cpu: float | None
    memory_mib: float
    ended: str | None = None


@dataclass
class Result:
    """One run. `tab_memory` is KiB of a server for each tab, if that is known.

    `load_before` is the load average of the machine when the command was typed.
    """

    lesson: str
    project: str
    started_at: str
    plan: Plan
    counts: Counts
    duration: float
    layer: dict[str, Any]
    servers: list[Used]
    tab_memory: float | None
    cores: int
    load_before: float

    @property
    def generator_late(self) -> float:
        """Milliseconds that the generator was late, in 99 of 100 looks at most."""
        return milliseconds(self.counts.lags, 0.99) or 0.0

    @property
    def is_limited_by_generator(self) -> bool:
        """Whether the generator, or the machine, was too busy to measure well."""
        return self.generator_late > LATE

    @property
    def delay(self) -> dict[str, float | None]:
        """The delays of all messages, in milliseconds."""
        shares = {"p50": 0.5, "p99": 0.99, "longest": 1.0}
        return {it: milliseconds(self.counts.delays, shares[it]) for it in shares}

    @property
    def seconds(self) -> list[Second]:
        """What happened in each second, until the last one in which something did."""
        seconds = self.counts.seconds
        busy = [it for it, second in seconds.items() if second.due or second.received]
        last = max(busy, default=-1)
        return [seconds[number] for number in range(last + 1)]

    def as_dict(self) -> dict[str, Any]:
        """The run as one JSON document, `schema` 1. Cookies are left out."""
        counts = self.counts
        plan = dataclasses.asdict(self.plan)
        del plan["cookies"], plan["name"]
        return {
            "schema": 1,
            "lesson": self.lesson,
            "project": self.project,
            "started_at": self.started_at,
            "plan": plan,
            "cores": self.cores,
            "load_before": self.load_before,
            "layer": self.layer,
            "messages": {
                "sent": counts.sent,
                "not_sent": counts.unsent,
                "due": counts.due,
                "received": counts.received,
                "lost": counts.missing,
                "twice": counts.twice,
                "settled": counts.is_settled,
            },
            "received_per_second": round(counts.received / self.duration, 1),
            "seconds_until_the_last": round(self.duration, 2),
            "delay_ms": self.delay,
            "closed_tabs": dict(counts.closed()),
            "servers": [dataclasses.asdict(server) for server in self.servers],
            "memory_per_tab_kib": self.tab_memory,
            "generator": {
                "late_ms_p99": self.generator_late,
                "is_the_limit": self.is_limited_by_generator,
            },
            "seconds": [it.as_dict(at) for at, it in enumerate(self.seconds)],
        }
