"""`make tabs`: two real tabs on a learner's project, typed into and looked at."""

import contextlib
import dataclasses
import datetime as dt
import functools
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.asking.tabs import words
from checks.browser import chromium
from checks.browser.page import TEMPLATE, Browser, NoBrowser, Page
from checks.course.lessons import ROOT, Lesson
from checks.observe.failure import Failure
from checks.observe.monitor import SILENCE
from checks.run import runner
from checks.run.run import Run
from checks.sandbox.preload import preload
from checks.verdict import Cause, Finding, Moment, Verdict, broke

NOTICING = 1.5
"""Seconds until Daphne has noticed that a consumer raised, and closed its tab."""
STAYING = 3.0
"""Seconds that windows stay open at the end, for somebody who looks on."""


@dataclass
class Look:
    """What there was to see in one tab; `None` where it never came to that."""

    name: str
    server: int
    url: str
    http: int | None
    status: str | None
    log: list[str] | None
    sent: list[str]
    heard: list[str]
    console: list[str]


@dataclass
class Sight(Verdict):
    """What two tabs showed: a verdict on what was seen there, and on nothing else.

    `seen` holds sentences, `picture` the path of a screenshot of the tabs.
    """

    seen: list[str] = field(default_factory=list)
    tabs: list[Look] = field(default_factory=list)
    transcript: list[Moment] = field(default_factory=list)
    browser: str | None = None
    picture: str | None = None


def look(
    lesson: Lesson,
    project: Path,
    limit: float = 60,
    seed: Any = None,
    *,
    headed: bool = False,
) -> Sight:
    """Open two tabs on a project, type into them, and return what they showed.

    `limit` is in seconds, from when the browser is there. Raises KeyboardInterrupt when
    the person does; nothing is left behind then either.
    """
    began = time.monotonic()
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    sight = Sight(lesson.step, lesson.slug, str(project), now)
    sight.versions = runner.versions()
    make = functools.partial(Run, lesson, project, limit, seed)
    try:
        try:
            _look(sight, make, headed=headed)
        except NoBrowser:
            if not chromium.install():
                raise
            _look(sight, make, headed=headed)
    except Finding as finding:
        sight.cause = _with_cure(finding.cause, lesson)
    except Exception as error:  # noqa: BLE001 whatever it is, it is ours
        sight.cause, sight.traceback = broke(error), traceback.format_exc()
    sight.seconds = round(time.monotonic() - began, 3)
    return sight


def _with_cure(cause: Cause, lesson: Lesson) -> Cause:
    """Tabs show that something is missing; what it is, other commands tell."""
    if cause.where and cause.where.file == TEMPLATE:
        told = f"Type make diff STEP={lesson.step}: it shows what was changed there."
    else:
        told = f"Type make check STEP={lesson.step}: it names the task."
    return dataclasses.replace(cause, cure=cause.cure or told)


def _look(sight: Sight, make: Callable[[], Run], *, headed: bool) -> None:
    """Everything that has to be put away afterwards, in the order of its coming."""
    with contextlib.ExitStack() as stack:
        started = Browser(sight.step, headed=headed)
        browser = stack.enter_context(contextlib.closing(started))
        preload()  # While the browser starts.
        run = stack.enter_context(contextlib.closing(make()))
        stack.callback(browser.ask_to_close)
        run.begin()
        browser.attach(run.monitor)
        tabs = _tabs(run, browser)
        sight.browser = browser.starts()
        sight.broker = run.broker.name if run.broker else None
        run.monitor.start()
        _play(sight, run, *tabs)
        if headed:
            browser.wait(lambda: None, STAYING)


def _tabs(run: Run, browser: Browser) -> tuple[Page, Page]:
    """Both tabs, in one room; from the lesson with a broker on, on two servers."""
    path = f"/chat/room-{run.random.randrange(10**6)}/"
    first = run.server()
    second = run.server("second_server") if run.lesson.broker else first
    a = Page(browser, first, path, "tab A", earlier=0)
    return a, Page(browser, second, path, "tab B", earlier=int(first is second))


def _play(sight: Sight, run: Run, a: Page, b: Page) -> None:
    """Open both, type, look, and note what there is to see, also when it is wrong."""
    cause = None
    try:
        a.opens()
        b.opens()
        sight.seen = (_talk if run.lesson.broker else _echo)(run, a, b)
    except (Failure, Finding) as error:
        cause = run.explain(error)
        _settle(run, a, b)
    sight.tabs = [_seen(tab) for tab in (a, b)]
    sight.transcript = run.timeline.transcript
    sight.printed_bytes, sight.printed = run.project.printed()
    if cause is None or cause.voice == "project":
        sight.picture = _picture(run, a, b)
    if cause:
        raise Finding(cause)


def _echo(run: Run, a: Page, b: Page) -> list[str]:
    """Each tab hears itself.

    That tab B did not hear tab A, its own words prove: they were said later, and came.
    """
    said = a.types(words(run.random))
    _reads(a, said, by=a)
    later = b.types(words(run.random))
    _reads(b, later, by=b)
    b.never_heard(said)
    return [
        f"Tab A shows what was typed into it: {said}.",
        f"Tab B shows what was typed into it later, {later}, and nothing of tab A's.",
        "That is right here: what lets tabs hear each other comes with lesson 3.",
    ]


def _talk(run: Run, a: Page, b: Page) -> list[str]:
    """Each tab hears both, though another server process serves the other."""
    said = a.types(words(run.random))
    for tab in (a, b):
        _reads(tab, said, by=a)
    answer = b.types(words(run.random))
    for tab in (b, a):
        _reads(tab, answer, by=b)
    way = f", so it went through {run.broker.name}" if run.broker else ""
    return [
        f"Tab B shows what was typed into tab A: {said}.",
        f"Tab A shows what was typed into tab B: {answer}.",
        f"They are on two server processes{way}.",
    ]


def _reads(tab: Page, said: str, by: Page) -> None:
    """A tab receives and shows what was said. Raises Failure when it does not."""
    try:
        tab.hears(said)
    except Failure as failure:
        if _calls(by, "group_send") and not _calls(tab, "group_add"):
            raise failure.within("in_no_group") from None
        raise
    tab.shows(said)


def _calls(tab: Page, verb: str) -> bool:
    """Whether the tab's server asked this of its channel layer."""
    calls = (event for event in tab.server.events if event["kind"] == "layer")
    return any(call["does"] == verb for call in calls)


def _settle(run: Run, a: Page, b: Page) -> None:
    """Let pages show what Daphne does about a consumer that raised."""
    raised = [tab for tab in (a, b) if tab.opened and tab.saw("raised")]
    run.monitor.silence = SILENCE
    run.monitor.ends_at = time.monotonic() + run.monitor.limit
    run.monitor.wait(lambda: all(tab.is_cut for tab in raised) or None, NOTICING)
    run.monitor.drain()


def _seen(tab: Page) -> Look:
    """What there is to see in a tab now."""
    names = {one.name for one in dataclasses.fields(Look)} - {"server", "heard"}
    same = {name: getattr(tab, name) for name in names}
    return Look(server=tab.server.number, heard=tab.received, **same)


def _picture(run: Run, *tabs: Page) -> str | None:
    """A picture of the tabs that show something, or None."""
    path = ROOT / "build" / "tabs" / run.lesson.slug / "tabs.png"
    captions = {
        tab.name: f"{tab.name}, server {tab.server.number}: {tab.url}"
        for tab in tabs
        if tab.http
    }
    if not captions:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        failed = tabs[0].browser.do("picture", path=str(path), captions=captions)
    except (Finding, OSError):
        return None
    return None if failed else str(path)
