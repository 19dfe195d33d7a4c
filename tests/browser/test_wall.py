"""The teacher's page of the wall, in a real browser on a real wall."""

import contextlib
import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.sync.client import ClientConnection, connect

from checks.course.lessons import ROOT
from tests.browser.opened import Heard, accessible, new_page, widths
from tests.conftest import environment
from tests.machine import TIMEOUT
from tests.wall.server import Server, served

MARKUP = "<img src=x onerror=alert(1)>"
MISTAKES = ("non_json_frame_kills_socket", "receive_binary_not_handled")
STUCK = {"state": "needs_attention", "task": 2, "passed": 4, "checks": 10}


class Learner:
    """Somebody who has joined."""

    def __init__(self, server: Server, name: str, socket: ClientConnection) -> None:
        self.socket = socket
        who = {"learner": secrets.token_hex(8), "name": name}
        self.sends("join", token=server.wall.token, **who)
        assert json.loads(socket.recv()) == {"type": "joined"}

    def sends(self, kind: str, **facts: Any) -> None:
        """Send a frame."""
        self.socket.send(json.dumps({"type": kind, **facts}))

    def moves(self, lesson: int, mistake: str | None, seconds: int = 0) -> None:
        """Be at a mistake of a lesson, or have passed it."""
        where = STUCK if mistake else {**STUCK, "state": "passed", "passed": 10}
        facts = {"lesson": lesson, "mistake": mistake, "seconds": seconds}
        self.sends("position", **where | facts)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A wall of this test's own."""
    with served(tmp_path) as server:
        yield server


@pytest.fixture
def joins(server: Server) -> Iterator[Callable[[str], Learner]]:
    """`joins(name)` is a learner who has joined."""
    with contextlib.ExitStack() as stack:

        def join(name: str) -> Learner:
            uri = f"ws://127.0.0.1:{server.wall.port}/join/"
            return Learner(server, name, stack.enter_context(connect(uri, proxy=None)))

        yield join


