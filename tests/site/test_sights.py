"""What the lessons say one will see is what one sees: in a browser, in the terminal."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checks.course.lessons import ROOT, Course

SIGHTS = {
    "01_consumer": [
        ("waits", "status", "Connecting …"),
        ("waits", "status", "Closed with code 1006"),
        ("waits", "terminal", "HTTP GET /chat/lobby/ 200"),
        ("waits", "terminal", "WebSocket HANDSHAKING /ws/chat/lobby/"),
        ("waits", "terminal", "WebSocket DISCONNECT"),
        ("waits", "terminal", "Starting ASGI/Daphne"),
        ("accepted", "status", "Connected."),
        ("accepted", "terminal", "WebSocket CONNECT /ws/chat/lobby/"),
        ("accepted", "sent", '{"message":"hello"}'),
        ("no_json", "log", '(not {"message": "…"}) hello'),
        ("unguarded", "status", "Closed with code 1011"),
        ("echoes", "status", "Closed with code 1006"),
    ],
    "02_routing": [
        ("knocks", "console", "connected"),
        ("routed", "console", "Unexpected response code: 500"),
        ("routed", "console", "Unexpected response code: 403"),
        ("routed", "terminal", "No route found for path 'ws/nowhere/'"),
        ("routed", "terminal", "{'room_name': 'kitchen'} AnonymousUser"),
        ("no_websocket", "status", "Closed with code 1006"),
        ("waits", "console", "ERR_CONNECTION_RESET"),
    ],
    "04_users": [("not_logged_in", "console", '{"message": "a secret"}')],
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What a reader in a real browser saw, by the scenes of reader.py."""
    folder = tmp_path_factory.mktemp("reader")
    read = subprocess.run(
        [sys.executable, "-m", "tests.site.reader", folder],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert read.returncode == 0, read.stderr
    return dict(json.loads(read.stdout))


def page(slug: str) -> str:
    return Path(ROOT / f"docs/lessons/{slug}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("slug", "scene", "where", "words"),
    [(slug, *sight) for slug, sights in SIGHTS.items() for sight in sights],
)
def test_what_the_page_speaks_of_is_seen(
    slug: str, scene: str, where: str, words: str, seen: dict[str, Any]
) -> None:
    assert f"`{words}`" in page(slug)
    there = seen[scene][where]
    assert any(words in one for one in ([there] if isinstance(there, str) else there))


def test_other_statuses_are_as_the_table_says(seen: dict[str, Any]) -> None:
    assert "\n| 404 | the server does not speak WebSocket" in page("02_routing")
    assert "response code: 404" in seen["no_websocket"]["console"][0]


def test_an_exception_ends_a_connection_with_a_traceback(seen: dict[str, Any]) -> None:
    assert "Traceback (most recent call last)" in seen["unguarded"]["terminal"]


@pytest.mark.parametrize("scene", ["apart", "together", "in_memory"])
def test_who_receives_what_in_lesson_3(scene: str, seen: dict[str, Any]) -> None:
    """The scene itself asks who receives it; here, that no error is reported."""
    assert seen[scene]["console"] == []
    assert "Traceback" not in seen[scene]["terminal"]
    assert "Exception" not in seen[scene]["terminal"]


def test_what_is_typed_into_the_console_is_typed_by_the_reader() -> None:
    commands = "".join(page(lesson.slug) for lesson in Course().lessons)
    assert commands.count("```js\n") == 3
