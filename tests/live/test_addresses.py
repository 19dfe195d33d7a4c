"""Who may connect, and to what."""

import http.client
import socket

import pytest
from websockets.exceptions import InvalidStatus

from tests.live.pages import DEADLINE, LESSON, OWN, page, progress, publisher
from tests.live.server import SITE, Live


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_page_of_the_site_may_connect(live: Live, host: str) -> None:
    async with publisher(live) as course:
        await course.publish(progress("one"))
        async with page(live, origin=f"http://{host}:{SITE}") as one:
            assert await one.hears() == progress("one")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "file://",
        "http://localhost",
        f"http://localhost:{SITE + 1}",
        "http://localhost:80",
        f"https://localhost:{SITE}",
        f"ws://localhost:{SITE}",
        f"http://localhost.example.com:{SITE}",
        f"http://example.com:{SITE}",
        f"http://evil.localhost:{SITE}",
        f"http://localhost:{SITE}@example.com",
        f"http://127.0.0.2:{SITE}",
        f"http://[::1]:{SITE}",
    ],
)
async def test_any_other_page_is_denied(live: Live, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as denied:
        async with page(live, origin=origin):
            pass
    assert denied.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost:80000", "http://localhost:x"])
async def test_what_is_no_origin_is_denied_before(live: Live, origin: str) -> None:
    with pytest.raises(InvalidStatus) as denied:
        async with page(live, origin=origin):
            pass
    assert denied.value.response.status_code == 400


@pytest.mark.parametrize("path", ["/live/", f"/live/{LESSON}/", "/", "/live/99_no/"])
async def test_it_is_denied_at_every_address(live: Live, path: str) -> None:
    with pytest.raises(InvalidStatus) as denied:
        async with page(live, path, origin="http://example.com"):
            pass
    assert denied.value.response.status_code == 403


@pytest.mark.parametrize("slug", ["99_nothing", "1", "01", "01_CONSUMER"])
async def test_an_unknown_lesson_is_refused(live: Live, slug: str) -> None:
    async with page(live, f"/live/{slug}/") as one:
        code, reason = await one.is_refused()
    assert code == 4404
    assert reason.startswith(f"There is no lesson {slug}. There are: {LESSON}, ")


@pytest.mark.parametrize(
    "path",
    ["/", "/live", f"/live/{LESSON}", f"/live/{LESSON}/more/", "/ws/chat/lobby/"],
)
async def test_an_unknown_address_is_refused(live: Live, path: str) -> None:
    async with page(live, path) as one:
        assert await one.is_refused() == (4404, f"There is nothing at {path}.")


def test_no_other_machine_is_served(live: Live) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", live.port))


def test_there_is_nothing_over_http(live: Live) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=DEADLINE)
    connection.request("GET", f"/live/{LESSON}/", headers={"Origin": OWN})
    answer = connection.getresponse()
    assert answer.status == 404
    assert "access-control-allow-origin" not in answer.headers
    connection.close()
