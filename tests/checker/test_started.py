"""What the files of deploy/ start servers with, and a Redis that can be cut off."""

import socket
from pathlib import Path

import pytest

from checks.sandbox import started
from checks.sandbox.relay import Relay

COMPOSE = """
x-chat: &chat
  environment: &environment {SECRET_KEY: a, DATABASE: b}
services:
  redis: {image: redis}
  chat-1: {<<: *chat, command: daphne mysite.asgi:application}
"""


def environments(folder: Path, **files: str) -> dict[str, object]:
    """What is found for a project with these files in deploy/."""
    (folder / "deploy").mkdir(exist_ok=True)
    names = {"start": "start.sh", "compose": "docker-compose.yml"}
    for name, text in files.items():
        (folder / "deploy" / names[name]).write_text(text)
    return started.environments(lambda: None)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, in which this process is."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_script_starts_two_servers_with_what_it_exports(project: Path) -> None:
    text = """
set -eu
export SECRET_KEY="$(python -c 'print("drawn")')"
python manage.py migrate
daphne -p 8101 mysite.asgi:application &
SECRET_KEY=other python -m daphne -p 8102 mysite.asgi:application &
nginx
"""
    found = environments(project, start=text)[started.START]
    assert isinstance(found, list)
    assert {it["SECRET_KEY"] for it in found} == {"drawn", "other"}


@pytest.mark.parametrize(
    ("database", "is_gone"),
    [
        ("$folder/db.sqlite3", True),
        ("$(mktemp -d)/db.sqlite3", False),  # Nobody deletes it.
        ("$PWD/db.sqlite3", False),
        ("db.sqlite3", False),
        ("/srv/chat-of-nobody/db.sqlite3", False),  # Where it is deployed, it is there.
        ("postgres://chat@localhost/chat", False),
    ],
)
def test_a_database_in_a_folder_that_the_script_deletes_is_gone(
    project: Path, database: str, *, is_gone: bool
) -> None:
    text = f"""
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
export DATABASE="{database}"
daphne a & daphne b & nginx
"""
    assert bool(environments(project, start=text)["gone"]) is is_gone


def test_a_script_may_start_one_server(project: Path) -> None:
    found = environments(project, start="SECRET_KEY=one daphne app; nginx")
    assert found[started.START] == [{"SECRET_KEY": "one"}]


def test_a_script_asks_no_command_of_the_project(project: Path) -> None:
    text = "python manage.py shell -c x; python -m django flush; daphne a & daphne b"
    (project / "manage.py").write_text(f"open({str(project / 'ran')!r}, 'w')")
    environments(project, start=text)
    assert not (project / "ran").exists()


def test_a_script_changes_nothing_in_the_project(project: Path) -> None:
    environments(project, start="echo more >> deploy/start.sh; touch deploy/key")
    assert [it.name for it in (project / "deploy").iterdir()] == ["start.sh"]
    assert (project / "deploy" / "start.sh").read_text().count("more") == 1


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ("{<<: *chat, command: [daphne, app]}", {"SECRET_KEY": "a", "DATABASE": "b"}),
        (
            "{<<: *chat, command: daphne, environment: [SECRET_KEY=c]}",
            {"SECRET_KEY": "c"},
        ),
        ("{extends: chat-1, environment: [X=c]}", {"SECRET_KEY": "a", "DATABASE": "b"}),
        ("{extends: {service: chat-1}}", {"SECRET_KEY": "a", "DATABASE": "b"}),
        ("{command: daphne app}", {}),
        ("{command: daphne, env_file: e}", dict.fromkeys(started.VARIABLES, "of e")),
    ],
)
def test_a_compose_file_is_merged_as_compose_does(
    project: Path, second: str, found: object
) -> None:
    environment = environments(project, compose=f"{COMPOSE}  chat-2: {second}\n")
    assert environment[started.COMPOSE] == [{"SECRET_KEY": "a", "DATABASE": "b"}, found]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("services:\n  a: b\n    c: d\n", 3, "it is no YAML: mapping values"),
        ("just words", None, "it has no services"),
        ("service: {chat: {command: daphne}}", None, "it has no services"),
    ],
)
def test_a_compose_file_that_cannot_be_read_says_why(
    project: Path, text: str, line: int | None, words: str
) -> None:
    found = environments(project, compose=text)
    assert str(found["error"]).startswith(words)
    assert found["line"] == line


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("volumes: [data:/data]", "volumes: [data:/data:ro]", ""),
        ("volumes: [{source: data, target: /data}]", "volumes: [data:/data]", ""),
        ("volumes: [data:/data]", "volumes: [other:/data]", "/data/db.sqlite3"),
        ("volumes: [/data]", "volumes: [/data]", "/data/db.sqlite3"),
        ("volumes: [data:/database]", "volumes: [data:/database]", "/data/db.sqlite3"),
        ("volumes: [data:/data]", "volumes_from: [one]", ""),
        ("tty: true", "extends: {file: a.yml, service: b}", ""),
    ],
)
def test_a_database_is_in_a_folder_that_all_share(
    project: Path, first: str, second: str, apart: str
) -> None:
    chat = "command: daphne a, environment: {DATABASE: /data/db.sqlite3}"
    services = "".join(
        f"  {name}: {{{chat}, {mounts}}}\n"
        for name, mounts in (("one", first), ("two", second))
    )
    found = environments(project, compose=f"services:\n{services}")
    assert found["apart"] == apart


def test_the_database_of_one_container_is_one(project: Path) -> None:
    chat = "{command: daphne a, environment: {DATABASE: /srv/db.sqlite3}}"
    assert environments(project, compose=f"services:\n  one: {chat}\n")["apart"] == ""


def test_a_project_without_these_files_starts_nothing(project: Path) -> None:
    assert environments(project) == {started.START: [], "debug": []}


@pytest.fixture
def with_settings(project: Path) -> Path:
    """A project with settings that are for production where PRODUCTION is 1."""
    (project / "mysite").mkdir()
    settings = 'import os\nDEBUG = os.environ.get("PRODUCTION") != "1"\n'
    (project / "mysite/settings.py").write_text(settings)
    named = 'os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"\n'
    (project / "mysite/asgi.py").write_text(f"import os\n{named}")
    return project


@pytest.mark.parametrize(("export", "debug"), [("export", []), ("", [started.START])])
def test_the_settings_say_whether_servers_have_debug_on(
    with_settings: Path, export: str, debug: list[str]
) -> None:
    found = environments(with_settings, start=f"{export} PRODUCTION=1\ndaphne a\n")
    assert found["debug"] == debug


@pytest.mark.parametrize(
    ("given", "debug"),
    [
        ('PRODUCTION: "1"', []),
        ('PRODUCTION: "true"', [started.COMPOSE]),
        ('PRODUCTION: "${PRODUCTION:-1}"', []),
        ("PRODUCTION:", []),
        ("SECRET_KEY: a", []),
    ],
)
def test_of_compose_they_are_asked_where_the_file_says_it(
    with_settings: Path, given: str, debug: list[str]
) -> None:
    chat = f"{{command: daphne app, environment: {{{given}}}}}"
    found = environments(with_settings, compose=f"services:\n  chat: {chat}\n")
    assert found["debug"] == debug


def test_a_relay_hands_on_until_it_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        relay = Relay(server.getsockname())
        client = socket.create_connection(relay.address)
        client.sendall(b"ping")
        there = server.accept()[0]
        assert there.recv(4) == b"ping"
        there.sendall(b"pong")
        assert client.recv(4) == b"pong"
        relay.cut()
        assert client.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(relay.address)
        for it in (client, there, relay.listening, *relay.connections):
            it.close()
