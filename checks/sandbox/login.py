"""Create a user of the project's own model, and log them in, and out.

It runs in the process of the server that the user talks to: sessions that this process
keeps in its memory, or that are signed with its key, are then its own.
"""

import contextlib
import datetime as dt
import functools
import importlib
import uuid
from collections.abc import Iterator
from typing import Any

from checks.observe.log import Event
from checks.observe.recorder import safe_repr, words_of
from checks.sandbox import database

OF_DJANGO = ("auth", "contenttypes", "sessions")
"""The apps of Django whose tables a user needs: nobody has to have migrated them."""


class CannotLogIn(Exception):
    """The checker does not know how to log a user in; its words say why.

    `facts` say it where it is a mistake of the project.
    """

    def __init__(self, words: str, **facts: str) -> None:
        super().__init__(words)
        self.facts = facts


def log_out(cookie: str) -> bool:
    """End the session of a cookie, as the logout of Django does.

    Returns whether that is possible: a session that is in the cookie itself ends in the
    browser, which deletes the cookie, and nowhere else.
    """
    from django.conf import settings
    from django.contrib import auth

    sessions = importlib.import_module(settings.SESSION_ENGINE)
    key = cookie.partition("=")[2]
    sessions.SessionStore(key).flush()
    return auth.SESSION_KEY not in sessions.SessionStore(key)


def _user_of(cookie: str) -> Any:
    """The user of a cookie, as the backend of the session knows it."""
    from django.conf import settings
    from django.contrib import auth

    sessions = importlib.import_module(settings.SESSION_ENGINE)
    session = sessions.SessionStore(cookie.partition("=")[2])
    backend = auth.load_backend(session[auth.BACKEND_SESSION_KEY])
    return backend.get_user(session[auth.SESSION_KEY])


def delete(cookie: str) -> Event:
    """Delete the user of a cookie: `done`, where the models of the project allow it."""
    from django.db import IntegrityError

    try:
        _user_of(cookie).delete()
    except IntegrityError:  # ProtectedError and RestrictedError are such.
        return {"done": False}
    return {"done": True}


def deactivate(cookie: str) -> Event:
    """Deactivate the user of a cookie: `done`, where users have an `is_active`."""
    user = _user_of(cookie)
    if "is_active" not in {field.name for field in user._meta.concrete_fields}:
        return {"done": False}
    user.is_active = False
    user.save(update_fields=["is_active"])
    return {"done": True}


def change_password(cookie: str) -> Event:
    """Change the password of a cookie's user: `done`, where users have one."""
    user = _user_of(cookie)
    if not hasattr(user, "get_session_auth_hash"):
        return {"done": False}
    user.set_unusable_password()  # Another one: to hash one that works takes a while.
    user.save(update_fields=["password"])
    return {"done": True}


@functools.cache
def log_in(name: str) -> Event:
    """The user's `name`, and the `cookie` that their browser sends below `cookie_path`.

    It is sent to the hosts of `cookie_domain`, or, without one, to that of the page.
    Each name is created once.

    Where the checker cannot log one in, which is no mistake of the project, `cannot`
    says why; `without_get_user` names the backends where none has a get_user() of its
    own, which is one. Only an exception about settings or migrations, about a session
    that is not kept, or about a table or column that the database lacks, is left to be
    reported as the project's.
    """
    from django.conf import settings
    from django.contrib.sessions.exceptions import SessionInterrupted
    from django.core.exceptions import ImproperlyConfigured

    _migrated_models()  # Outside of what follows: it raises what a migration does.
    try:
        user = _create_user(name)
        return {
            "name": safe_repr(user, str),
            "cookie": _cookie_of(user),
            "cookie_path": settings.SESSION_COOKIE_PATH,
            "cookie_domain": settings.SESSION_COOKIE_DOMAIN or "",
        }
    except CannotLogIn as error:
        return {"cannot": str(error), **error.facts}
    except (ImproperlyConfigured, SessionInterrupted):
        raise
    except Exception as error:
        if database.missing(error):
            raise
        return {"cannot": f"{type(error).__name__} was raised: {words_of(error)}"}


@functools.cache
def _migrated_models() -> list[Any]:
    """The models of the project's migrations, for a database that is empty."""
    from django.contrib.auth import get_user_model
    from django.db import DatabaseError

    try:
        connection = _connection(get_user_model())
        is_empty = not connection.introspection.table_names()
    except DatabaseError:  # It is reported where a user is created.
        return []
    return database.migrated_models(without=OF_DJANGO) if is_empty else []


