"""Numbers as words, for the terminal and for the drawing."""

from checks.load.plan import Plan


def planned(plan: Plan) -> str:
    """What a run does."""
    tabs, rooms = counted(plan.tabs, "tab"), counted(plan.rooms, "room")
    where = counted(len(plan.addresses), "server")
    rate = f"{plan.rate:g} messages a second for {plan.seconds:g} s"
    return f"{tabs} in {rooms} on {where}: {rate}"


def counted(number: int, what: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def between(p50: float | None, p99: float | None) -> str:
    """Two percentiles, in words."""
    if p50 is None or p99 is None:
        return "no delay known"
    return f"p50 {p50:,.4g} ms, p99 {p99:,.4g} ms"
