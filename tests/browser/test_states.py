"""The page of a lesson in each of its states, however one looks at it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from checks.course.lessons import Course
from tests.browser.live_events import chosen, judged, progress, project, running, saved
from tests.browser.live_feed import Event, Feed
from tests.browser.opened import Open, accessible, widths

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
    *("checks/live/*", "checks/verdict.py", "checks/starters/**/*"),
)
LESSONS = Course().lessons
ONE, THREE, LAST = LESSONS[0].slug, LESSONS[2].slug, LESSONS[-1].slug
WIDTHS = (1600, 1280, 800, 640, 390, 360, 320)
"""In CSS pixels. 640 and 320 are a screen of 1280 pixels at 200 % and at 400 %."""
AXE = (1280, 390)
"""At these it is asked of axe, too: the column is beside the text, or a sheet."""
DRAWN = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
"""When this is fulfilled, the page has been told of its new size."""
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "calm": {"reduced_motion": "reduce"},
}

Verdicts = Callable[..., dict[str, Any]]


def send(feed: Feed, event: Event) -> None:
    """Answer a page that is open, and no other."""
    feed.tell(event, remember=False)


def to_do(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    feed.tell(progress("to_do", "to_do", "to_do"))
    feed.tell(judged(verdicts(ONE, "start"), state="to_do"))
    expect(page.locator(".live-lead")).to_be_visible()


def in_progress(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    feed.tell(judged(verdicts(ONE, "start"), state="in_progress"))
    expect(page.locator(".live-lead")).to_contain_text("Next")


def needs_attention(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    feed.tell(progress("needs_attention", "to_do", "to_do"))
    feed.tell(judged(verdicts(ONE, "raises")))
    expect(page.locator(".live-frames")).to_be_visible()


def passed(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    feed.tell(judged(verdicts(ONE, "solved")))
    expect(page.locator(".live-passed")).to_be_visible()


def checking(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    needs_attention(page, feed, verdicts)
    feed.tell(saved(2, "chat/consumers.py"), running(2, "test_accepts"))
    expect(page.locator(".live-line")).to_have_text(re.compile("▸ checking A tab"))


def going_on(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    verdict = verdicts(ONE, "raises")
    so_far = verdict | {"checks": verdict["checks"][:5]}
    feed.tell(judged(so_far) | {"unfinished": True}, running(1, "test_keeps_the_order"))
    expect(page.locator(".live-line")).to_contain_text("so far")


def not_up_to_date(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    needs_attention(page, feed, verdicts)
    feed.tell(chosen(THREE))
    expect(page.locator(".live-stale")).to_be_visible()


def away(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    passed(page, feed, verdicts)
    feed.stop()
    expect(page.locator(".live-line")).to_contain_text("No connection")


def playing(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    passed(page, feed, verdicts)
    page.get_by_role("button", name="Step back").press("Enter")
    expect(page.locator(".live-source mark")).to_be_visible()


def compared(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    passed(page, feed, verdicts)
    long = "+" + "    self.send(text_data=json.dumps({'message': message}))" * 3
    part = {"file": "chat/consumers.py", "diff": [" same", "-mine", long]}
    task = {"task": 1, "title": "Accept", "why": "Because.", "parts": [part]}
    send(feed, {"type": "comparison", "tasks": [task], "apply": "make solution STEP=1"})
    expect(page.locator(".live-own section")).to_be_visible()


def predicted(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    passed(page, feed, verdicts)
    place = page.locator("[data-predict=two_tabs]")
    place.get_by_role("radio").first.check()
    place.get_by_role("button", name="Predict").click()
    expect(place.get_by_role("status")).to_contain_text("You said")


def with_history(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    needs_attention(page, feed, verdicts)
    one = {"at": "2026-11-26T12:00:00Z", "verdict": "failed", "passed": 4, "checks": 10}
    sentence = "expected an answer, but there was none."
    kept = [one | {"number": number, "sentence": sentence} for number in range(1, 21)]
    feed.tell({"type": "history", "lesson": ONE, "saves": 20, "verdicts": kept})
    page.locator(".live-history").get_by_role("button").last.click()
    lines = ["--- a", "+++ a", "-    self.accept()", "+    " + "long " * 40]
    send(feed, {"type": "difference", "number": 20, "lines": lines})
    expect(page.locator(".live-change pre")).to_be_visible()


def with_hints(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    needs_attention(page, feed, verdicts)
    hint = {"type": "hint", "task": 2, "number": 1, "of": 3, "last": False}
    send(feed, hint | {"text": "What does `json.loads` make?", "left_out": [2]})
    expect(page.locator(".live-rungs")).to_be_visible()


def finished(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    passed = ["passed"] * len(LESSONS)
    feed.tell(progress(*passed), judged(verdicts(LAST, "solved")))
    expect(page.locator(".live-finish canvas")).to_be_visible()


def two_tabs(page: Page, feed: Feed, verdicts: Verdicts) -> None:
    passed(page, feed, verdicts)
    feed.tell(project("up", "up"))
    page.get_by_role("tab", name="Two tabs").click()
    expect(page.locator("#live-tab-a")).to_contain_text("Not connected")
    replay = verdicts(THREE, "solved")["replay"]["transcript"]
    way = {"type": "message", "lesson": ONE, "number": 1, "layer": "Redis"}
    send(feed, way | {"lines": replay, "missing": replay[-1:], "left_out": 3})
    expect(page.locator("#live-try .live-diagram")).to_be_visible()


STATES = (
    *(to_do, in_progress, needs_attention, passed, checking, going_on),
    *(not_up_to_date, away),
    *(playing, compared, predicted, with_history, with_hints, finished, two_tabs),
)
SEEN = [
    pytest.param(state, look, id=f"states/{state.__name__}-{look}")
    for state in STATES
    for look in LOOKS
]


@pytest.mark.in_sample(2)
@pytest.mark.parametrize(("state", "look"), SEEN)
def test_a_state_is_usable_at_every_width(
    state: Callable[[Page, Feed, Verdicts], None],
    look: str,
    open_page: Open,
    feed: Feed,
    verdicts: Verdicts,
) -> None:
    lesson = LAST if state is finished else ONE
    size = (WIDTHS[0], 900)
    page = open_page(f"lessons/{lesson}/", size, **LOOKS[look])
    feed.heard()  # It is connected.
    state(page, feed, verdicts)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(DRAWN)
        show = page.get_by_role("button", name="Show", exact=True)
        if show.is_visible():
            show.click()
        assert too_wide(page) == [], width
        if width in AXE:
            accessible(page, contrast=look != "forced")
    assert reached(page) == there(page)


def too_wide(page: Page) -> list[str]:
    """What is wider than the room that it has, the page or a part that scrolls down."""
    wide, window = widths(page)
    parts: list[str] = page.evaluate("""() =>
      [...document.querySelectorAll("#live, .live-body, .live-body > [role=tabpanel]")]
        .filter((part) => part.scrollWidth > part.clientWidth)
        .map((part) => `${part.className} ${part.scrollWidth} > ${part.clientWidth}`)
    """)
    return [*parts, *(["the page"] if wide > window else [])]


CONTROLS = """() => {
  const name = (at) => at.getAttribute("aria-label") || at.innerText || at.id;
  const all = document.querySelectorAll(
    "#live :is(a[href], button, input, summary, [tabindex='0'])"
  );
  return [...all].filter((at) => at.checkVisibility() && at.tabIndex >= 0).map(name);
}"""
FOCUSED = """() => {
  const at = document.activeElement;
  const name = at.getAttribute("aria-label") || at.innerText || at.id;
  return at.closest("#live") && name;
}"""


def there(page: Page) -> list[str]:
    """The names of what can be used in the live column, in their order."""
    found: list[str] = page.evaluate(CONTROLS)
    return found


def reached(page: Page) -> list[str]:
    """What the Tab key reaches in the live column, until it leaves."""
    page.locator("#live").focus()
    found: list[str] = []
    while True:
        page.keyboard.press("Tab")
        name = page.evaluate(FOCUSED)
        if name is None or len(found) > 100:
            return found
        found.append(name)
