"""The database of a project that is served and has none: made whole, or not at all.

`python -m checks.learn.new_database FOLDER` does there what `manage.py migrate` does,
in another file, which gets the name of the database at the end. A check that runs
meanwhile copies what it finds: half of the tables would be told as a mistake.
"""

import os
import runpy
import sys
from pathlib import Path
from typing import Any

from checks.course.lessons import ROOT
from checks.sandbox.database import JOURNALS, SQLITE

NAME = "db.sqlite3"
FROM = ROOT
"""The folder in which the command runs."""


def command(folder: Path) -> list[str]:
    """The command that makes the database of a project; empty where there is one."""
    database = folder / NAME
    if database.exists() and database.stat().st_size:  # It can be an empty file.
        return []
    return [sys.executable, "-m", "checks.learn.new_database", str(folder)]


def delete_draft(folder: Path, pid: int) -> None:
    """Delete what a command has left that was cut short, by its process."""
    for journal in JOURNALS:
        Path(f"{_draft(folder, pid)}{journal}").unlink(missing_ok=True)


def _draft(folder: Path, pid: int) -> Path:
    return folder / f".{pid}-{NAME}"


def _migrate(folder: Path) -> None:
    """Call `manage.py migrate` for a database in a file of its own; name that then."""
    database, draft = folder / NAME, _draft(folder, os.getpid())
    if not database.exists():
        _replace(database, draft)
    os.chdir(folder)
    sys.path[0] = str(folder)
    sys.argv = ["manage.py", "migrate", "--verbosity=0"]
    try:
        runpy.run_path("manage.py", run_name="__main__")
    except SystemExit as end:
        if end.code:  # Some write sys.exit(main()), which is 0 where all is well.
            raise
    from django.db import connections

    connections.close_all()
    if draft.exists() and not database.exists():  # Somebody may have made it meanwhile.
        draft.rename(database)


def _replace(database: Path, draft: Path) -> None:
    """Let connections to a database go to another file."""
    from django.db.utils import ConnectionHandler

    create = ConnectionHandler.create_connection

    def create_connection(handler: Any, alias: str) -> Any:
        settings = handler.settings[alias]
        name = os.fspath(settings["NAME"] or "")
        if settings["ENGINE"] == SQLITE and Path(name).resolve() == database:
            settings["NAME"] = draft
        return create(handler, alias)

    ConnectionHandler.create_connection = create_connection


if __name__ == "__main__":
    _migrate(Path(sys.argv[1]).resolve())
