"""A run works on a copy of the database that the settings name, whichever it is."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checks.author.projects import build
from checks.sandbox import database
from tests.conftest import Check, Checked, environment

ROOMS = """\
import sqlite3
import subprocess
import sys

from django.db import connection
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO rooms VALUES ('written by a check')")
            names = list(cursor.execute("SELECT name FROM rooms"))
        assert ("lobby",) in names, names
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        if text_data:
            self.send(text_data=text_data)
"""
PERSON = """\
from django.contrib.auth.models import AbstractUser
from django.db import models


class Team(models.Model):
    name = models.CharField(max_length=10)


class Person(AbstractUser):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The solved lesson 1, with a consumer that reads and writes a table."""
    project = build("01_consumer", tmp_path / "project", solved=True)
    (project / "chat/consumers.py").write_text(ROOMS)
    return project


@pytest.fixture
def connection(project: Path) -> Iterator[sqlite3.Connection]:
    """A database with the table, whose rows are still in its write-ahead log."""
    connection = sqlite3.connect(project / "rooms.db")
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("CREATE TABLE rooms (name text)")
    connection.execute("INSERT INTO rooms VALUES ('lobby')")
    connection.commit()
    yield connection
    connection.close()


def names(project: Path, name: str, more: str = "") -> None:
    """Let the settings name this database."""
    settings = project / "mysite/settings.py"
    settings.write_text(
        f"{settings.read_text()}\nDATABASES['default']['NAME'] = {name}\n{more}"
    )


def cause(result: Checked) -> str:
    return str(result.verdict["cause"])


@pytest.mark.parametrize(
    "name",
    [
        'BASE_DIR / "rooms.db"',
        '"rooms.db"',
        'f"file:{BASE_DIR}/rooms.db"',
        'f"file:{BASE_DIR}/rooms.db?mode=rw"',
        'f"{BASE_DIR}/../project/./rooms.db"',
    ],
)
def test_the_copy_has_what_the_original_has_and_gets_nothing(
    name: str, project: Path, connection: sqlite3.Connection, check: Check
) -> None:
    names(project, name)
    before = sorted(project.iterdir())
    result = check(1, project)
    assert result.status == 0, cause(result)
    assert list(connection.execute("SELECT name FROM rooms")) == [("lobby",)]
    assert sorted(project.iterdir()) == before


def test_a_second_database_is_a_copy_of_its_own(
    project: Path, connection: sqlite3.Connection, check: Check
) -> None:
    consumers = project / "chat/consumers.py"
    consumers.write_text(
        consumers.read_text()
        .replace("import connection", "import connections")
        .replace("connection.cursor", 'connections["rooms"].cursor')
    )
    other = 'DATABASES["rooms"] = {"ENGINE": "django.db.backends.sqlite3",'
    names(project, '":memory:"', f'{other} "NAME": BASE_DIR / "rooms.db"}}\n')
    result = check(1, project)
    assert result.status == 0, cause(result)
    assert list(connection.execute("SELECT name FROM rooms")) == [("lobby",)]


@pytest.mark.usefixtures("connection")
def test_a_database_that_may_only_be_read_is_not_written_to(
    project: Path, check: Check
) -> None:
    names(project, 'f"file:{BASE_DIR}/rooms.db?mode=ro"')
    result = check(1, project)
    assert result.status == 1
    assert "readonly" in cause(result)


def test_a_user_that_the_checker_cannot_create_is_not_the_projects_fault(
    tmp_path: Path, check: Check
) -> None:
    project = build("02_routing", tmp_path / "project", solved=True)
    (project / "chat/models.py").write_text(PERSON)
    with (project / "mysite/settings.py").open("a") as settings:
        settings.write('\nAUTH_USER_MODEL = "chat.Person"\n')
    result = check(2, project)
    skipped = [c for c in result.verdict["checks"] if c["outcome"] == "skipped"]
    assert (result.status, len(skipped)) == (0, 1), cause(result)
    assert "a user needs a Team first" in skipped[0]["reason"]


@pytest.mark.parametrize("write", [False, True])
def test_a_database_is_copied_again_when_somebody_writes_to_it(
    write: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, copies = tmp_path / "original.db", []
    original.write_bytes(b"one")
    copy: Callable[[Path, Path], None] = database._copy_files

    def copied(original: Path, draft: Path) -> None:
        copy(original, draft)
        copies.append((draft / original.name).read_bytes())
        if write and len(copies) == 1:
            original.write_bytes(b"two and more")

    monkeypatch.setattr(database, "_copy_files", copied)
    (tmp_path / "run").mkdir()
    found = database._copied(original, tmp_path / "run")
    assert Path(found).read_bytes() == copies[-1]
    assert copies == ([b"one", b"two and more"] if write else [b"one"])


def test_a_migration_that_cannot_be_loaded_is_the_projects_fault(
    tmp_path: Path, check: Check
) -> None:
    project = build("05_history", tmp_path / "project", solved=True)
    migration = project / "chat/migrations/0001_initial.py"
    migration.write_text('raise ValueError("half a migration")\n')
    result = check(5, project)
    assert result.status == 1
    assert "ValueError: half a migration" in cause(result)
    assert "chat/migrations/0001_initial.py" in cause(result)


def test_a_database_that_is_older_than_a_migration_is_not_changed(
    tmp_path: Path, check: Check
) -> None:
    project = build("05_history", tmp_path / "project", solved=True)
    migrate = [sys.executable, "manage.py", "migrate", "auth"]
    subprocess.run(migrate, cwd=project, env=environment(), check=True)
    result = check(5, project)
    assert result.status == 1
    assert "no such table: chat_message" in cause(result)
    assert result.verdict["cause"]["mistake"] == "tables_are_not_migrated"
