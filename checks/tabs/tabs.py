"""`make tabs`: open two real tabs on a learner's project, type, and report both."""

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

from checks.asking import pages
from checks.asking.messages import words
from checks.browser import chromium
from checks.browser.page import Page
from checks.browser.process import Browser, NoBrowser
from checks.course.lessons import ROOT, Lesson
from checks.explain.diagnosis import diagnose
from checks.observe.failure import Failure
from checks.observe.monitor import SILENCE
from checks.run.run import Run
from checks.run.versions import versions
from checks.sandbox.preload import preload
from checks.verdict import Cause, Finding, Moment, Verdict, broke

CLOSING = 1.5
"""Seconds in which Daphne notices that a consumer raised, and closes its tab."""
USERS = ("ada", "ben")
"""Who is logged in, one in each tab, where the page asks for a login."""
STAYING = 3.0
"""Seconds that windows stay open at the end, for a person who watches."""


@dataclass
class TabState:
    """What one tab showed, sent and received; `None` where it did not get so far."""

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
class TabsVerdict(Verdict):
    """A verdict on what two tabs showed, and on nothing else.

    `seen` has sentences for the terminal, `picture` is the path of a screenshot.
    """

    seen: list[str] = field(default_factory=list)
    tabs: list[TabState] = field(default_factory=list)
    transcript: list[Moment] = field(default_factory=list)
    browser: str | None = None
    picture: str | None = None


def open_tabs(
    lesson: Lesson,
    project: Path,
    limit: float = 60,
    seed: Any = None,
    *,
    headed: bool = False,
) -> TabsVerdict:
    """Open two tabs on a project, type into them, and return what they showed.

    `limit` is in seconds, counted after the browser has started. After Ctrl-C it cleans
    up, and raises KeyboardInterrupt.
    """
    began = time.monotonic()
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    verdict = TabsVerdict(lesson.step, lesson.slug, str(project), now)
    verdict.versions = versions()
    make = functools.partial(Run, lesson, project, limit, seed)
    try:
        try:
            _open_and_type(verdict, make, headed=headed)
        except NoBrowser:
            if not chromium.install():
                raise
            _open_and_type(verdict, make, headed=headed)
    except Finding as finding:
        verdict.cause = _with_cure(finding.cause, lesson)
    except Exception as error:  # noqa: BLE001 whatever it is, it is ours
        verdict.cause, verdict.traceback = broke(error), traceback.format_exc()
    verdict.seconds = round(time.monotonic() - began, 3)
    return verdict


def _with_cure(cause: Cause, lesson: Lesson) -> Cause:
    """Add the command that names what is missing: tabs only show that it is."""
    cure = f"Type make check STEP={lesson.step}: it names the task."
    return dataclasses.replace(cause, cure=cause.cure or cure)


def _open_and_type(
    verdict: TabsVerdict, make: Callable[[], Run], *, headed: bool
) -> None:
    """Start the browser and the project, and clean up after them."""
    with contextlib.ExitStack() as stack:
        started = Browser(verdict.step, headed=headed)
        browser = stack.enter_context(contextlib.closing(started))
        preload()  # While the browser starts.
        run = stack.enter_context(contextlib.closing(make()))
        stack.callback(browser.ask_to_close)
        run.begin()
        browser.attach(run.monitor)
        tabs = _tabs(run, browser)
        verdict.browser = browser.starts()
        verdict.broker = run.broker.name if run.broker else None
        users = _log_in(browser, *tabs)
        run.monitor.start()
        _type(verdict, run, *tabs)
        verdict.seen[:0] = users if verdict.seen else []
        if headed:
            browser.wait(lambda: None, STAYING)


def _tabs(run: Run, browser: Browser) -> tuple[Page, Page]:
    """Two tabs in one room; on two servers, if the lesson needs Redis.

    Raises Finding when the project does not start.
    """
    path = f"/chat/room-{run.random.randrange(10**6)}/"
    try:
        first = run.server()
        second = run.server("second_server") if run.lesson.broker else first
    except Failure as failure:
        raise Finding(diagnose(failure, run.timeline).cause) from None
    return Page(browser, first, path, "tab A"), Page(browser, second, path, "tab B")


def _log_in(browser: Browser, *tabs: Page) -> list[str]:
    """Log each tab in as a user of its own, if the page wants that, and say as whom."""
    seen: list[str] = []
    for tab, name in zip(tabs, USERS, strict=True):
        user = pages.Browser(tab.server, name)
        with contextlib.suppress(Failure):  # A page that does not open is for `opens`.
            user.shows(tab.page_path)
        if not user.cookie:
            continue
        if seen:  # Tabs of one browser share their cookies.
            browser.do("separate", name=tab.name)
        cookie = {"cookie": user.cookie, "path": user.cookie_path}
        browser.do("log_in", tab=tab.name, **cookie)
        seen.append(f"In {tab.name}, {name} is logged in.")
    return seen


def _type(verdict: TabsVerdict, run: Run, a: Page, b: Page) -> None:
    """Open both tabs, type, and note what they show, even when it is wrong."""
    cause = None
    try:
        a.opens()
        b.opens()
        verdict.seen = (_type_to_each_other if run.lesson.broker else _type_in_turn)(
            run, a, b
        )
    except (Failure, Finding) as error:
        cause = run.explain(error)
        _wait_for_close(run, a, b)
    verdict.tabs = [_state(tab) for tab in (a, b)]
    verdict.transcript = run.timeline.transcript
    verdict.printed_bytes, verdict.printed = run.project.printed()
    if cause is None or cause.voice == "project":
        verdict.picture = _picture(run, a, b)
    if cause:
        raise Finding(cause)


def _type_in_turn(run: Run, a: Page, b: Page) -> list[str]:
    """Each tab receives its own message.

    Tab B's message arrives although it was sent later, so that of tab A never will.
    """
    said = a.types(words(run.random))
    _reads(a, said, by=a)
    later = b.types(words(run.random))
    _reads(b, later, by=b)
    b.never_received(said)
    return [
        f"Tab A shows what was typed into it: {said}.",
        f"Tab B shows what was typed into it later, {later}, and nothing of tab A's.",
        "That is right here: messages between tabs come with lesson 3.",
    ]


def _type_to_each_other(run: Run, a: Page, b: Page) -> list[str]:
    """Each tab receives both messages, although two server processes serve them."""
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
    """A tab receives and shows a message. Raises Failure when it does not."""
    try:
        tab.reads(said, by)
    except Failure as failure:
        of_page = failure.kind.startswith("page_")
        if not of_page and _calls(by, "group_send") and not _calls(tab, "group_add"):
            raise failure.within("in_no_group") from None
        raise


def _calls(tab: Page, verb: str) -> bool:
    """Whether the tab's server asked this of its channel layer."""
    calls = (event for event in tab.server.events if event["kind"] == "layer")
    return any(call["does"] == verb for call in calls)


def _wait_for_close(run: Run, a: Page, b: Page) -> None:
    """Wait until Daphne has closed the tabs of a consumer that raised."""
    raised = [tab for tab in (a, b) if tab.saw("raised")]
    run.monitor.silence = SILENCE
    run.monitor.ends_at = time.monotonic() + run.monitor.limit
    run.monitor.wait(lambda: all(tab.is_cut for tab in raised) or None, CLOSING)
    run.monitor.drain()


def _state(tab: Page) -> TabState:
    """What a tab shows now."""
    names = {one.name for one in dataclasses.fields(TabState)} - {"server", "heard"}
    same = {name: getattr(tab, name) for name in names}
    return TabState(server=tab.server.number, heard=tab.received, **same)


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
