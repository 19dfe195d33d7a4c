"""What a project's own `manage.py` does: the settings that it names, `runserver`.

All of it runs inside a process of the project; only `runserver_problem` needs Django
set up. Nothing is served: `runserver` is asked for what it does before it listens.
"""

import contextlib
import inspect
import os
import sys
from pathlib import Path
from typing import Any

from checks.observe.log import Event
from checks.observe.recorder import Recorder, causes_of

SETTINGS = "DJANGO_SETTINGS_MODULE"
USUAL = "mysite.settings"
DAPHNE = "daphne.management.commands.runserver"
OPTIONS = {"use_asgi": True, "addrport": "", "use_ipv6": False}
"""With what `runserver` is called when nothing is typed behind it."""


class _RunsACommand(BaseException):
    """Raised in `manage.py` instead of running the command."""


def settings_of_manage() -> str:
    """The settings that `manage.py` names; the usual ones where it does not say."""
    with contextlib.suppress(Exception):
        return _run_manage() or USUAL
    return USUAL


def _run_manage() -> str | None:
    """Run `manage.py` up to where it hands the command line to Django.

    Returns the settings that the environment names then.
    """
    from django.core import management

    def stop(*_: Any) -> None:
        raise _RunsACommand

    run, typed = management.execute_from_command_line, sys.argv
    before = os.environ.pop(SETTINGS, None)
    management.execute_from_command_line, sys.argv = stop, ["manage.py", "version"]
    try:
        with contextlib.suppress(_RunsACommand):
            file = Path("manage.py").resolve()
            code = compile(file.read_bytes(), file, "exec")
            exec(code, {"__name__": "__main__", "__file__": str(file)})  # noqa: S102
        return os.environ.get(SETTINGS)
    finally:
        management.execute_from_command_line, sys.argv = run, typed
        os.environ.pop(SETTINGS, None)
        os.environ |= {SETTINGS: before} if before else {}


def runserver_problem(record: Recorder) -> Event:
    """Which app's `runserver` `manage.py` would run, and what keeps it from starting.

    `daphne` is whether it is Daphne's, or made from it; `installed` whether that app
    is. `raised` is what it would raise before it listens, and `check` what Django's
    system check finds.
    """
    from django.apps import apps
    from django.core.management import get_commands, load_command_class

    app = get_commands()["runserver"]
    command = load_command_class(app, "runserver") if isinstance(app, str) else app
    name = app if isinstance(app, str) else type(app).__module__
    bases = {base.__module__ for base in type(command).__mro__}
    found: Event = {"app": name, "daphne": DAPHNE in bases}
    found["installed"] = apps.is_installed("daphne")
    command.run = lambda **_: None
    try:
        _run_manage()
        command.handle(**OPTIONS)
        _open_the_database()
        return found | {"check": _failed_check(record)}
    except Exception as error:  # Whatever it is, it ends runserver.
        return found | {"raised": record.error(causes_of(error)[-1])}


def _open_the_database() -> None:
    """Do what `runserver` does to count the migrations that are not applied.

    Those of Django, which nobody changes, are not read: it takes time.
    """
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    if connection.vendor != "unknown":
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute("SELECT COUNT(*) FROM sqlite_master")
    inside = (app for app in apps.get_app_configs() if _is_own(app.path))
    if any(Path(app.path, "migrations").is_dir() for app in inside):
        MigrationLoader(None)


def _is_own(path: str) -> bool:
    return Path(path).resolve().is_relative_to(Path.cwd())


def _failed_check(record: Recorder) -> Event | None:
    """The first error of Django's system check, which ends `runserver`."""
    from django.core import checks

    errors = (m for m in checks.run_checks() if m.is_serious() and not m.is_silenced())
    for error in errors:
        return {
            "error": str(error.id),
            "words": f"{_named(error.obj)}{error.msg}",
            "hint": str(error.hint or ""),
            "at": _place(record, error.obj),
        }
    return None


def _named(obj: Any) -> str:
    """The label of a model, or of a field of one, as Django puts it first."""
    label = getattr(obj, "_meta", None)
    return f"{label.label}: " if label else f"{obj}: " if hasattr(obj, "model") else ""


def _place(record: Recorder, obj: Any) -> Event | None:
    """Where the model is that the check is about, if it is one of the learner's."""
    model: Any = obj if inspect.isclass(obj) else getattr(obj, "model", None)
    with contextlib.suppress(TypeError, OSError):
        if file := record.own(inspect.getsourcefile(model) or ""):
            return {"file": file, "line": inspect.getsourcelines(model)[1]}
    return None
