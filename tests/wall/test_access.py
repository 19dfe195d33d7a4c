"""Who may connect to the wall, and what may be sent there."""

import asyncio
import contextlib
import http.client
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from checks.classroom import LARGEST_FRAME
from checks.wall.protocol import JOIN, LONGEST_FRAME, MOST_FRAMES, WATCH, Address
from tests.wall.server import Server, client, learner, new_wall, teacher

ADA = {"learner": "ada", "name": "Ada"}
POSITION = {
    "lesson": 1,
    "state": "to_do",
    "task": None,
    "mistake": None,
    "passed": 0,
    "checks": 1,
    "seconds": 0,
}


async def rejected(server: Server, path: str, origin: str | None) -> int:
    """The HTTP status with which a client is rejected."""
    with pytest.raises(InvalidStatus) as found:
        async with client(server.wall, path, origin=origin):
            pass
    return found.value.response.status_code


@pytest.mark.parametrize(
    "origin",
    ["null", "http://localhost", "http://example.com:{}", "https://localhost:{}", None],
)
async def test_a_page_of_another_site_cannot_watch(
    shared: Server, origin: str | None
) -> None:
    origin = origin and origin.format(shared.wall.port)
    assert await rejected(shared, WATCH, origin) == 403


async def test_no_page_of_a_browser_can_join(shared: Server) -> None:
    for origin in ("http://localhost:{}", "http://example.com", "null"):
        there = origin.format(shared.wall.port)
        assert await rejected(shared, JOIN, there) == 403


@pytest.mark.parametrize("path", ["/", "/live/", "/join", "/watch/x/", "/join/x/"])
async def test_there_is_no_other_websocket(shared: Server, path: str) -> None:
    assert await rejected(shared, path, None) == 403


async def test_a_wrong_token_or_secret_is_refused(shared: Server) -> None:
    wall = shared.wall
    for token in ("", "x", wall.token[:-1], wall.secret, "é" * 20):
        async with client(wall) as one:
            await one.sends("join", token=token, **ADA)
            assert await one.is_closed() == 4403
    own: Any = f"http://localhost:{wall.port}"
    for secret in ("", "x", wall.secret[:-1], wall.token):
        async with client(wall, WATCH, origin=own) as one:
            await one.sends("watch", secret=secret)
            assert await one.is_closed() == 4403


async def test_an_expired_token_is_refused(own: Server) -> None:
    own.expire()
    async with client(own.wall) as one:
        await one.sends("join", token=own.wall.token, **ADA)
        assert await one.is_closed() == 4410


async def test_who_has_joined_is_disconnected_when_the_token_expires(
    tmp_path: Path,
) -> None:
    """So is the page of the teacher."""
    server = Server(new_wall(10), tmp_path / "wall.log")
    try:
        async with teacher(server.wall) as page, learner(server.wall) as ada:
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await ada.sends("here")
                    await asyncio.sleep(0.5)
            assert ada.socket.close_code == 4410
            await page.sends("next")
            assert await page.is_closed() == 4410
    finally:
        server.kill()


@pytest.mark.parametrize(
    "frame",
    [
        "no JSON",
        b"{}",
        "[]",
        "{}",
        '{"type": "watch", "secret": ""}',
        '{"type": "next"}',
        '{"type": "helped", "tile": 1}',
        '{"type": "join"}',
        "[" * 400,
        *(
            json.dumps({"type": "position", **POSITION, **wrong})
            for wrong in (
                {"lesson": "1"},
                {"lesson": True},
                {"lesson": -1},
                {"passed": 10**9},
                {"checks": None},
                {"state": ["to_do"]},
                {"state": "<b>"},
                {"mistake": "print('my code')"},
                {"task": 1.5},
                {"seconds": True},
                {"seconds": -1},
                {"code": "x"},
                {"self": 1},
            )
        ),
        '{"type": "help", "asked": "yes"}',
    ],
)
async def test_what_is_not_in_the_protocol_is_refused(
    shared: Server, frame: str | bytes
) -> None:
    async with learner(shared.wall, "Wrong") as one:
        await one.socket.send(frame)
        assert await one.is_closed() == 4400


