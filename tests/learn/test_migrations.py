"""A project that is served gets a database, and never half of one."""

from pathlib import Path

import pytest

from checks.learn import migrations


def test_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    assert "migrate" in migrations.command(tmp_path)
    (tmp_path / migrations.NAME).touch()
    assert "migrate" in migrations.command(tmp_path)
    (tmp_path / migrations.NAME).write_text("tables")
    assert migrations.command(tmp_path) == []


@pytest.mark.parametrize("status", [None, 1, -9])
def test_one_whose_migration_was_cut_short_is_made_again(
    tmp_path: Path, status: int | None
) -> None:
    for name in ("db.sqlite3", "db.sqlite3-journal"):
        (tmp_path / name).write_text("half of the tables")
    migrations.ended(tmp_path, status)
    assert "migrate" in migrations.command(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_complete_is_kept(tmp_path: Path) -> None:
    (tmp_path / migrations.NAME).write_text("tables")
    migrations.ended(tmp_path, 0)
    assert migrations.command(tmp_path) == []
