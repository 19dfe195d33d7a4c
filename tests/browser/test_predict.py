"""Questions in the text of a lesson, which the next run answers."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_feed import Event, Feed
from tests.browser.opened import NARROW, Open, accessible, widths

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
    "checks/starters/**/*",
)
ONE = "01_consumer"
ANSWER = {
    "prediction": "two_tabs",
    "outcome": "sender",
    "saw": "only tab A received it",
    "because": "its consumer sent the answer to its own tab only",
}


def judged(*answers: dict[str, str]) -> Event:
    """A verdict on a lesson that passes, with answers."""
    verdict: dict[str, Any] = {
        "verdict": "passed",
        "cause": None,
        "started_at": "2026-11-26T12:00:00Z",
        "seconds": 1.0,
        "checks": [],
        "advice": [],
        "answers": answers,
    }
    return {"type": "verdict", "lesson": ONE, "run": 1, "verdict": verdict}


def predict(page: Page, option: str) -> None:
    """Say that this will happen."""
    place = page.locator("[data-predict=two_tabs]")
    place.get_by_role("radio", name=option, exact=True).check()
    place.get_by_role("button", name="Predict").press("Enter")


@pytest.mark.in_sample(1)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_next_run_answers_what_was_predicted(
    scheme: str, open_page: Open, feed: Feed
) -> None:
    page = open_page(size=NARROW, color_scheme=scheme)
    place = page.locator("[data-predict=two_tabs]")
    expect(place.get_by_role("group")).to_have_accessible_name(
        "Two tabs are connected, and tab A sends a message. Who receives it?"
    )
    accessible(page, "[data-predict=two_tabs]")
    predict(page, "both")
    expect(place.get_by_role("status")).to_be_focused()
    expect(place.get_by_role("button", name="Predict")).to_be_hidden()
    names = place.locator("label")
    expect(names).to_have_text(["tab A", "tab B", "both", "nobody"])
    expect(place).to_contain_text("The next run that comes that far answers.")
    feed.tell(judged(ANSWER))
    said = (
        "You said: both. Not quite: only tab A received it, because its consumer sent"
    )
    expect(place.get_by_role("status")).to_contain_text(said)
    accessible(page, "[data-predict=two_tabs]")
    feed.tell(judged(ANSWER | {"outcome": "all", "saw": "all received it"}))
    page.reload()
    expect(place.get_by_role("status")).to_contain_text(said)
    expect(place.get_by_role("radio", name="both")).to_be_checked()
    wide, window = widths(page)
    assert wide <= window


def test_who_was_right_reads_so(open_page: Open, feed: Feed) -> None:
    page = open_page()
    place = page.locator("[data-predict=two_tabs]")
    predict(page, "tab A")
    feed.tell(judged())
    expect(page.locator(".live-passed")).to_be_visible()
    expect(place).to_contain_text("The next run that comes that far answers.")
    feed.tell(judged(ANSWER))
    right = "You said: tab A. Right: only tab A received it"
    expect(place).to_contain_text(right)


def test_a_question_can_be_skipped(open_page: Open) -> None:
    page = open_page()
    place = page.locator("[data-predict=two_tabs]")
    place.get_by_role("button", name="Predict").click()
    expect(place).to_contain_text("Choose one first.")
    place.get_by_role("button", name="Skip").click()
    expect(place).to_be_hidden()


def test_without_javascript_the_question_is_text(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    asked = page.locator("[data-predict=two_tabs]")
    expect(asked).to_contain_text("Who receives it? (tab A, tab B, both or nobody)")