def _create_user(name: str) -> Any:
    """A user with all that the model demands, created by its manager if that can.

    Where the copy of the database has a user of that name, it is that one.
    """
    from django.contrib.auth import get_user_model
    from django.db import DatabaseError

    model = get_user_model()
    values = dict(_values(model, name))
    _prepare_tables(model)
    with contextlib.suppress(Exception):  # There is none, or no such manager.
        return model._default_manager.get_by_natural_key(name)
    with contextlib.suppress(Exception):  # A manager may want anything.
        return _through_the_manager(model, values)
    try:
        return _saved(model(**values))
    except DatabaseError:  # The copy was made while somebody migrated the original.
        _create_tables(model, [], again=True)
        return _saved(model(**values))


def _through_the_manager(model: Any, values: dict[str, Any]) -> Any:
    from django.db import transaction

    with transaction.atomic(using=_connection(model).alias):
        return _saved(model._default_manager.create_user(**values, password=None))


def _saved(user: Any) -> Any:
    if user.pk is None:
        user.save()
    return user


def _values(model: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The fields of a user that cannot be left out, each with a value."""
    named = (model.USERNAME_FIELD, *model.REQUIRED_FIELDS)
    for field in model._meta.concrete_fields:
        optional = field.null or field.blank or field.has_default()
        needed = field.name in named or not (optional or field.primary_key)
        if needed and field.name != "password":
            yield field.name, _value(field, name)


def _value(field: Any, name: str) -> Any:
    """A value for a field. Raises CannotLogIn where it is to be another object."""
    from django.db import models

    if field.remote_field:
        raise CannotLogIn(f"a user needs a {field.related_model.__name__} first")
    if field.choices:
        return field.flatchoices[0][0]
    now = dt.datetime.now(dt.UTC)
    by_type: dict[type, Any] = {
        models.EmailField: f"{name}@example.com",
        models.URLField: f"https://example.com/{name}",
        models.UUIDField: uuid.uuid4(),
        models.BooleanField: False,
        models.DateTimeField: now,
        models.DateField: now.date(),
        models.IntegerField: 1,
        models.DecimalField: 1,
        models.FloatField: 1,
        models.JSONField: {},
    }
    values = (value for kind, value in by_type.items() if isinstance(field, kind))
    return next(values, name[: field.max_length])


def _connection(model: Any) -> Any:
    """The connection to the database in which users are kept."""
    from django.db import connections, router

    return connections[router.db_for_write(model)]


@functools.cache
def _prepare_tables(model: Any) -> None:
    """Create the tables that the first user needs, and those of the migrations."""
    _create_tables(model, migrated := _migrated_models())
    if migrated:
        database.note_migrations(_connection(model))


def _create_tables(model: Any, migrated: list[Any], *, again: bool = False) -> None:
    """Create the tables of Django's own apps, and of `migrated`."""
    from django.apps import apps

    connection = _connection(model)
    models = [m for m in apps.get_models() if m._meta.app_label in OF_DJANGO]
    if again:
        there = connection.introspection.table_names()
        with connection.schema_editor() as editor:
            for old in (m for m in models if m._meta.db_table in there):
                editor.delete_model(old)
    database.create_tables(connection, [*models, *migrated])


def _backend_that_finds(user: Any) -> str:
    """The path of a backend that finds this user by the id. Raises CannotLogIn."""
    from django.conf import settings
    from django.contrib import auth
    from django.contrib.auth.backends import BaseBackend

    able = {}
    for path in settings.AUTHENTICATION_BACKENDS:
        backend = auth.load_backend(path)
        find = getattr(type(backend), "get_user", BaseBackend.get_user)
        if find is not BaseBackend.get_user:  # That finds nobody.
            able[path] = backend
    if not able:
        paths = ", ".join(settings.AUTHENTICATION_BACKENDS)
        raise CannotLogIn("no backend has a get_user()", without_get_user=paths)
    found = (path for path, backend in able.items() if backend.get_user(user.pk))
    if path := next(found, ""):
        return path
    raise CannotLogIn("no backend of AUTHENTICATION_BACKENDS finds a user by id")


def _cookie_of(user: Any) -> str:
    """The cookie of a session in which this user is logged in."""
    from django.conf import settings
    from django.contrib import auth
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.http import HttpRequest, HttpResponse

    request = HttpRequest()
    request.session = importlib.import_module(settings.SESSION_ENGINE).SessionStore()
    backend = _backend_that_finds(user)
    auth.login(request, user, backend)
    SessionMiddleware(lambda _: HttpResponse()).process_response(
        request, HttpResponse()
    )
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"
