"""The database of a project that is served and has none: it is made by `migrate`."""

import sys
from pathlib import Path

from checks.sandbox.database import JOURNALS

NAME = "db.sqlite3"


def command(folder: Path) -> list[str]:
    """The command that makes the database of a project; empty where there is one."""
    database = folder / NAME
    if database.exists() and database.stat().st_size:  # It can be an empty file.
        return []
    return [sys.executable, "manage.py", "migrate", "--verbosity=0"]


def ended(folder: Path, status: int | None) -> None:
    """The command has ended; one that was cut short has left half a database.

    That is deleted, so that it is made again. `status` is None if it was cut short.
    """
    if status != 0:
        for journal in JOURNALS:
            (folder / f"{NAME}{journal}").unlink(missing_ok=True)
