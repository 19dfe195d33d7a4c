"""Numbers as words, for the terminal and for the drawing."""

from checks.load.plan import Plan

WHOLE = 100
"""From here on, digits behind the point say nothing."""


def planned(plan: Plan) -> str:
    """What a run does."""
    tabs, rooms = counted(plan.tabs, "tab"), counted(plan.rooms, "room")
    where = counted(len(plan.addresses), "server")
    what = "message" if plan.rate == 1 else "messages"
    rate = f"{plan.rate:g} {what} a second for {plan.seconds:g} s"
    return f"{tabs} in {rooms} on {where}: {rate}"


def counted(count: int, what: str) -> str:
    """A number of things, in words."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def number(value: float) -> str:
    """A number with as many digits as matter."""
    return f"{value:,.0f}" if value >= WHOLE else f"{value:.3g}"


def between(p50: float | None, p99: float | None) -> str:
    """Two percentiles, in words."""
    if p50 is None or p99 is None:
        return "no delay known"
    return f"p50 {number(p50)} ms, p99 {number(p99)} ms"
