"""A project that is served gets a database, and nobody ever finds half of one."""

import contextlib
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from checks.author.projects import build
from checks.learn import new_database
from checks.learn.new_database import NAME

LESSON = "05_history"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return build(LESSON, tmp_path / "project", solved=True)


def start(project: Path) -> "subprocess.Popen[bytes]":
    command = new_database.command(project)
    return subprocess.Popen(command, cwd=new_database.FROM)


def tables(database: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master")
        return {name for (name,) in found}


def beside(project: Path) -> list[str]:
    """The files of databases in a project."""
    return sorted(path.name for path in project.iterdir() if NAME in path.name)


def test_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    assert new_database.command(tmp_path)
    (tmp_path / NAME).touch()
    assert new_database.command(tmp_path)
    (tmp_path / NAME).write_text("tables")
    assert new_database.command(tmp_path) == []


def test_whoever_finds_a_database_finds_all_of_its_tables(project: Path) -> None:
    with start(project) as process:
        while not (project / NAME).exists() and process.poll() is None:
            time.sleep(0.001)
        found = tables(project / NAME)
    assert process.returncode == 0
    assert found == tables(project / NAME) >= {"chat_message", "django_session"}
    assert beside(project) == [NAME]


def test_a_program_that_ends_with_a_status_is_one_that_ends(project: Path) -> None:
    manage = project / "manage.py"
    manage.write_text(f"{manage.read_text()}    sys.exit(None)\n")
    with start(project) as process:
        pass
    assert process.returncode == 0
    assert "chat_message" in tables(project / NAME)


def test_an_empty_file_gets_the_tables_too(project: Path) -> None:
    (project / NAME).touch()
    with start(project) as process:
        pass
    assert process.returncode == 0
    assert "chat_message" in tables(project / NAME)


def test_one_that_is_cut_short_leaves_nothing(project: Path) -> None:
    with start(project) as process:
        while not beside(project):
            time.sleep(0.001)
        process.kill()
    new_database.delete_draft(project, process.pid)
    assert beside(project) == []


def test_one_that_somebody_makes_meanwhile_is_kept(project: Path) -> None:
    with start(project) as process:
        while not beside(project):
            time.sleep(0.001)
        (project / NAME).write_text("theirs")
    new_database.delete_draft(project, process.pid)
    assert (project / NAME).read_text() == "theirs"
    assert beside(project) == [NAME]


def test_a_migration_that_fails_makes_no_database(project: Path) -> None:
    (project / "chat/migrations/0001_initial.py").write_text("import nothing_there\n")
    with start(project) as process:
        pass
    assert process.returncode != 0
    new_database.delete_draft(project, process.pid)
    assert beside(project) == []
