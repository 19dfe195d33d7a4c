"""The databases of a learner's project: a run works on copies, never on the originals.

The settings are read as they are, and each engine is loaded. Where it is SQLite, the
file that the settings name is copied; another engine is replaced by an empty SQLite
file, since a run neither connects to a person's database nor writes to it.
"""

import contextlib
import functools
import hashlib
import os
import re
import resource
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from checks.observe.log import Event
from checks.sandbox import file_lock
from checks.sandbox.confinement import LARGEST_DATABASE
from checks.sandbox.fault import ProjectFault

SQLITE = "django.db.backends.sqlite3"
NO_DATABASE = "unknown"
"""The vendor of the engine that Django uses where the settings name none."""
JOURNALS = ("", "-wal", "-journal")
"""What SQLite appends to the name of a database: its changes may be in such a file."""
TRIES = 3
"""How often a database is copied that somebody writes to at that moment."""
MISSING = re.compile(
    r"no such table: (?:main\.)?(?P<table>\w+)|"
    r"no such column: (?:main\.)?(?P<owner>\w+)\.(?P<column>\w+)|"
    r"table (?P<other>\w+) has no column named (?P<name>\w+)"
)
"""What SQLite says of a table, or a column of one, that is not there."""
replaced: dict[str, str] = {}
"""The engines that this process has replaced, by the alias of the database."""


def use_copies(folder: Path, watch: Callable[[Any], None]) -> None:
    """Let every connection of this process go to a database in this folder.

    `watch` is called with each of them.
    """
    from django.db.backends.signals import connection_created
    from django.db.utils import ConnectionHandler, load_backend

    def create_connection(handler: Any, alias: str) -> Any:
        database = handler.settings[alias]
        backend = load_backend(database["ENGINE"])
        vendor = backend.DatabaseWrapper.vendor
        if vendor == "sqlite":
            database["NAME"] = _copied(database["NAME"], folder)
        elif vendor != NO_DATABASE:
            replaced[alias] = database["ENGINE"]
            own = {"ENGINE": SQLITE, "OPTIONS": {}, "NAME": folder / f"{alias}.sqlite3"}
            database.update(own)
            backend = load_backend(SQLITE)
        connection = backend.DatabaseWrapper(database, alias)
        watch(connection)
        return connection

    ConnectionHandler.create_connection = create_connection
    connection_created.connect(_write_without_waiting, weak=False)


def _write_without_waiting(connection: Any, **_: Any) -> None:
    """Do not wait for the disk at each commit: nobody needs the copy after the run."""
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA synchronous = OFF")


def _copied(name: Any, folder: Path) -> Any:
    """The name under which the copy of a database is opened.

    What has no file, and what SQLite could not open, keeps its name.
    """
    text = os.fspath(name or "")
    url = urlsplit(text if text.startswith("file:") else "")
    original = Path(unquote(url.path) or text)
    memory = not text or ":memory:" in text or "mode=memory" in url.query
    if memory or original.is_relative_to(folder) or not _can_be_opened(original):
        return name
    copy = _copy(original.resolve(), folder)
    return f"file:{copy}?{url.query}" if url.query else copy


def _can_be_opened(original: Path) -> bool:
    if original.exists():
        return original.is_file() and os.access(original, os.R_OK)
    return original.parent.is_dir()


def _copy(original: Path, folder: Path) -> Path:
    """Copy a database with its journals, once in a run; return the copy."""
    digest = hashlib.sha256(os.fsencode(original)).hexdigest()[:8]
    whole, draft = folder / f"db-{digest}", folder / f"db-{digest}-{os.getpid()}"
    if not whole.exists():
        draft.mkdir()
        for _ in range(TRIES):
            before = _sizes_and_times(original)
            _check_size(original, sum(size for size, _ in before))
            with _large_files(sum(size for size, _ in before)):
                _copy_files(original, draft)
            if _sizes_and_times(original) == before:
                break
        with contextlib.suppress(OSError):  # Another process was faster.
            draft.rename(whole)
        shutil.rmtree(draft, ignore_errors=True)
    return whole / original.name


