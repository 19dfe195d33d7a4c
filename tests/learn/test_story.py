"""A newcomer goes through the course: real files, a real `make learn`, a real browser.

What each part shows in each state is asked in `tests/browser`; here it is asked whether
all parts, together, lead somebody from the front page to the end.
"""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from checks.course import fences
from checks.course.lessons import Course
from tests.browser.opened import launch
from tests.learn.learning import Learning
from tests.machine import until

ONE, TWO, THREE = "01_consumer", "02_routing", "03_channel_layer"
CONSUMERS, SETTINGS = "chat/consumers.py", "mysite/settings.py"
REDIS = "channels_redis.core.RedisChannelLayer"
IN_MEMORY = "channels.layers.InMemoryChannelLayer"
PATIENT = 90_000
"""Milliseconds after which what has not come does not come."""
HEIGHTS = """
globalThis.heights = new Set();
(function look() {
  const column = document.querySelector("#live");
  const isChecked = column && !["stale", "away"].includes(column.dataset.state);
  const tabs = isChecked && column.querySelector(".live-tabs");
  if (tabs) heights.add(tabs.getBoundingClientRect().top);
  requestAnimationFrame(look);
})();
"""
"""Notes where the tabs of the column stand: whoever presses one must not miss it."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests of this module."""
    expect.set_options(timeout=PATIENT)
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a browser, in which nothing may go wrong unsaid."""
    said: list[str] = []
    hosts: set[str] = set()
    with browser.new_page() as page:
        page.set_default_timeout(PATIENT)
        page.add_init_script(HEIGHTS)
        page.on("console", lambda told: said.append(f"{told.type}: {told.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: hosts.add(host(request.url)))
        page.on("websocket", lambda socket: hosts.add(host(socket.url)))
        yield page
    ours = [words for words in said if "WebSocket connection to" not in words]
    assert [words for words in ours if words.startswith("error")] == []
    assert hosts == {"localhost"}


def host(address: str) -> str:
    """The host in an address."""
    return re.split("[/:]+", address)[1]


def save(file: Path, text: str) -> None:
    """Save a file as many editors do: write another, and put it in its place."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(text)
    new.replace(file)


def solve(learning: Learning, lesson: str, file: str, *tasks: int) -> None:
    """Do some tasks in a file, as the course would."""
    text = learning.file(file, lesson).read_text()
    answers = (learning.course / "solutions" / lesson / file).read_text()
    bodies = {region.name: region.body for region in fences.regions(text)}
    solved = {r.name: r.body for r in fences.regions(answers) if r.task in tasks}
    save(learning.file(file, lesson), fences.with_bodies(text, bodies | solved))


def line(page: Page) -> Locator:
    """The line of state."""
    return page.locator(".live-line")


def choose(page: Page, name: str) -> None:
    """Press a tab of the column."""
    tab = page.get_by_role("tab", name=name)
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")


def panels(page: Page) -> tuple[Locator, Locator]:
    """The panels of tab A and tab B."""
    choose(page, "Two tabs")
    return page.locator("#live-tab-a"), page.locator("#live-tab-b")


def say(tab: Locator, words: str) -> None:
    """Type words into the box of a tab, and press Enter."""
    expect(tab).to_contain_text("Connected.")
    tab.get_by_role("textbox").fill(words)
    tab.get_by_role("textbox").press("Enter")


def reaches(tab: Locator, other: Locator, words: str) -> bool:
    """Say words in a tab; whether another receives them, which may be restarting."""
    say(tab, words)
    try:
        expect(received(other).last).to_have_text(frame(words), timeout=2000)
    except AssertionError:
        return False
    return True


def received(tab: Locator) -> Locator:
    """The frames that a tab has received."""
    return tab.locator("[data-kind=received] .live-frame")


def frame(words: str) -> str:
    return f'{{"message": "{words}"}}'


def test_a_newcomer_comes_from_the_front_page_to_the_end(
    learning: Learning, page: Page
) -> None:
    learning.prints("The lessons +http")
    page.goto(f"http://localhost:{learning.site}/")
    page.get_by_role("link", name=re.compile("lesson 1$")).click()
    lesson_one(learning, page)
    choose(page, "Checks")
    go_on(page, "2")
    lesson_two(learning, page)
    go_on(page, "3")
    lesson_three(learning, page)
    marks = page.get_by_role("list", name="Lessons").get_by_role("link")
    for at, mark in enumerate(("1 ✓", "2 ✓", "3 ✓")):
        expect(marks.nth(at)).to_have_text(mark)
    choose(page, "Checks")
    after = Course().after(Course().lesson("3"))
    told = f"Next comes lesson {after.step}" if after else "That was the last lesson."
    expect(page.locator(".live-passed")).to_contain_text(told)


def go_on(page: Page, step: str) -> None:
    """Follow the link to the next lesson."""
    expect(page.locator(".live-result")).to_contain_text(f"Next comes lesson {step}")
    page.get_by_role("link", name=re.compile(f"^Next comes lesson {step}")).click()


