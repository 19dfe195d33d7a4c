"""The page of a lesson whose learner has joined the wall of a classroom."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.opened import Open, accessible, widths
from tests.learn.learning import Learning, copy_with_the_lessons
from tests.wall.server import served

from .live_feed import Event, Feed

SHOWN = "your name and your lesson"


def wall(state: str, *, asked: bool = False, why: str = "") -> Event:
    """What has become of the wall, as `make learn` sends it."""
    facts: dict[str, Any] = {"name": "<b>Ada", "shown": SHOWN, "why": why}
    return {"type": "wall", "state": state, "help": asked, **facts}


def next_frame(feed: Feed) -> Event:
    """The next frame of the page that is about the wall."""
    while (frame := feed.heard()[1])["type"] != "wall":
        pass
    return frame


def test_without_a_wall_there_is_nothing_of_it(open_page: Open, feed: Feed) -> None:
    page = open_page()
    feed.tell({"type": "chosen", "lesson": "01_consumer"})
    expect(page.get_by_role("region", name="The wall")).to_be_hidden()
    expect(page.get_by_role("button", name="Ask for help")).to_be_hidden()


def test_help_is_asked_for_and_taken_back_with_the_keyboard(
    open_page: Open, feed: Feed
) -> None:
    page = open_page()
    feed.tell(wall("joined"))
    expect(page.get_by_text("You are on the wall as <b>Ada.")).to_be_visible()
    page.get_by_role("button", name="Ask for help").press("Enter")
    assert next_frame(feed) == {"type": "wall", "ask": "help"}
    feed.tell(wall("joined", asked=True))
    expect(page.get_by_text("Your teacher sees that you ask for help.")).to_be_visible()
    button = page.get_by_role("button", name="I need no help any more")
    expect(button).to_be_focused()
    button.press("Enter")
    assert next_frame(feed) == {"type": "wall", "ask": "no_help"}


def test_it_says_what_is_sent_and_leaving_is_one_button(
    open_page: Open, feed: Feed
) -> None:
    page = open_page()
    feed.tell(wall("joined"))
    page.get_by_text("What the wall shows").click()
    sent = f"It shows {SHOWN}. It never gets your code."
    expect(page.get_by_text(sent)).to_be_visible()
    page.get_by_role("button", name="Leave the wall").press("Enter")
    assert next_frame(feed) == {"type": "wall", "ask": "leave"}
    feed.tell(wall("left"))
    expect(page.get_by_text("You have left the wall.")).to_be_focused()
    expect(page.get_by_role("button", name="Ask for help")).to_be_hidden()


def test_a_wall_that_is_away_is_said_and_help_can_still_be_asked_for(
    open_page: Open, feed: Feed
) -> None:
    page = open_page()
    feed.tell(wall("away", why="cannot be reached"))
    words = "The wall cannot be reached; trying again."
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="Ask for help")).to_be_visible()
    feed.tell(wall("refused", why="has expired. Ask for a new address"))
    expect(page.get_by_text("The wall has expired. Ask for")).to_be_visible()
    expect(page.get_by_role("button", name="Ask for help")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(
    open_page: Open, feed: Feed, scheme: str, width: int
) -> None:
    page = open_page(size=(width, 800), color_scheme=scheme)
    feed.tell(wall("joined", asked=True))
    if width < 1000:
        page.get_by_role("button", name="Show").click()
    page.get_by_text("What the wall shows").click()
    accessible(page, "#live")
    wide, window = widths(page)
    assert wide <= window


def test_a_real_learner_asks_the_teacher_on_a_real_wall(
    browser: Browser, tmp_path: Path
) -> None:
    """Two pages: that of the learner's lesson, and the teacher's wall."""
    course = copy_with_the_lessons(tmp_path / "course")
    with (
        served(tmp_path) as server,
        browser.new_context() as context,
        contextlib.ExitStack() as stack,
    ):
        typed = ("--wall", server.wall.address, "--name", "Ada")
        learning = Learning(course, typed=typed)
        stack.callback(learning.end)
        learning.prints("The lessons +http")
        teacher, lesson = context.new_page(), context.new_page()
        teacher.goto(server.wall.page)
        lesson.goto(f"http://localhost:{learning.site}/lessons/01_consumer/")
        lesson.get_by_role("button", name="Ask for help").click()
        row = teacher.locator("#help li")
        expect(row).to_contain_text("Ada lesson 1")
        row.get_by_role("button", name="Helped Ada").click()
        expect(lesson.get_by_role("button", name="Ask for help")).to_be_visible()
        learning.solve()
        tile = teacher.locator("#tiles li")
        expect(tile).to_contain_text("Lesson 1, 10 of 10 checks")
        stack.close()
        expect(tile).to_have_count(0)
        assert learning.processes() == {}
