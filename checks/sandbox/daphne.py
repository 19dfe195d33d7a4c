"""Serve a learner's project with Daphne, inside a process of the project."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checks.observe.application import watch_application
from checks.observe.recorder import Recorder
from checks.sandbox import database, resolved
from checks.sandbox.answering import answering
from checks.sandbox.fault import ProjectFault
from checks.sandbox.manage import SETTINGS, settings_of_manage
from checks.sandbox.prompt_server import look_at_once

APPLICATION = "mysite.asgi.application"
ASGI = "mysite/asgi.py"


def django_set_up() -> None:
    """Set Django up, as `manage.py` and `runserver` do before anything else."""
    import daphne.server  # noqa: F401  (see child.REACTOR)
    import django

    os.environ.setdefault(SETTINGS, settings_of_manage())
    django.setup()


def project_application() -> Any:
    """What `ASGI_APPLICATION` names, imported as `runserver` does.

    Raises ProjectFault where it names no application.
    """
    django_set_up()
    path = resolved.asgi_application() or ""
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name, None) if module else None
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        found = None
    if not callable(found):
        raise _no_application(path, f"{module.replace('.', '/')}.py", name)
    return found


def application_of_daphne() -> Any:
    """What the command `daphne mysite.asgi:application` serves.

    Nobody has set Django up, and no settings are named: that is up to the project.
    """
    import daphne.server  # noqa: F401

    module = importlib.import_module("mysite.asgi")
    if not callable(getattr(module, "application", None)):
        raise _no_application(APPLICATION, ASGI, "application")
    return module.application


def started_by_daphne() -> Any:
    """What `ASGI_APPLICATION` names, in a process that has begun as `daphne` does."""
    application_of_daphne()
    return project_application()


def started_by_manage() -> Any:
    """The same, in a process whose command is that of `runserver`.

    Settings can ask for it, and name another layer then.
    """
    sys.argv = ["manage.py", "runserver"]
    return started_by_daphne()


AS_DAPHNE = {started_by_daphne, started_by_manage}
"""What loads the project where nobody has set Django up."""


def _no_application(path: str, file: str, name: str) -> ProjectFault:
    """Why `ASGI_APPLICATION` leads to no application: the setting, or the file."""
    expected = "ASGI_APPLICATION to lead to your application"
    settings = "mysite/settings.py"
    if not path:
        got = f"{settings} does not set it"
        return ProjectFault("not_set", expected, got, settings)
    if path != APPLICATION:
        got = f"{path!r} is no application"
        return ProjectFault("leads_elsewhere", expected, got, settings)
    there = Path(file).is_file()
    got = f"{file} defines no {name}" if there else f"there is no {file}"
    return ProjectFault("no_application", expected, got, file)


def run_daphne(
    record: Recorder, application: Callable[[], Any], socket: int, secret: str
) -> None:
    """Load the application, report what it is, and serve it until killed.

    Below the path `secret` it answers questions (see `sandbox.answering`).
    """
    import daphne.server
    from django.core.handlers import exception

    exception.response_for_exception = _reporting(
        record, exception.response_for_exception
    )
    found = application()
    database.fill_replaced()
    serving = _with_static_files(watch_application(record, found))
    record("ready", application=type(found).__name__, **resolved.everything())
    server = daphne.server.Server(
        application=answering(record, serving, secret),
        endpoints=[f"fd:fileno={socket}"],
        signal_handlers=False,
        **resolved.options_of_runserver(),
    )
    look_at_once(server)
    server.run()


def _reporting(record: Recorder, respond: Callable[..., Any]) -> Callable[..., Any]:
    """Django's answer to an exception of a page, which is reported."""

    def response_for_exception(request: Any, error: Exception) -> Any:
        response = respond(request, error)
        status = response.status_code
        record("http_raised", status=status, **record.error(error))
        return response

    return response_for_exception


def _with_static_files(application: Any) -> Any:
    """The application as `runserver` serves it: with static files while DEBUG is on."""
    from django.apps import apps
    from django.conf import settings

    if not (settings.DEBUG and apps.is_installed("django.contrib.staticfiles")):
        return application
    from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

    return ASGIStaticFilesHandler(application)
