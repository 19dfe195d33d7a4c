"""The page of the chat comes back by itself, and asks for what it has missed."""

import contextlib
import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from checks.course.lessons import Course
from checks.page.files import TEMPLATE
from tests.browser.opened import NARROW, WIDE, accessible, new_page, widths

ROOM = "http://localhost/chat/lobby/"
TAGS = {
    r"{{ room_name\|json_script:[^}]*}}": (
        '<script id="room-name" type="application/json">"lobby"</script>'
    ),
    "{{ room_name }}": "lobby",
    "{{ user }}": "ada",
    r"{%[^%]*%}": "",
}
"""What becomes of the tags of the template."""


def shown() -> str:
    """The page of the last lesson, as Django would show it."""
    page = (Course().lesson("5").starter / TEMPLATE).read_text()
    for tag, text in TAGS.items():
        page = re.sub(tag, text, page)
    return page


class Room:
    """The page in a browser, and the server's ends of its WebSockets, in order."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sockets: list[WebSocketRoute] = []
        self.sent: list[str] = []
        self.is_down = False
        page.route("**/chat/lobby/", self._answer)
        page.route_web_socket("**/ws/chat/**", self._connect)
        page.goto(ROOM)

    def _answer(self, route: Route) -> None:
        route.fulfill(body=shown(), content_type="text/html")

    def _connect(self, socket: WebSocketRoute) -> None:
        socket.on_message(lambda text: self.sent.append(str(text)))
        self.sockets.append(socket)
        if self.is_down:
            socket.close(code=3000)

    def says(self, **frame: object) -> None:
        """Send a frame to the page."""
        self.sockets[-1].send(json.dumps(frame))

    @property
    def paths(self) -> list[str]:
        """What the page has asked for, each time that it connected."""
        return [socket.url.rpartition("/ws/chat/")[2] for socket in self.sockets]

    def is_told(self, status: str) -> None:
        """The line above the messages says so."""
        expect(self.page.locator("#status")).to_have_text(re.compile(status))


@pytest.fixture
def room(browser: Browser) -> Iterator[Room]:
    """The page, with a clock that stands still."""
    with contextlib.ExitStack() as stack:
        size = {"width": WIDE[0], "height": WIDE[1]}
        yield Room(new_page(browser, stack, {"viewport": size}, stopped=True))


def test_it_comes_back_with_the_id_of_its_newest_message(room: Room) -> None:
    room.is_told("^Connected.$")
    for number in (7, 9, 8):  # They need not arrive in their order.
        room.says(id=number, name="ben", message=f"number {number}")
    expect(room.page.locator("#log p")).to_have_count(3)
    room.sockets[-1].close(code=3000)
    room.is_told(r"^Closed with code 3000. Connecting again in 1 s.$")
    room.page.clock.run_for(1000)
    room.is_told("^Connected.$")
    assert room.paths == ["lobby/", "lobby/?since=9"]
    room.says(id=10, name="ben", message="you are back")
    lines = ["ben: number 7", "ben: number 9", "ben: number 8", "ben: you are back"]
    expect(room.page.locator("#log p")).to_have_text(lines)


def test_a_page_that_has_nothing_asks_for_everything(room: Room) -> None:
    room.is_told("^Connected.$")
    room.says(message="from a server that sends no ids")
    expect(room.page.locator("#log p")).to_have_count(1)
    room.sockets[-1].close(code=3000)
    room.is_told("Connecting again")
    room.page.clock.run_for(1000)
    room.is_told("^Connected.$")
    assert room.paths == ["lobby/", "lobby/"]


def test_it_tries_less_and_less_often_and_never_at_the_same_time(room: Room) -> None:
    room.is_told("^Connected.$")
    room.is_down = True
    room.sockets[-1].close(code=3000)
    for longest in (1, 2, 4, 8, 16, 30, 30):
        room.is_told("Connecting again")
        tried = len(room.sockets)
        room.page.clock.run_for(450 * longest)
        assert len(room.sockets) == tried
        for _ in range(12):  # In small steps: it waits anew as soon as it has tried.
            room.page.clock.run_for(50 * longest)
            room.is_told("Connecting")
            if len(room.sockets) > tried:
                break
        room.is_told("Connecting again")
        assert len(room.sockets) == tried + 1
    room.is_down = False
    room.page.clock.run_for(30_000)
    room.is_told("^Connected.$")
    room.sockets[-1].close(code=3000)
    room.is_told("in 1 s.$")


def test_what_is_written_meanwhile_stays_in_its_box(room: Room) -> None:
    room.is_told("^Connected.$")
    box = room.page.get_by_label("Message", exact=True)
    room.sockets[-1].close(code=3000)
    room.is_told("Connecting again")
    box.fill("do not lose this")
    box.press("Enter")
    room.is_told("^Not sent: ")
    expect(box).to_have_value("do not lose this")
    room.page.clock.run_for(1000)
    room.is_told("^Connected.$")
    box.press("Enter")
    expect(box).to_have_value("")
    assert room.sent == ['{"message":"do not lose this"}']


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_it_is_not_too_wide(colours: str, room: Room) -> None:
    room.is_told("^Connected.$")
    room.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    room.page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    room.says(id=1, name="ben", message="w" * 200)
    expect(room.page.locator("#log p")).to_have_count(1)
    room.page.clock.resume()  # axe waits for its own timers.
    accessible(room.page)
    wide, window = widths(room.page)
    assert wide <= window