def lesson_one(learning: Learning, page: Page) -> None:
    expect(line(page)).to_have_text(re.compile("to do task 1; 0 of 10 checks"))
    chat = page.locator('article a[href*="/chat/lobby/"]').first
    mine = f"http://localhost:{learning.project}/chat/lobby/"
    expect(chat).to_have_attribute("href", mine)
    told = "expected the server to accept the WebSocket of a tab"
    expect(page.locator(".live-result")).to_contain_text(told)
    page.get_by_role("button", name="Hint for task 1").click()
    expect(page.locator("#live")).to_contain_text("Hint 1")
    solve(learning, ONE, CONSUMERS, 1)
    expect(line(page)).to_have_text(
        re.compile("in progress task 2; 4 of 10 checks passed")
    )
    solve(learning, ONE, CONSUMERS, 2)
    expect(line(page)).to_have_text(re.compile("passed 10 of 10 checks"))
    tab_a, tab_b = panels(page)
    say(tab_a, "hello")
    expect(received(tab_a)).to_have_text(frame("hello"))
    say(tab_b, "nobody else")
    expect(received(tab_b)).to_have_text(frame("nobody else"))


def lesson_two(learning: Learning, page: Page) -> None:
    expect(line(page)).to_have_text(re.compile("to do task 1; 0 of 13 checks"))
    solve(learning, TWO, "chat/routing.py", 1)
    expect(line(page)).to_have_text(re.compile("in progress task 2"))
    right = learning.file("mysite/asgi.py", TWO).read_text()
    save(learning.file("mysite/asgi.py", TWO), right + "\nx = (\n")
    expect(page.locator(".live-result")).to_contain_text("'(' was never closed")
    tab_a, _ = panels(page)
    expect(tab_a).to_contain_text("Your project does not run.")
    save(learning.file("mysite/asgi.py", TWO), right)
    solve(learning, TWO, "mysite/asgi.py", 2)
    choose(page, "Checks")
    expect(line(page)).to_have_text(re.compile("passed 13 of 13 checks"))
    assert len(page.evaluate("[...heights]")) == 1


def lesson_three(learning: Learning, page: Page) -> None:
    expect(line(page)).to_have_text(re.compile("to do task 1"))
    solve(learning, THREE, SETTINGS, 1)
    expect(line(page)).to_have_text(re.compile("in progress task 2"))
    solve(learning, THREE, CONSUMERS, 2, 3)
    expect(line(page)).to_have_text(re.compile("passed 14 of 14 checks"))
    tab_a, tab_b = panels(page)
    expect(tab_b).to_contain_text("Connected.")
    say(tab_a, "one server")
    expect(received(tab_b)).to_have_text(frame("one server"))
    settings = learning.file(SETTINGS, THREE)
    right = settings.read_text()
    save(settings, right.replace(REDIS, IN_MEMORY).replace('"CONFIG"', '"TEST_CONFIG"'))
    expect(line(page)).to_have_text(re.compile("needs attention task 1"))
    page.get_by_role("switch", name="Tab B on a second server").check()
    expect(tab_b).to_contain_text("connected to server 2")
    say(tab_a, "two servers, two memories")
    expect(received(tab_a).last).to_have_text(frame("two servers, two memories"))
    way = page.locator(".live-panels .live-transcript")
    expect(way.locator("[data-kind=missing]").first).to_be_visible()
    expect(way.locator(".live-now")).to_contain_text("tab B receives nothing")
    say(tab_b, "later")
    expect(received(tab_b).last).to_have_text(frame("later"))
    assert frame("two servers, two memories") not in received(tab_b).all_inner_texts()
    save(settings, right)
    expect(line(page)).to_have_text(re.compile("passed 14 of 14 checks"))
    assert until(lambda: reaches(tab_a, tab_b, "two servers, one Redis"))
    expect(way.locator(".live-step")).to_have_count(6)
    lanes = ["tab A", "server 1", "Redis", "server 2", "tab B"]
    expect(way.locator(".live-life text")).to_have_text(lanes)
    expect(way.locator(".live-source mark")).to_contain_text("self.send(")


def test_the_page_says_who_is_away_and_comes_back(
    learning: Learning, page: Page
) -> None:
    learning.prints("The lessons +http")
    page.goto(f"http://localhost:{learning.site}/lessons/{ONE}/")
    expect(line(page)).to_contain_text("to do")
    (live,) = [pid for pid, it in learning.processes().items() if "daphne" in it]
    os.kill(live, signal.SIGSTOP)
    os.kill(live, signal.SIGKILL)
    expect(line(page)).to_contain_text("No connection to the live results")
    expect(line(page)).to_contain_text("to do")
    learning.solve()
    expect(line(page)).to_contain_text("passed 10 of 10")


def test_the_end_of_make_learn_is_shown(learning: Learning, page: Page) -> None:
    """The last test: it ends what the others have used."""
    learning.prints("The lessons +http")
    page.goto(f"http://localhost:{learning.site}/lessons/{ONE}/")
    expect(line(page)).to_contain_text("to do")
    learning.end()
    expect(line(page)).to_contain_text("make learn has ended.")
    assert until(lambda: learning.processes() == {})
