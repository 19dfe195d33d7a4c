"""Connecting."""

import time
from typing import Any

import pytest
from channels.generic.websocket import WebsocketConsumer
from channels.routing import URLRouter
from django.urls import re_path
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests.facts.conftest import Server
from tests.facts.seen import note
from tests.machine import until


class Accepts(WebsocketConsumer):  # type: ignore[misc]
    pass


class Refuses(WebsocketConsumer):  # type: ignore[misc]
    def connect(self) -> None:
        self.close(code=4001)

    def disconnect(self, code: int) -> None:
        note(self, code)


class Undecided(WebsocketConsumer):  # type: ignore[misc]
    def connect(self) -> None:
        pass


def rooms() -> URLRouter:
    """The route of the lessons, as the document has it that the course grew from."""
    pattern = r"ws/chat/(?P<room_name>\w+)/$"
    return URLRouter([re_path(pattern, Accepts.as_asgi())])


def open_end() -> URLRouter:
    """The same without the `$`."""
    pattern = r"ws/chat/(?P<room_name>\w+)/"
    return URLRouter([re_path(pattern, Accepts.as_asgi())])


def no_as_asgi() -> URLRouter:
    """A class where an application belongs."""
    return URLRouter([re_path("", Accepts)])


def status(server: Server, route: object, path: str = "", **options: Any) -> int:
    """How a handshake is answered."""
    try:
        with server.connect(route, path, **options) as connection:
            return connection.response.status_code if connection.response else 0
    except InvalidStatus as refused:
        return refused.response.status_code


def test_close_before_accept_is_403(server: Server) -> None:
    """A consumer that closes before it accepts answers the handshake with HTTP 403; the browser does not learn the close code."""
    with pytest.raises(InvalidStatus) as refused, server.connect(Refuses):
        pass
    answer = refused.value.response
    assert answer.status_code == 403
    assert "4001" not in f"{answer.reason_phrase} {answer.headers} {answer.body!r}"


def test_disconnect_is_called_after_a_refusal(server: Server) -> None:
    """`disconnect()` is called for a connection that `connect()` has refused, too, with the code 1006."""
    before = len(server.noted(Refuses))
    assert status(server, Refuses) == 403
    assert until(lambda: len(server.noted(Refuses)) > before)
    assert server.noted(Refuses)[-1] == 1006


@pytest.mark.when_changed("tests/facts/*", "requirements/*.txt")
def test_connect_has_to_decide(server: Server) -> None:
    """A `connect()` that neither accepts nor closes leaves the browser waiting: after 5 s Daphne ends the connection, without an HTTP answer."""
    began = time.monotonic()
    errors = (InvalidMessage, EOFError, ConnectionError)
    with pytest.raises(errors), server.connect(Undecided):
        pass
    assert time.monotonic() - began > 4


def test_no_route_is_500(server: Server) -> None:
    """A WebSocket for which there is no route is answered with HTTP 500, not 404."""
    assert status(server, rooms, "ws/elsewhere/") == 500


def test_as_asgi_is_needed(server: Server) -> None:
    """A route to a consumer without `.as_asgi()` is answered with HTTP 500."""
    assert status(server, no_as_asgi) == 500


def test_a_word_has_no_hyphen(server: Server) -> None:
    r"""`\w+` in a route matches `café` and `lobby_2`, and does not match `my-room`."""
    found = {name: status(server, rooms, f"ws/chat/{name}/") for name in NAMES}
    assert list(found.values()) == [101, 101, 500]


NAMES = ("caf%C3%A9", "lobby_2", "my-room")


def test_a_dollar_anchors_both_ends(server: Server) -> None:
    """A pattern that ends with `$` has to match the whole path; without the `$`, it may match anywhere in it."""
    path = "before/ws/chat/lobby/"
    assert (status(server, rooms, path), status(server, open_end, path)) == (500, 101)