@pytest.fixture
def show(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """`show(**context)` opens the teacher's page."""
    heard = Heard()
    with contextlib.ExitStack() as stack:

        def show(address: str = server.wall.page, **options: Any) -> Page:
            page = new_page(browser, stack, options, stopped=False)
            heard.listen(page, stack)
            page.goto(address)
            return page

        yield show
    heard.check()


def tile(page: Page, name: str) -> Any:
    """The tile of a learner."""
    return page.locator("#tiles li").filter(has_text=name)


def test_a_tile_is_there_for_each_learner_and_follows_them(
    joins: Callable[[str], Learner], show: Callable[..., Page]
) -> None:
    page = show()
    expect(page.get_by_role("heading", name="0 learners")).to_be_visible()
    ada, ben = joins("Ada"), joins("Ben")
    ada.moves(1, MISTAKES[0], 185)
    expect(tile(page, "Ada")).to_contain_text("Lesson 1, 4 of 10 checks")
    expect(tile(page, "Ada")).to_contain_text("A frame that is not JSON ends")
    expect(tile(page, "Ada")).to_contain_text("for 3 min")
    ben.moves(1, None)
    expect(tile(page, "Ben")).to_contain_text("passed")
    expect(page.get_by_role("heading", name="2 learners")).to_be_visible()
    ben.socket.close()
    expect(tile(page, "Ben")).to_contain_text("away for under 1 min")
    expect(page.get_by_role("heading", name="1 learner, and 1 away")).to_be_visible()
    ada.sends("leave")
    expect(tile(page, "Ada")).to_have_count(0)


def test_the_commonest_mistake_is_the_largest_text(
    joins: Callable[[str], Learner], show: Callable[..., Page]
) -> None:
    page = show(viewport={"width": 1920, "height": 1080})
    learners = [joins(name) for name in ("Ada", "Ben", "Cleo")]
    for learner, number in zip(learners, (1, 1, 0), strict=True):
        learner.moves(2, MISTAKES[number])
    mistake = page.locator("#mistake")
    expect(mistake).to_have_text("A binary frame ends the connection")
    expect(page.get_by_text("2 learners, lesson 2")).to_be_visible()
    assert mistake.evaluate("(it) => parseFloat(getComputedStyle(it).fontSize)") >= 70
    for learner in learners:
        learner.moves(2, None)
    expect(mistake).to_have_text("None")


def test_who_asks_for_help_is_listed_until_the_teacher_has_helped(
    joins: Callable[[str], Learner], show: Callable[..., Page]
) -> None:
    """With the keyboard alone."""
    page = show()
    ada, ben = joins("Ada"), joins("Ben")
    for learner in (ada, ben):
        learner.moves(3, MISTAKES[0])
        learner.sends("help", asked=True)
        expect(page.locator("#said")).to_contain_text("help, please")
    expect(page.locator("#help li")).to_have_count(2)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Helped Ada")).to_be_focused()
    page.keyboard.press("Enter")
    assert json.loads(ada.socket.recv()) == {"type": "helped"}
    expect(page.get_by_role("button", name="Helped Ben")).to_be_focused()
    page.keyboard.press("Enter")
    assert json.loads(ben.socket.recv()) == {"type": "helped"}
    expect(page.get_by_text("Nobody")).to_be_visible()
    expect(page.locator("#help-title")).to_be_focused()


def test_a_name_is_text_whatever_it_holds(
    joins: Callable[[str], Learner], show: Callable[..., Page]
) -> None:
    page = show()
    learner = joins(MARKUP)
    learner.sends("help", asked=True)
    expect(tile(page, MARKUP)).to_be_visible()
    expect(page.locator("#help b")).to_have_text(MARKUP)
    assert page.locator("main img").count() == 0


def test_the_secret_is_not_in_the_address_bar_and_a_reload_works(
    server: Server, joins: Callable[[str], Learner], show: Callable[..., Page]
) -> None:
    page = show()
    joins("Ada")
    expect(tile(page, "Ada")).to_be_visible()
    assert server.wall.secret not in page.url
    page.reload()
    expect(tile(page, "Ada")).to_be_visible()
    expect(page.get_by_text(f"make learn WALL={server.wall.address}")).to_be_visible()


def test_without_the_secret_it_shows_nothing_but_why(
    server: Server, joins: Callable[[str], Learner], show: Callable[..., Page]
) -> None:
    joins("Ada")
    there = f"http://localhost:{server.wall.port}/"
    for address, words in (
        (there, "Open the address of your page"),
        (f"{there}#wrong", "The secret is not that of this wall."),
    ):
        page = show(address)
        expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
        assert "Ada" not in page.content()
        assert server.wall.token not in page.content()


def test_it_comes_back_after_the_wall_has_restarted(
    server: Server, joins: Callable[[str], Learner], show: Callable[..., Page]
) -> None:
    page = show()
    joins("Ada")
    expect(tile(page, "Ada")).to_be_visible()
    server.kill()
    away = page.get_by_text("No connection to the wall; trying again.")
    expect(away).to_be_visible()
    server.start()
    joins("Ben")
    expect(tile(page, "Ben")).to_be_visible()
    expect(tile(page, "Ada")).to_have_count(0)
    expect(away).to_have_count(0)


def test_the_bench_measures_each_verdict() -> None:
    bench = [sys.executable, "bench/wall.py", "--learners", "3", "--seconds", "2"]
    done = subprocess.run(
        [*bench, "--every", "0.5"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert done.returncode == 0, done.stderr
    assert "lost: 0\n" in done.stdout
    assert "to the tile: p50 0." in done.stdout


@pytest.mark.parametrize(
    "look",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"color_scheme": "dark", "forced_colors": "active", "reduced_motion": "reduce"},
    ],
    ids=["light", "dark", "forced"],
)
@pytest.mark.parametrize("width", [390, 1024, 1920])
def test_everybody_can_use_it(
    joins: Callable[[str], Learner],
    show: Callable[..., Page],
    look: dict[str, Any],
    width: int,
) -> None:
    joins("W" * 30).sends("help", asked=True)
    names = [(joins(f"Learner {number}"), number) for number in range(8)]
    for learner, number in names:
        learner.moves(number % 7 + 1, (*MISTAKES, None)[number % 3], 70 * number)
    names[-1][0].socket.close()
    page = show(viewport={"width": width, "height": 900}, **look)
    expect(page.get_by_role("heading", name="8 learners, and 1 away")).to_be_visible()
    accessible(page, contrast="forced_colors" not in look)
    wide, window = widths(page)
    assert wide <= window
