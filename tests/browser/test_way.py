"""The way of a message, step by step, on the page of a lesson."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_feed import Event, Feed
from tests.browser.opened import NARROW, WIDE, Open, accessible, widths

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
    *("checks/observe/*", "checks/run/*", "checks/verdict.py", "checks/starters/**/*"),
)
ONE, THREE = "01_consumer", "03_channel_layer"
CHECKED = {
    "one": (ONE, "solved"),
    "three": (THREE, "solved"),
    "wrong": (THREE, "group_send_without_type"),
}
"""What the checker says of lessons that are solved, and of one that is not."""


@pytest.fixture
def show(
    open_page: Open, feed: Feed, verdicts: Callable[..., dict[str, Any]]
) -> Callable[..., Page]:
    """`show(name, …)` opens the page of a lesson, with a verdict on it."""

    def show(name: str, size: tuple[int, int] = WIDE, **options: Any) -> Page:
        slug, submission = CHECKED[name]
        verdict = verdicts(slug, submission)
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
        re.compile(r"10 of 14 at \d+ ms: server( \d)? calls group_send")
    )
    expect(code.locator("mark")).to_contain_text("self.channel_layer.group_send")
    expect(code.locator("pre > *")).to_have_count(3)
    expect(slider).to_have_attribute(
        "aria-valuetext",
        re.compile(r"server( \d)? calls group_send .*, chat/consumers.py, line \d+"),
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


@pytest.mark.in_sample(1)
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


# What is typed in Two tabs ------------------------------------------------------------

PAGE = """
async () => (await import(new URL("../../live/tab.js", location.href))).PAGE
"""
"""How a page marks its tabs."""
CODE = ("    def receive(self, text_data):", "        self.send(text_data)", "")
HELLO = '{"message":"hello"}'


def moment(
    actor: str, does: str, what: str = "", peer: str | None = None, at: float = 0
) -> dict[str, Any]:
    """A line of a transcript, with a line of code where a tab receives."""
    kind = actor.partition("-")[0]
    where = {"file": "chat/consumers.py", "line": 9} if does == "receives" else None
    line = {"at": at, "actor": {"id": actor, "kind": kind}, "does": does, "what": what}
    return line | {"peer": peer, "where": where, "code": CODE if where else ()}


def message(
    *lines: dict[str, Any], number: int = 1, missing: Any = (), **facts: Any
) -> Event:
    """How far a message has come."""
    event = {"type": "message", "lesson": THREE, "number": number, "layer": "Redis"}
    return event | {"lines": lines, "missing": missing, "left_out": 0} | facts


@pytest.fixture
def follow(open_page: Open, feed: Feed) -> Callable[..., tuple[Page, str]]:
    """`follow(size, …)` opens Two tabs; also returns how the page marks its tabs."""

    def follow(size: tuple[int, int] = WIDE, **options: Any) -> tuple[Page, str]:
        page = open_page(f"lessons/{THREE}/", size, **options)
        feed.heard()
        if size == NARROW:
            page.get_by_role("button", name="Show", exact=True).click()
        page.get_by_role("tab", name="Two tabs").click()
        return page, page.evaluate(PAGE)

    return follow


def test_what_is_typed_is_followed_through_the_servers(
    follow: Callable[..., tuple[Page, str]], feed: Feed
) -> None:
    page, mine = follow()
    panels = page.locator(".live-panels")
    expect(panels).to_contain_text("its way through your project is shown here")
    sends = moment(f"tab-a.{mine}", "sends", HELLO, "server-1")
    group_send = moment("layer", "group_send", "'chat_lobby', {…}", "server-1", 0.001)
    feed.tell(message(sends, group_send), remember=False)
    now = panels.locator(".live-now")
    expect(now).to_contain_text("2 of 2 at 1 ms: server 1 calls group_send")
    receives = moment(f"tab-b.{mine}", "receives", HELLO, "server-2", 0.002)
    feed.tell(message(sends, group_send, receives), remember=False)
    expect(now).to_contain_text(f"3 of 3 at 2 ms: tab B receives {HELLO}")
    texts = panels.locator(".live-life text").all_text_contents()
    assert texts == ["tab A", "server 1", "Redis", "server 2", "tab B"]
    expect(panels.locator(".live-source mark")).to_contain_text("self.send(text_data)")
    accessible(page, "#live")


def test_who_looks_at_a_step_stays_there_until_the_next_message(
    follow: Callable[..., tuple[Page, str]], feed: Feed
) -> None:
    page, mine = follow()
    sends = moment(f"tab-a.{mine}", "sends", HELLO, "server-1")
    receives = moment(f"tab-a.{mine}", "receives", HELLO, "server-1", 0.001)
    feed.tell(message(sends, receives), remember=False)
    now = page.locator(".live-panels .live-now")
    page.get_by_role("slider", name="Step").press("Home")
    expect(now).to_contain_text("1 of 2")
    feed.tell(message(sends, receives, receives), remember=False)
    expect(now).to_contain_text("1 of 3")
    feed.tell(message(sends, receives, number=2), remember=False)
    expect(now).to_contain_text("2 of 2")


@pytest.mark.in_sample(1)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_memory_it_stops_at_the_first_process_and_the_list_says_so(
    scheme: str, follow: Callable[..., tuple[Page, str]], feed: Feed
) -> None:
    page, mine = follow(NARROW, color_scheme=scheme)
    sends = moment(f"tab-a.{mine}", "sends", HELLO, "server-1")
    group_send = moment("server-1", "group_send", "in its own memory: 'chat_lobby'")
    nothing = [
        moment("layer", "receives nothing", at=1),
        moment("server-2", "receives nothing", peer="layer", at=1),
        moment(f"tab-b.{mine}", "receives nothing", peer="server-2", at=1),
    ]
    event = message(sends, group_send, missing=nothing, layer="memory", left_out=2)
    feed.tell(event, remember=False)
    panels = page.locator(".live-panels")
    texts = panels.locator(".live-life text")
    expect(texts).to_have_text(["tab A", "server 1", "Redis", "server 2", "tab B"])
    expect(panels.locator("[data-kind=missing] .live-shaft")).to_have_count(2)
    panels.get_by_role("tab", name="List").click()
    rows = panels.locator(".live-lines li").all_inner_texts()
    said = [" ".join(row.split()) for row in rows]
    assert said[2:] == [
        "… 2 lines left out",
        "✗ 1000 Redis receives nothing",
        "✗ 1000 server 2 receives nothing",
        "✗ 1000 tab B receives nothing",
    ]
    accessible(page, "#live")
    wide, window = widths(page)
    assert wide <= window


def test_tabs_of_other_pages_have_other_letters(
    follow: Callable[..., tuple[Page, str]], feed: Feed
) -> None:
    page, mine = follow()
    sends = moment("tab-a.another", "sends", HELLO, "server-1")
    receives = moment(f"tab-a.{mine}", "receives", HELLO, "server-1", 0.001)
    other = moment("tab-2.7", "receives", HELLO, "server-2", 0.001)
    feed.tell(message(sends, receives, other), remember=False)
    panels = page.locator(".live-panels")
    expect(panels).to_contain_text("Tab C, and further ones, are other pages")
    names = panels.locator(".live-life text").all_text_contents()
    assert set(names) == {"tab A", "tab C", "tab D", "server 1", "server 2"}
