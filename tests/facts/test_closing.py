"""Frames, and the end of a connection."""

import contextlib
import socket

import pytest
from channels.generic.websocket import WebsocketConsumer
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.facts.conftest import Server
from tests.facts.seen import note
from tests.machine import TIMEOUT, until

MIB = 2**20


class Echo(WebsocketConsumer):  # type: ignore[misc]
    def receive(self, text_data: str) -> None:
        self.send(text_data=text_data)


class Leaves(WebsocketConsumer):  # type: ignore[misc]
    def disconnect(self, code: int) -> None:
        note(self, code)


class Raises(WebsocketConsumer):  # type: ignore[misc]
    def receive(self, text_data: str) -> None:
        note(self, "received")
        raise ValueError(text_data)

    def disconnect(self, code: int) -> None:
        note(self, code)


class Closes(WebsocketConsumer):  # type: ignore[misc]
    def receive(self, text_data: str) -> None:
        self.close(code=int(text_data), reason="because")


def end(connection: ClientConnection) -> tuple[int, str]:
    """The code and the reason with which a connection ends; 1006 without a frame."""
    with pytest.raises(ConnectionClosed) as closed:
        connection.recv(TIMEOUT)
    frame = closed.value.rcvd
    return (frame.code, frame.reason) if frame else (1006, "")


def test_an_exception_closes_with_1011(server: Server) -> None:
    """An exception in a consumer closes the connection with 1011, and `disconnect()` is not called."""
    for _ in range(2):  # What is called after the first had its time until the second.
        with server.connect(Raises) as connection:
            connection.send("words")
            assert end(connection)[0] == 1011
    assert set(server.noted(Raises)) == {"received"}


@pytest.mark.parametrize(
    ("code", "received"), [(1000, 1000), (3000, 3000), (4999, 4999), (1008, 1011)]
)
def test_codes_for_applications(server: Server, code: int, received: int) -> None:
    """A consumer can close with 1000 and with 3000 to 4999; any other code raises an exception, so that the browser sees 1011."""
    with server.connect(Closes) as connection:
        connection.send(str(code))
        assert end(connection)[0] == received


def test_a_reason_is_dropped(server: Server) -> None:
    """Daphne does not send the `reason` that a consumer closes with."""
    with server.connect(Closes) as connection:
        connection.send("4001")
        assert end(connection) == (4001, "")


def test_an_empty_frame_is_dropped(server: Server) -> None:
    """An empty text frame that a consumer sends does not reach the browser."""
    with server.connect(Empty) as connection:
        connection.send("words")
        assert connection.recv(TIMEOUT) == "after it"


class Empty(WebsocketConsumer):  # type: ignore[misc]
    def receive(self, text_data: str) -> None:
        self.send(text_data="")
        self.send(text_data="after it")


def test_a_large_message_cuts_the_connection(server: Server) -> None:
    """Daphne accepts messages of up to 1 MiB; a larger one ends the connection with 1006, without a close frame."""
    with server.connect(Echo, max_size=2 * MIB) as connection:
        connection.send("x" * MIB)
        assert len(connection.recv(TIMEOUT)) == MIB
        with contextlib.suppress(ConnectionClosed):
            connection.send("x" * (MIB + 1))
        assert end(connection) == (1006, "")


def test_the_code_of_the_browser_reaches_disconnect(server: Server) -> None:
    """`disconnect()` receives the code that the browser closes with."""
    with server.connect(Leaves) as connection:
        connection.close(code=4321)
    assert until(lambda: 4321 in server.noted(Leaves))


def test_a_lost_connection_is_1006(server: Server) -> None:
    """When the TCP connection is lost, `disconnect()` receives 1006."""
    with server.connect(Leaves) as connection:
        connection.socket.shutdown(socket.SHUT_RDWR)
    assert until(lambda: 1006 in server.noted(Leaves))