async def test_before_it_has_joined_a_client_may_do_nothing(shared: Server) -> None:
    for kind in ("here", "leave", "next"):
        async with client(shared.wall) as one:
            await one.sends(kind)
            assert await one.is_closed() == 4400


async def test_a_name_that_is_empty_is_refused(shared: Server) -> None:
    async with client(shared.wall) as one:
        who = {"learner": "ada", "name": " \u202e\n"}
        await one.sends("join", token=shared.wall.token, **who)
        assert await one.is_closed() == 4400


async def test_a_frame_that_is_too_large_is_refused(shared: Server) -> None:
    for size, code in ((LONGEST_FRAME + 1, 4413), (LARGEST_FRAME + 1, 1006)):
        async with learner(shared.wall, "Large") as one:
            await one.socket.send("x" * size)
            assert await one.is_closed() == code
    async with learner(shared.wall, "Large") as one:
        await one.socket.send(["x" * LONGEST_FRAME] * 50)  # In many small frames.
        assert await one.is_closed() == 4413


async def test_too_many_frames_are_refused(shared: Server) -> None:
    async with learner(shared.wall, "Quick") as one:
        for _ in range(MOST_FRAMES + 1):
            await one.sends("here")
        assert await one.is_closed() == 4429


async def test_a_client_that_does_not_say_who_it_is_is_disconnected(
    shared: Server,
) -> None:
    async with client(shared.wall) as one:
        assert await one.is_closed() == 4408


def answer(server: Server, path: str, host: str = "", method: str = "GET") -> int:
    """The status of an answer over HTTP."""
    connection = http.client.HTTPConnection("127.0.0.1", server.wall.port, timeout=20)
    named = host or f"localhost:{server.wall.port}"
    connection.request(method, path, headers={"Host": named})
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_page_and_its_files_are_all_there_is(shared: Server) -> None:
    for path in ("/", "/wall.js", "/wall.css", "/colours.css", "/results.js"):
        assert answer(shared, path) == 200
    for path in ("/settings.py", "/../settings.py", "/page/wall.js", "/admin/", "/x"):
        assert answer(shared, path) == 404
    assert answer(shared, f"/{shared.wall.token}") == 404
    assert answer(shared, "/", "example.com") == 400


def test_the_page_holds_neither_the_token_nor_the_secret(shared: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", shared.wall.port, timeout=20)
    connection.request("GET", "/", headers={"Host": "localhost"})
    text = connection.getresponse().read().decode()
    connection.close()
    assert shared.wall.token not in text
    assert shared.wall.secret not in text


@pytest.mark.parametrize("header", ["Content-Length: 9", "Transfer-Encoding: chunked"])
def test_a_request_with_a_body_is_not_read(shared: Server, header: str) -> None:
    there = ("127.0.0.1", shared.wall.port)
    with socket.create_connection(there, timeout=20) as one:
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n"
        one.sendall(head.encode() + b"3\r\nabc\r\n")
        assert one.recv(100) == b""


async def test_the_wall_goes_on_after_all_of_that(shared: Server) -> None:
    async with teacher(shared.wall) as page, learner(shared.wall, "Zoe"):
        await page.shows(lambda named: "Zoe" in named)


def test_an_address_is_what_make_wall_prints() -> None:
    address = Address.read("http://192.168.1.20:8004/abcd-efgh-jkmn")
    assert address == Address("http://192.168.1.20:8004", "abcd-efgh-jkmn")
    assert address.websocket == "ws://192.168.1.20:8004/join/"
    assert Address.read("https://wall.example/abcd-efgh/").websocket == (
        "wss://wall.example/join/"
    )
    for typed in ("", "abcd-efgh-jkmn", "http://a/", "http://a/b", "ftp://a/abcd-efgh"):
        with pytest.raises(ValueError, match="no address of a wall"):
            Address.read(typed)