def _check_size(original: Path, size: int) -> None:
    """Raise ProjectFault where a database is too large to be copied in each run."""
    if size > LARGEST_DATABASE:
        file, most = os.path.relpath(original), LARGEST_DATABASE >> 20
        raise ProjectFault(
            "large_database",
            f"{file} to have at most {most} MiB, as each run has a copy of it",
            f"it has {size >> 20:,} MiB",
            file,
            cure="Name another database while you work on this lesson.",
        )


def _copy_files(original: Path, draft: Path) -> None:
    for journal in JOURNALS:
        copy = draft / f"{original.name}{journal}"
        copy.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            shutil.copyfile(f"{original}{journal}", copy)


def _sizes_and_times(original: Path) -> list[tuple[int, int]]:
    found = []
    for journal in JOURNALS:
        with contextlib.suppress(OSError):
            stat = original.with_name(f"{original.name}{journal}").stat()
            found.append((stat.st_size, stat.st_mtime_ns))
    return found


@contextlib.contextmanager
def _large_files(size: int) -> Iterator[None]:
    """Allow files of any size, and afterwards this many more bytes than before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    yield
    endless = resource.RLIM_INFINITY
    largest = soft if soft == endless else soft + size
    if hard != endless:
        largest = min(largest, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))


def fill_replaced() -> None:
    """Create the tables of all models in the databases that replace another engine."""
    from django.apps import apps
    from django.db import connections

    for alias in replaced:
        file = Path(connections[alias].settings_dict["NAME"])
        with file_lock.exclusive(file.with_suffix(".lock")):
            create_tables(connections[alias], apps.get_models())


def create_tables(connection: Any, models: Any) -> None:
    """Create those of the models' tables that are missing, as the models are now.

    Migrations would take ten times as long.
    """
    there = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in models:
            if model._meta.managed and model._meta.db_table not in there:
                editor.create_model(model)
                there.add(model._meta.db_table)


def migrated_models(without: Iterable[str] = ()) -> list[Any]:
    """The models as the migrations of the project's apps describe them.

    Whoever serves a project for the first time calls `migrate`, which makes their
    tables; so a model that has no migration is not here. Raises what a migration does.
    """
    from django.apps import apps

    labels = {model._meta.app_label for model in apps.get_models()} - set(without)
    if not labels:
        return []
    loader = _migrations()
    labels -= loader.unmigrated_apps  # Django takes these from the classes instead.
    models = loader.project_state().apps.get_models()
    return [model for model in models if model._meta.app_label in labels]


def note_migrations(connection: Any) -> None:
    """Note in the database that every migration is done, as `migrate` does.

    A page for whoever watches a server may ask for that.
    """
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    done = (
        recorder.Migration(app=app, name=name)
        for app, name in _migrations().disk_migrations
    )
    recorder.migration_qs.bulk_create(done)


@functools.cache
def _migrations() -> Any:
    """The migrations of all apps."""
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(None)


# What is missing ----------------------------------------------------------------------


def missing(error: BaseException) -> Event:
    """Which model's table or column an exception says is missing, if it is one.

    `migration` is whether a migration would create it.
    """
    from django.apps import apps
    from django.db import DatabaseError

    match = MISSING.search(str(error)) if isinstance(error, DatabaseError) else None
    table = match and (match["table"] or match["owner"] or match["other"])
    if not match or not table or not apps.ready:
        return {}
    column = match["column"] or match["name"]
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            with contextlib.suppress(Exception):  # Migrations that cannot be loaded.
                return {"missing": _described(model, column)}
    return {}


def _described(model: Any, column: str | None) -> Event:
    """A table by its model, or a column of it by the field."""
    owner = model._meta.auto_created or model  # Of a many-to-many field.
    names = [model.__name__] if owner is model else []
    fields = [f.name for f in owner._meta.local_many_to_many if not names]
    fields += [f.name for f in owner._meta.local_fields if f.column == column]
    state = _migrations().project_state().models
    known = state.get((owner._meta.app_label, owner._meta.model_name))
    migration = known and (not fields or any(name in known.fields for name in fields))
    return {
        "app": owner._meta.app_label,
        "model": owner.__name__,
        "field": fields[0] if column and fields else "",
        "migration": bool(migration),
    }
