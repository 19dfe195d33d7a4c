"""The way of a message, step by step, on the page of a lesson."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from checks.author import projects
from checks.course.lessons import ROOT
from tests.browser.live_feed import Feed
from tests.browser.opened import NARROW, WIDE, Open, accessible, widths
from tests.conftest import Check

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
    *("checks/observe/*", "checks/run/*", "checks/verdict.py", "checks/starters/**/*"),
)
ONE, THREE = "01_consumer", "03_channel_layer"
SUBMISSION = "wrong/group_send_without_type"


@pytest.fixture(scope="module")
def verdicts(
    check: Check, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """What the checker says of lessons that are solved, and of one that is not."""
    folder, found = tmp_path_factory.mktemp("projects"), {}
    wrong = ROOT / "tests/submissions" / THREE / SUBMISSION
    for name, slug, submission in (
        ("one", ONE, None),
        ("three", THREE, None),
        ("wrong", THREE, wrong),
    ):
        project = projects.build(
            slug, folder / name, solved=True, submission=submission
        )
        found[name] = check(slug[:2], project).verdict
    return found


@pytest.fixture
def show(
    open_page: Open, feed: Feed, verdicts: dict[str, dict[str, Any]]
) -> Callable[..., Page]:
    """`show(name, …)` opens the page of a lesson, with a verdict on it."""

    def show(name: str, size: tuple[int, int] = WIDE, **options: Any) -> Page:
        verdict = verdicts[name]
        slug = verdict["lesson"]
        event = {"type": "verdict", "lesson": slug, "run": 1, "verdict": verdict}
        feed.tell(event)
        page = open_page(f"lessons/{slug}/", size, **options)
        if size == NARROW:
            page.get_by_role("button", name="Show", exact=True).click()
        expect(page.locator(".live-player")).to_be_visible()
        return page

    return show


def press(page: Page, name: str) -> None:
    """Press a button of the player."""
    page.locator(".live-player").get_by_role("button", name=name).click()


def test_a_message_goes_from_tab_to_tab_through_two_processes(
    show: Callable[..., Page],
) -> None:
    page = show("three")
    texts = page.locator(".live-life text").all_text_contents()
    assert texts == ["tab A", "server 1", "Redis", "server 2", "tab B"]
    slider = page.get_by_role("slider", name="Step")
    expect(slider).to_have_value("14")
    now = page.locator(".live-now")
    expect(now).to_contain_text(re.compile(r"14 of 14 at \d+ ms: tab [AB] receives"))
    accessible(page, "#live")


def test_each_step_shows_the_line_of_code_behind_it(show: Callable[..., Page]) -> None:
    page = show("three")
    slider = page.get_by_role("slider", name="Step")
    slider.focus()
    slider.press("Home")
    code = page.locator(".live-source")
    expect(code.locator("mark")).to_contain_text("def connect(self):")
    for _ in range(9):
        slider.press("ArrowRight")
    expect(page.locator(".live-now")).to_contain_text(
        re.compile(r"10 of 14 at \d+ ms: layer group_send")
    )
    expect(code.locator("mark")).to_contain_text("self.channel_layer.group_send")
    expect(code.locator("pre > *")).to_have_count(3)
    expect(slider).to_have_attribute(
        "aria-valuetext",
        re.compile(r"layer group_send .*, chat/consumers.py, line \d+"),
    )
    later = page.locator(".live-step[data-when=later]")
    expect(later).to_have_count(4)


def test_buttons_and_arrow_keys_step_and_stop_at_the_ends(
    show: Callable[..., Page],
) -> None:
    page = show("one")
    now = page.locator(".live-now")
    forward = page.get_by_role("button", name="Step forward")
    forward.press("Enter")
    expect(forward).to_have_attribute("aria-disabled", "true")
    expect(now).to_contain_text("5 of 5")
    press(page, "Step back")
    expect(now).to_contain_text(re.compile(r"4 of 5 at \d+ ms: tab A sends"))
    page.keyboard.press("ArrowLeft")
    expect(now).to_contain_text("3 of 5")


def test_it_plays_from_the_beginning_and_can_be_paused(
    show: Callable[..., Page],
) -> None:
    page = show("one", stopped=True)
    now = page.locator(".live-now")
    press(page, "Play")
    expect(now).to_contain_text("1 of 5")
    page.clock.run_for(2500)
    expect(now).to_contain_text("3 of 5")
    press(page, "Pause")
    page.clock.run_for(5000)
    expect(now).to_contain_text("3 of 5")
    press(page, "Play")
    page.clock.run_for(5000)
    expect(now).to_contain_text("5 of 5")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_who_wants_calm(
    motion: str, show: Callable[..., Page]
) -> None:
    page = show("one", reduced_motion=motion)
    press(page, "Step back")
    expect(page.locator(".live-now")).to_contain_text("4 of 5")
    expect(page.locator(".live-dot")).to_have_count(0 if motion == "reduce" else 1)


def test_a_failure_is_shown_in_the_same_view_and_ends_where_it_stopped(
    show: Callable[..., Page],
) -> None:
    page = show("wrong")
    now = page.locator(".live-now")
    expect(now).to_contain_text("does not")
    assert page.locator("[data-when=now]").get_attribute("data-kind") == "missing"
    expect(page.locator(".live-source")).to_be_empty()
    page.get_by_role("slider", name="Step").press("Home")
    expect(page.locator(".live-source mark")).to_contain_text("def connect(self):")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_says_the_same_and_is_usable_on_a_phone(
    scheme: str, show: Callable[..., Page]
) -> None:
    page = show("three", NARROW, color_scheme=scheme, reduced_motion="reduce")
    page.get_by_role("tab", name="List").click()
    steps = page.locator(".live-lines li")
    expect(steps).to_have_count(14)
    press(page, "Step back")
    current = page.locator(".live-lines [aria-current=step]")
    expect(current).to_have_count(1)
    page.get_by_role("slider", name="Step").press("Home")
    expect(current).to_contain_text("tab A opens /ws/chat/room")
    expect(current).to_contain_text("chat/consumers.py, line")
    accessible(page, "#live")
    wide, window = widths(page)
    assert wide <= window
