"""Whether the project keeps no event loop waiting, and with it all that it serves."""

from checks.observe.failure import Failure
from checks.observe.timeline import Timeline
from checks.verdict import Where


def goes_on(timeline: Timeline) -> None:
    """Raise a Failure if code of the project has stopped an event loop in this check.

    That is with a query, or with `time.sleep()`.
    """
    for event in timeline.of_check:
        if not event.get("in_loop"):
            continue
        where = event["where"] and Where(**event["where"])
        if event["kind"] == "sleeps":
            expected = "your code to let the event loop go on"
            got = f"time.sleep() stops it, and so all tabs, for {event['seconds']:g} s"
            raise Failure("sleeps_in_the_loop", expected, got, where)
        raise Failure(
            "query_in_the_loop",
            expected="no query to keep the event loop waiting",
            got=f"it waits for one: {event['does']} {event['table']}",
            where=where,
            cure="Await the async method there, such as acreate().",
        )
