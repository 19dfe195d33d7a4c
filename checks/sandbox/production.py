"""The servers of a project as on a real server: settings from the environment.

What this module returns is called inside a process of the project, before that loads
anything of it.
"""

import os
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from checks.observe.log import Event
from checks.sandbox import resolved
from checks.sandbox.answering import ANSWERS
from checks.sandbox.daphne import django_set_up, started_by_daphne
from checks.sandbox.manage import SETTINGS, settings_of_manage
from checks.sandbox.relay import Relay

HOSTS = ("localhost", "chat.example")
KEY = "SECRET_KEY"
ENVIRONMENT = {
    "PRODUCTION": "1",
    KEY: secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": ",".join(HOSTS),
}
"""What a project finds in its environment, besides what is there anyway."""
NOWHERE = "/nowhere/db.sqlite3"
"""A database that cannot be opened: there is no such folder."""


def application() -> Any:
    """The application of a project in production."""
    os.environ |= ENVIRONMENT
    return started_by_daphne()


def without_redis() -> Any:
    """The same where its Redis ends when the server is asked for `redis_ends`."""
    relays = []
    for layer in _settings().CHANNEL_LAYERS.values():
        if "channels_redis" in layer["BACKEND"]:
            config = layer.setdefault("CONFIG", {})
            relay, config["hosts"] = _to_redis(config.get("hosts"))
            relays.append(relay)

    def redis_ends(*_: object) -> None:
        for relay in relays:
            relay.cut()

    ANSWERS["redis_ends"] = redis_ends
    return started_by_daphne()


def _to_redis(hosts: Any) -> tuple[Relay, list[Any]]:
    """A relay to the first of these hosts, and what a layer connects with to it.

    Where that is no port of TCP without TLS, nobody is connected.
    """
    from channels_redis.utils import decode_hosts

    from checks.sandbox.redis_hosts import Host

    relay = Relay(Host(decode_hosts(hosts)[0]).address)
    written = hosts[0] if hosts else ("localhost", 6379)
    return relay, [_at(written, *relay.address)]


def _at(host: Any, name: str, port: int) -> Any:
    """A host, written as it is in the settings, at another address.

    Other code of the project may read it there, as it is written.
    """
    match host:
        case str() if "://" in host:
            parts = urlsplit(host)
            user, at, _ = parts.netloc.rpartition("@")
            there = f"{user}{at}{name}:{port}"
            return parts._replace(scheme="redis", netloc=there).geturl()
        case {"address": str(address), **others}:
            return {"address": _at(address, name, port), **others}
        case dict():
            who = {
                key: host[key] for key in ("username", "password", "db") if key in host
            }
            return who | {"host": name, "port": port}
        case _:
            return (name, port)


def without_database() -> Any:
    """The same where its database cannot be opened."""
    for database in _settings().DATABASES.values():
        database |= {"ENGINE": "django.db.backends.sqlite3", "NAME": NOWHERE}
    return started_by_daphne()


def _settings() -> Any:
    os.environ |= ENVIRONMENT
    os.environ.setdefault(SETTINGS, settings_of_manage())
    from django.conf import settings

    return settings


# Questions (see `sandbox.questions`) --------------------------------------------------


def without_a_key(wait: Callable[[], object]) -> Event:
    """Whether the project starts in production where the environment has no key."""
    os.environ |= ENVIRONMENT
    del os.environ[KEY]
    wait()
    try:
        django_set_up()
        from django.conf import settings

        return {"starts": bool(settings.SECRET_KEY)}
    except (Exception, SystemExit) as error:  # noqa: BLE001 (any ends a server)
        return {"starts": False, "error": type(error).__name__}


def layer_in_production(wait: Callable[[], object]) -> Event:
    """What the default channel layer is in production, as `resolved.layer` has it."""
    os.environ |= ENVIRONMENT
    wait()
    django_set_up()
    return resolved.layer()


def deploy_check(wait: Callable[[], object]) -> list[Event]:
    """What `manage.py check --deploy` finds in production."""
    os.environ |= ENVIRONMENT
    wait()
    django_set_up()
    from django.core import checks

    found = checks.run_checks(include_deployment_checks=True)
    return [
        {"id": it.id, "words": it.msg, "is_error": it.level >= checks.ERROR}
        for it in found
        if not it.is_silenced()
    ]
