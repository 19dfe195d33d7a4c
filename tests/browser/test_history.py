"""The history of a lesson on its page, and the end of the course."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from checks.course.lessons import Course
from tests.browser.live_feed import Event, Feed
from tests.browser.opened import NARROW, WIDE, Open, accessible, widths

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
    *("checks/live/*", "checks/verdict.py", "checks/starters/**/*"),
)
LESSONS = Course().lessons
ONE, LAST = LESSONS[0].slug, LESSONS[-1].slug
STATES = {"failed": "needs_attention", "to do": "to_do"}
VERSIONS = {"python": "3.11.7", "django": "5.2.19", "channels": "4.3.2"}


def history(*verdicts: str) -> Event:
    """A history of so many verdicts."""
    saves = [
        {
            "number": number,
            "at": "2026-11-26T12:00:00Z",
            "verdict": "passed" if verdict == "passed" else "failed",
            "state": STATES.get(verdict, verdict),
            "passed": {"passed": 10, "to do": 0}.get(verdict, 4),
            "checks": 10,
            "sentence": "" if verdict == "passed" else "expected more, but got less.",
        }
        for number, verdict in enumerate(verdicts, start=1)
    ]
    return {"type": "history", "lesson": ONE, "saves": 3, "verdicts": saves}


def answer(number: int, lines: list[str] | None) -> Event:
    """What was changed before a verdict."""
    return {"type": "difference", "number": number, "lines": lines}


@pytest.mark.in_sample(2)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_each_verdict_opens_with_what_was_changed(
    size: tuple[int, int], scheme: str, open_page: Open, feed: Feed
) -> None:
    feed.tell(history("failed", "passed", "failed", "failed"))
    page = open_page(size=size, color_scheme=scheme)
    if size == NARROW:
        page.get_by_role("button", name="Show", exact=True).click()
    part = page.locator(".live-history")
    expect(part).to_contain_text("It passed 2 saves ago.")
    buttons = part.get_by_role("button")
    expect(buttons).to_have_text(["✗ 4/10", "✓ 10/10", "✗ 4/10", "✗ 4/10"])
    feed.heard()
    buttons.nth(2).click()
    assert feed.heard()[1] == {"type": "difference", "number": 3}
    lines = ["--- a", "+++ a", "-    self.accept()", "+    <b>pass</b>"]
    feed.tell(answer(3, lines), remember=False)
    expect(part.locator("ins")).to_have_text("+    <b>pass</b>")
    expect(part.locator("del")).to_have_text("-    self.accept()")
    expect(part).to_contain_text("It expected more, but got less.")
    accessible(page, "#live")
    wide, window = widths(page)
    assert wide <= window
    buttons.nth(2).click()
    expect(part.locator("pre")).to_have_count(0)


def test_what_is_as_shipped_is_no_failure(open_page: Open, feed: Feed) -> None:
    feed.tell(history("to do", "failed"))
    saves = open_page().locator(".live-save")
    expect(saves).to_have_text(["○ 0/10", "✗ 4/10"])
    colours = [one.evaluate("e => getComputedStyle(e).color") for one in saves.all()]
    assert colours[0] != colours[1]


def test_the_first_verdict_has_no_save_before_it(open_page: Open, feed: Feed) -> None:
    feed.tell(history("failed"))
    page = open_page()
    page.get_by_role("button", name="Save 1").press("Enter")
    feed.tell(answer(1, None), remember=False)
    expect(page.locator(".live-change")).to_contain_text("no save came before it")


# The end of the course ----------------------------------------------------------------


def passes(lesson: str) -> Event:
    """A verdict on a lesson that passes, with one piece of advice."""
    advice = {"expected": "a", "got": "b", "where": None, "mistake": None, "cure": "c"}
    verdict = {
        "verdict": "passed",
        "cause": None,
        "started_at": "2026-11-26T12:00:00Z",
        "seconds": 1.0,
        "broker": None,
        "versions": VERSIONS,
        "checks": [],
        "advice": [advice],
        "replay": None,
    }
    return {"type": "verdict", "lesson": lesson, "run": 1, "verdict": verdict}


def progress(*verdicts: str | None) -> Event:
    """How far somebody has come, four saves for each lesson."""
    lessons: list[dict[str, Any]] = [
        {"slug": it.slug, "step": it.step, "title": it.title}
        | {
            "state": verdict or "to_do",
            "passed": 1,
            "checks": 1,
            "saves": verdict and 4,
        }
        for it, verdict in zip(LESSONS, verdicts, strict=True)
    ]
    return {"type": "progress", "lessons": lessons}


def words(page: Page) -> str:
    """What a lesson that passes says."""
    return page.locator(".live-passed").inner_text()


def test_the_next_lesson_comes_before_the_advice(open_page: Open, feed: Feed) -> None:
    feed.tell(passes(ONE))
    page = open_page()
    expect(page.locator(".live-advice")).to_be_visible()
    assert words(page).index("lesson 2") < words(page).index("Advice")


def test_the_end_names_what_was_proved_and_draws_a_card(
    open_page: Open, feed: Feed
) -> None:
    feed.tell(passes(LAST), progress(*("passed" for _ in LESSONS)))
    page = open_page(f"lessons/{LAST}/")
    end = page.locator(".live-finish")
    expect(end).to_contain_text("You have finished the course")
    for lesson in LESSONS:
        expect(end).to_contain_text(lesson.proved)
    many = len(LESSONS)
    expect(end).to_contain_text(f"It took {4 * many} saves in {many} lessons.")
    accessible(page, "#live")
    with page.expect_download() as download:
        end.get_by_role("button", name="Save the card as PNG").click()
    assert download.value.suggested_filename == "channels-step-by-step.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_who_left_a_lesson_out_has_not_finished(open_page: Open, feed: Feed) -> None:
    come = ["passed", None, *("passed" for _ in LESSONS[2:])]
    feed.tell(progress(*come), passes(LAST))
    page = open_page(f"lessons/{LAST}/")
    end = page.locator(".live-finish")
    expect(end).to_contain_text("That was the last lesson")
    expect(end.locator("li")).to_have_count(len(LESSONS) - 1)
    expect(end.locator("canvas")).to_have_count(0)
