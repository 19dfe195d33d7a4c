"""A crowd on solved lessons: what arrives, what is lost, and what is said of it."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.checker.test_broker import valkey
from tests.load.conftest import Loaded, Solved, load
from tests.machine import free_port
from tests.plain import served

pytestmark = pytest.mark.usefixtures("lessons_redis")

SMALL = "--tabs", "6", "--rate", "10", "--seconds", "1"
JSON = "--format", "json"
SVG = "{http://www.w3.org/2000/svg}"


def change(file: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_everything_arrives_at_every_tab_of_the_room(solved: Solved) -> None:
    project = solved(3)
    result = load(3, project, *SMALL, "--rooms", "2", "--workers", "2", *JSON).result
    assert result["messages"] == {
        "sent": 10,
        "not_sent": 0,
        "due": 30,
        "received": 30,
        "lost": 0,
        "twice": 0,
        "settled": True,
    }
    assert len(result["servers"]) == len(result["plan"]["addresses"]) == 2
    assert sum(second["received"] for second in result["seconds"]) == 30
    delay = result["delay_ms"]
    assert 0 < delay["p50"] <= delay["p99"] <= delay["longest"]
    assert result["closed_tabs"] == {}
    assert result["layer"]["backend"] == "channels_redis.core.RedisChannelLayer"


def test_where_one_has_to_log_in_the_tabs_do(solved: Solved) -> None:
    project = solved(5)
    done = load(5, project, *SMALL)
    assert done.status == 0, done.stderr
    assert re.search(r"^Received +60 of 60; lost: 0$", done.stdout, re.MULTILINE)
    assert not (project / "db.sqlite3").exists()
    check_what_is_kept(done, project.parent / "kept")


def check_what_is_kept(done: Loaded, folder: Path) -> None:
    """The JSON and a drawing with words, both of which are named."""
    json_file, drawing = sorted(folder.iterdir())
    assert (json_file.suffix, drawing.suffix) == (".json", ".svg")
    for file in (json_file, drawing):
        assert str(file) in done.stdout
    svg = ET.parse(drawing).getroot()  # noqa: S314 (we have just written it)
    assert svg.get("role") == "img"
    title, desc = (svg.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert title is not None
    assert title.text == (
        "05_history: 6 tabs in 1 room on 2 servers: 10 messages a second for 1 s"
    )
    assert desc is not None
    assert (desc.text or "").startswith("Received 60 of 60, lost 0. Delay: p50 ")


HANDLER = "    def chat_message(self, event):\n"


def test_what_is_dropped_or_sent_twice_is_counted_exactly(solved: Solved) -> None:
    project = solved(3)
    change(
        project / "chat/consumers.py",
        HANDLER,
        f"{HANDLER}"
        "        number = int(event['message'].split()[1])\n"
        "        if number >= 0 and number % 5 == 0:\n"
        "            return\n"
        "        if number >= 0 and number % 5 == 1:\n"
        "            self.send(text_data=json.dumps({'message': event['message']}))\n",
    )
    messages = load(3, project, *SMALL, *JSON).result["messages"]
    assert messages["due"] == 60
    assert (messages["received"], messages["lost"], messages["twice"]) == (48, 12, 12)


def test_a_tab_may_join_a_moment_after_it_is_accepted(solved: Solved) -> None:
    project = solved(3)
    consumers = project / "chat/consumers.py"
    change(consumers, "        self.accept()\n", "")
    joins = "        async_to_sync(self.channel_layer.group_add)("
    later = "        self.accept()\n        __import__('time').sleep(0.5)\n"
    change(consumers, joins, later + joins)
    crowd = "--tabs", "2", "--rate", "2", "--seconds", "1"
    assert load(3, project, *crowd, *JSON).result["messages"]["sent"] == 2


def test_a_delay_is_as_long_as_the_consumer_waits(solved: Solved) -> None:
    project = solved(3)
    wait = f"{HANDLER}        __import__('time').sleep(0.3)\n"
    change(project / "chat/consumers.py", HANDLER, wait)
    crowd = "--tabs", "2", "--rate", "1", "--seconds", "3"
    result = load(3, project, *crowd, *JSON).result
    assert result["messages"]["received"] == 6
    assert all(second["p50"] >= 300 for second in result["seconds"] if second["p50"])
    assert result["delay_ms"]["p50"] >= 300


def test_what_a_full_layer_drops_is_counted_as_lost(solved: Solved) -> None:
    project = solved(3)
    few = '"CONFIG": {"capacity": 10, '
    change(project / "mysite/settings.py", '"CONFIG": {', few)
    crowd = "--tabs", "40", "--rate", "400", "--seconds", "1", "--servers", "1"
    result = load(3, project, *crowd, *JSON).result
    messages = result["messages"]
    assert messages["due"] == 40 * messages["sent"] == 40 * 400
    assert messages["lost"] == messages["due"] - messages["received"] > 0
    assert messages["settled"]
    assert result["layer"]["capacity"] == 10


def test_tabs_that_the_server_closes_are_named(solved: Solved) -> None:
    project = solved(3)
    change(
        project / "chat/consumers.py",
        "        try:\n",
        "        self.count = getattr(self, 'count', 0) + 1\n"
        "        if self.count > 2 and b'load' in text_data.encode():\n"
        "            self.close(code=4429)\n"
        "            return\n"
        "        try:\n",
    )
    crowd = "--tabs", "2", "--rate", "20", "--seconds", "1", "--servers", "1"
    done = load(3, project, *crowd)
    assert done.status == 0, done.stderr
    assert "The server closed 2 tabs with code 4429." in done.stdout
    assert "messages were not sent: their tabs were closed." in done.stdout


def test_a_layer_in_memory_is_the_projects_mistake(solved: Solved) -> None:
    project = solved(3)
    layer = '\nCHANNEL_LAYERS["default"] = {"BACKEND": "%s"}\n'
    with (project / "mysite/settings.py").open("a") as settings:
        settings.write(layer % "channels.layers.InMemoryChannelLayer")
    done = load(3, project, *SMALL)
    assert done.status == 1
    assert "Your project: expected a tab on http://localhost:" in done.said
    assert "Type make check STEP=3" in done.said


def test_a_project_that_does_not_start_is_named_with_its_error(solved: Solved) -> None:
    project = solved(3)
    (project / "chat/routing.py").write_text("import nothing_like_this\n")
    done = load(3, project, *SMALL)
    assert done.status == 1
    assert "No module named 'nothing_like_this'" in done.said


def test_a_database_that_is_not_the_projects_own_is_left_alone(
    solved: Solved, tmp_path: Path
) -> None:
    project, other = solved(5), tmp_path / "other.sqlite3"
    change(project / "mysite/settings.py", 'BASE_DIR / "db.sqlite3"', f'"{other}"')
    done = load(5, project, *SMALL)
    assert done.status == 1
    assert f"it is {other}" in done.said
    assert not other.exists()


def test_a_redis_that_does_not_let_us_in_is_the_machines(solved: Solved) -> None:
    project, port = solved(3), free_port()
    change(project / "mysite/settings.py", "6379", str(port))
    with valkey(port, "--requirepass", "secret"):
        done = load(3, project, *SMALL)
    assert done.status == 3
    assert f"Your machine: expected a Redis to answer at localhost:{port}" in done.said


def test_a_server_that_runs_already_is_used(solved: Solved) -> None:
    project = solved(3)
    with served(project) as server:
        address = f"http://localhost:{server.port}"
        result = load(3, project, *SMALL, "--address", address, *JSON).result
    assert result["plan"]["addresses"] == [address]
    assert result["messages"]["received"] == result["messages"]["due"] == 60
    assert result["servers"] == []
    done = load(3, project, *SMALL, "--address", address)
    assert done.status == 3
    assert f"expected a server at {address}" in done.said


def test_a_lesson_without_rooms_is_wrong_use(solved: Solved) -> None:
    done = load(1, solved(1), *SMALL)
    assert done.status == 2
    assert "01_consumer has no rooms" in done.stderr
