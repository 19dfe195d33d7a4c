"""A process of the project that does not start, or does not stay."""

import signal

from checks.explain.diagnosis.messages import BUSY
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import (
    ASGI,
    SETTINGS,
    exception,
    innermost,
    last_place,
)
from checks.observe.failure import Failure
from checks.observe.timeline import Timeline
from checks.verdict import Where


def cannot_start(failure: Failure, _: Timeline) -> Diagnosis:
    """The project's code raised while it was being loaded.

    `hidden` is the module that a file of the project hides, if that is why.
    """
    event, expected = failure.event or {}, failure.expected
    got = f"Python stopped with {exception(event)}"
    if name := failure.facts["hidden"]:
        at = Where(f"{name}.py")
        hides = event | {"hides": name}
        return diagnosis("hidden_module", expected, got, at, event=hides)
    own = innermost(event)
    if own is None and not event["apps_ready"]:
        return diagnosis("settings_do_not_load", expected, got, SETTINGS, event=event)
    return diagnosis("cannot_start", expected, got, own, event=event)


def project_fault(failure: Failure, _: Timeline) -> Diagnosis:
    """Something in the project is not as it has to be, as its own process found."""
    fault = failure.event or {}
    at = Where(fault["file"])
    return diagnosis(fault["fault"], failure.expected, fault["got"], at, event=fault)


def does_not_start(failure: Failure, _: Timeline) -> Diagnosis:
    """The project gave no sign of life while starting."""
    seconds = failure.facts["seconds"]
    got = f"it was still busy after {seconds:g} s without a sign of life"
    return diagnosis("busy", failure.expected, got, failure.busy_at, cure=BUSY)


def ended(failure: Failure, _: Timeline) -> Diagnosis:
    """The process of the project is gone though nobody ended it."""
    log, expected = failure.process, failure.expected
    if log is None or log.status is None:
        raise ValueError("a process that ended has a status")
    at = last_place(log.events)
    if log.status < 0:
        name = signal.Signals(-log.status).name
        cure, event = "Look for what sends it that signal.", {"words": name}
        got = f"{name} ended its process"
        return diagnosis("killed", expected, got, at, cure=cure, event=event)
    got = f"its process ended by itself, with status {log.status}"
    return diagnosis("ended", expected, got, at)


def out_of_time(failure: Failure, _: Timeline) -> Diagnosis:
    """The whole run took longer than it may."""
    cure = "Look for what is slow in it, or give it more time: LIMIT=120."
    got = "your project took longer"
    return diagnosis("out_of_time", failure.expected, got, cure=cure)


def other_runserver(failure: Failure, _: Timeline) -> Diagnosis:
    """`manage.py runserver` is not the one of Daphne."""
    got = f"it is the one of {failure.facts['app']}, which does not"
    return diagnosis("other_runserver", failure.expected, got, SETTINGS)


def serves_another(inner: Diagnosis, failure: Failure) -> Diagnosis:
    """WebSockets work in the application that the settings name, not under `daphne`."""
    got = f"{inner.cause.got}, and the settings name {failure.facts['named']}"
    return inner.replace(failure.kind, got=got, where=ASGI)


def no_page(failure: Failure, _: Timeline) -> Diagnosis:
    """A page does not answer over HTTP: an exception, an error, no answer at all."""
    expected, status = failure.expected, failure.facts["status"]
    if error := failure.event:
        got, at = f"{exception(error)} was raised", innermost(error)
        return diagnosis("page_raised", expected, got, at, event=error)
    if status is None:
        got = "no answer came back"
        return diagnosis("busy", expected, got, failure.busy_at, cure=BUSY)
    cure, got = "Look at the routes of your pages: urls.py.", f"HTTP {status} came back"
    return diagnosis("no_page", expected, got, cure=cure)
