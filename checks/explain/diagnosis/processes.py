"""A process of the project that does not start, or does not stay."""

import signal

from checks.explain.diagnosis.evidence import exception, finding, last_place, place
from checks.explain.diagnosis.exceptions import MEND
from checks.explain.diagnosis.messages import BUSY
from checks.observe.timeline import Event
from checks.verdict import Cause, Finding, Where

EXPECTED = "your project to start"
SETTINGS = Where("mysite/settings.py")
ASGI = Where("mysite/asgi.py")


def cannot_start(event: Event, hides: Event | None = None) -> Finding:
    """The project's code raised while it was being loaded.

    `hides` tells which modules files of the project hide. Raises RuntimeError when it
    was ours that raised.
    """
    got = f"Python stopped with {exception(event)}"
    for name in hides["names"] if hides else ():
        if repr(name) in event["words"]:
            told = event | {"hides": name}
            at = Where(f"{name}.py")
            return finding("hidden_module", EXPECTED, got, at, event=told)
    if event["ours"]:
        raise RuntimeError(exception(event))
    own = place(event["frames"][-1]) if event["frames"] else None
    if own is None and not event["apps_ready"]:
        return finding("settings_do_not_load", EXPECTED, got, SETTINGS, event=event)
    cure = MEND if own else ""
    return finding("cannot_start", EXPECTED, got, own, cure=cure, event=event)


def amiss(event: Event) -> Finding:
    """Something in the project is not as it has to be, as its own process found."""
    at = Where(event["file"])
    return finding(event["amiss"], event["expected"], event["got"], at, event=event)


def does_not_start(at: Where | None, seconds: float) -> Finding:
    """The project gave no sign of life while starting."""
    got = f"it was still busy after {seconds:g} s without a sign of life"
    return finding("busy", EXPECTED, got, at, cure=BUSY)


def ended(status: int, events: list[Event]) -> Finding:
    """The process of the project is gone though nobody ended it."""
    expected, at = "your project to keep running", last_place(events)
    if status < 0:
        name = signal.Signals(-status).name
        cure, event = "Look for what sends it that signal.", {"words": name}
        got = f"{name} ended its process"
        return finding("killed", expected, got, at, cure=cure, event=event)
    got = f"its process ended by itself, with status {status}"
    return finding("ended", expected, got, at)


def fails_under_daphne(found: Finding) -> Finding:
    """It starts under `runserver`, which sets Django up, but not under `daphne`."""
    expected = "`daphne mysite.asgi:application` to start your project"
    cause: Cause = found.told(expected=expected).cause
    return Finding(cause, "fails_under_daphne", found.event)


def serves_another(found: Finding, named: str) -> Finding:
    """WebSockets work in the application that the settings name, not under `daphne`."""
    expected = "`daphne mysite.asgi:application` to accept a WebSocket too"
    got = f"{found.cause.got}, and the settings name {named}"
    cause: Cause = found.told(expected=expected, got=got, where=ASGI).cause
    return Finding(cause, "daphne_serves_another", found.event, found.tab)


def no_page(
    path: str, status: int | None, raised: Event | None, at: Where | None
) -> Finding:
    """A page does not answer over HTTP.

    `raised` is an exception seen meanwhile, `at` the line that the server is busy with.
    """
    expected = f"the page at {path} to answer over HTTP"
    if raised:
        got, what = f"{exception(raised)} was raised", "Mend what that page needs."
        at = place(raised["frames"][-1]) if raised["frames"] else None
        return finding("page_raised", expected, got, at, cure=what, event=raised)
    if status is None:
        return finding("busy", expected, "no answer came back", at, cure=BUSY)
    cure, got = "Look at the routes of your pages: urls.py.", f"HTTP {status} came back"
    return finding("no_page", expected, got, cure=cure)
