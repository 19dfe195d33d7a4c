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
    place,
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
    return diagnosis(
        *(fault["fault"], failure.expected, fault["got"], at),
        cure=fault["cure"],
        event=fault,
    )


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
    cure = (
        "Look for what is slow in it; or, where something else keeps this machine "
        "busy, give it more time: add LIMIT=120 to make check."
    )
    got = "your project took longer"
    return diagnosis("out_of_time", failure.expected, got, cure=cure)


def other_runserver(failure: Failure, _: Timeline) -> Diagnosis:
    """`manage.py runserver` is not the one of Daphne."""
    event = failure.event or {}
    got = f"it is the one of {event['app']}, which does not"
    return diagnosis("other_runserver", failure.expected, got, SETTINGS, event=event)


def serves_another(inner: Diagnosis, failure: Failure) -> Diagnosis:
    """WebSockets work in the application that the settings name, not under `daphne`."""
    got = f"the settings name {failure.facts['named']}, and {inner.cause.got}"
    return inner.replace(failure.kind, got=got, where=ASGI)


def runserver_raised(failure: Failure, _: Timeline) -> Diagnosis:
    """`manage.py runserver` would end with an exception before it listens."""
    event = failure.event or {}
    got = f"it stops with {exception(event)}"
    at = innermost(event)
    return diagnosis(failure.kind, failure.expected, got, at, event=event)


def runserver_check(failure: Failure, _: Timeline) -> Diagnosis:
    """Django's system check finds an error, with which `runserver` does not start."""
    event = failure.event or {}
    got = f"Django's system check stops it: {event['words'].rstrip('.')}"
    got += f" ({event['error']})"
    cure = event["hint"] or "Change what those words name."
    at = place(event["at"])
    return diagnosis(failure.kind, failure.expected, got, at, cure=cure, event=event)


def secret_is_drawn(failure: Failure, _: Timeline) -> Diagnosis:
    """SECRET_KEY is another one whenever the settings are loaded."""
    got = "it differs whenever the settings are loaded"
    return diagnosis(failure.kind, failure.expected, got, SETTINGS)


def replaced_database(failure: Failure, _: Timeline) -> Diagnosis:
    """The settings name a database that no run connects to."""
    got = f"they never connect to one with the engine {failure.facts['engine']}"
    cure = "Try it yourself: they used an empty SQLite database in its place."
    return diagnosis(failure.kind, failure.expected, got, SETTINGS, cure=cure)
