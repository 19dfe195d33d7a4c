"""A process of the project that does not start, or does not stay."""

import dataclasses
import signal

from checks.diagnosis.evidence import exception, finding, frames, last_place, place
from checks.diagnosis.exceptions import cure
from checks.diagnosis.messages import BUSY
from checks.verdict import Cause, Finding, Where
from checks.wire import Event

EXPECTED = "your project to start"
SIGNALS = {
    "SIGKILL": "Something ended it from outside; most often it took too much memory.",
    "SIGSEGV": "Something written in C crashed there: look at what that code calls.",
}
"""What to do about a process that a signal ended."""


def cannot_start(event: Event, hides: Event | None = None) -> Finding:
    """The project's code raised while it was being loaded.

    `hides` tells which modules files of the project hide. Raises RuntimeError when it
    was ours that raised.
    """
    if event["ours"]:
        raise RuntimeError(exception(event))
    own = frames(event)
    at = place(event["frames"][-1]) if own else None
    got = f"Python stopped with {exception(event)}"
    for name in hides["names"] if hides else ():
        if repr(name) in event["words"]:
            what = f"Rename your {name}.py: it hides the module {name} from all others."
            return finding(EXPECTED, got, what, Where(f"{name}.py"), own)
    if not own and not event["apps_ready"]:
        what = "Look for that name in your settings, such as in INSTALLED_APPS."
        return finding(EXPECTED, got, what, Where("mysite/settings.py"))
    return finding(EXPECTED, got, cure(event), at, own)


def amiss(event: Event) -> Finding:
    """Something in the project is not as it has to be, as `checks.child` found it."""
    at = Where(event["file"])
    return finding(event["expected"], event["got"], event["cure"], at)


def does_not_start(at: Where | None, seconds: float) -> Finding:
    """The project gave no sign of life while starting."""
    got = f"it was still busy after {seconds:g} s without a sign of life"
    return finding(EXPECTED, got, BUSY, at)


def ended(status: int, events: list[Event]) -> Finding:
    """The process of the project is gone though nobody ended it."""
    expected, at = "your project to keep running", last_place(events)
    if status < 0:
        name = signal.Signals(-status).name
        cure = SIGNALS.get(name, "Look for what sends it that signal.")
        return finding(expected, f"{name} ended its process", cure, at)
    got = f"its process ended by itself, with status {status}"
    cure = "Look for a call that ends Python, such as sys.exit() or os._exit()."
    return finding(expected, got, cure, at)


def fails_under_daphne(cause: Cause) -> Finding:
    """It starts under `runserver`, which sets Django up, but not under `daphne`."""
    expected = "`daphne mysite.asgi:application` to start your project"
    what = "Call get_asgi_application() above every import that needs Django, such as "
    what += "that of your routes or consumers: it sets Django up."
    if any("get_asgi_application()" in frame.code for frame in cause.frames):
        setting = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")'
        what = f"Write {setting} above it."
    return Finding(dataclasses.replace(cause, expected=expected, cure=what))


def no_page(
    path: str, status: int | None, raised: Event | None, at: Where | None
) -> Finding:
    """A page does not answer over HTTP.

    `raised` is an exception seen meanwhile, `at` the line that the server is busy with.
    """
    expected = f"the page at {path} to answer over HTTP"
    if raised:
        own = frames(raised)
        got, what = f"{exception(raised)} was raised", _page_cure(raised)
        at = place(raised["frames"][-1]) if own else None
        return finding(expected, got, what, at, own)
    if status is None:
        return finding(expected, "no answer came back", BUSY, at)
    cure = "Look at the routes of your pages: urls.py."
    return finding(expected, f"HTTP {status} came back", cure)


def _page_cure(raised: Event) -> str:
    if "No application configured for scope type 'http'" in raised["words"]:
        return 'Give ProtocolTypeRouter an "http" entry: the application of Django.'
    if "get_asgi_application() takes" in raised["words"]:
        return "Call it once, with its brackets: get_asgi_application()."
    return cure(raised) or "Mend what that page needs."
