"""Many delays in little space: how many there were of about the same length.

Each is counted in a bucket that is 2 % wide, so percentiles are right to 1 %.
"""

import math
from collections import Counter

SHORTEST = 1e-4
"""Seconds; what is shorter counts as this long."""
WIDTH = math.log(1.02)

Delays = Counter[int]
"""How many delays there are in each bucket."""


def bucket(seconds: float) -> int:
    """The bucket of a delay."""
    return round(math.log(max(seconds, SHORTEST) / SHORTEST) / WIDTH)


def percentile(delays: Delays, share: float) -> float | None:
    """The delay, in seconds, that so large a share does not exceed; None of none."""
    rank = math.ceil(delays.total() * share)
    for one in sorted(delays):
        rank -= delays[one]
        if rank <= 0:
            return SHORTEST * math.exp(one * WIDTH)
    return None


def milliseconds(delays: Delays, share: float) -> float | None:
    """A percentile in milliseconds, rounded to what is known of it."""
    seconds = percentile(delays, share)
    return None if seconds is None else float(f"{seconds * 1000:.3g}")
