"""What a project resolves to: its settings, its application, its layer, its routes.

Asked inside a process of the project, after Django has been set up.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import sys
from typing import Any

from checks.observe.recorder import causes_of, words_of
from checks.sandbox.manage import settings_of_manage

REDIS_LAYERS = {
    "channels_redis.core.RedisChannelLayer",
    "channels_redis.pubsub.RedisPubSubChannelLayer",
}
KEYS = "symmetric_encryption_keys"
PLAIN = (str, int, float, list, tuple, dict, type(None))
"""Types of options that another process can be given."""

KEEPING = ("capacity", "channel_capacity", "expiry", "group_expiry")
"""What a layer is given under CONFIG about keeping messages and members."""


def everything() -> dict[str, Any]:
    """All of it, as an event of a server that is ready has it."""
    return {
        "asgi": str(asgi_application()),
        "layer": layer(),
        "settings": os.environ["DJANGO_SETTINGS_MODULE"],
        "manage": settings_of_manage(),
        "secret": secret(),
        "production": os.environ.get("PRODUCTION"),
        "routes": routes(),
    }


def options_of_runserver() -> dict[str, Any]:
    """What `runserver` gives to Daphne's server because the settings say so."""
    from django.conf import settings

    names = {
        "FORCE_SCRIPT_NAME": "root_path",
        "DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE": "websocket_max_message_size",
        "DAPHNE_WEBSOCKET_MAX_FRAME_SIZE": "websocket_max_frame_size",
    }
    given = {option: getattr(settings, name, None) for name, option in names.items()}
    return {option: value for option, value in given.items() if value is not None}


def secret() -> str:
    """By what SECRET_KEY differs from another one, without telling it."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        return hashlib.sha256(repr(settings.SECRET_KEY).encode()).hexdigest()
    except ImproperlyConfigured:  # It is empty.
        return ""


def asgi_application() -> str | None:
    """The path that the setting ASGI_APPLICATION has; None where there is none."""
    from django.conf import settings

    path = getattr(settings, "ASGI_APPLICATION", None)
    return None if path is None else str(path)


def routes() -> list[str]:
    """The routes in the project's chat/routing.py, much as they were written."""
    module = sys.modules.get("chat.routing")
    written = []
    for route in getattr(module, "websocket_urlpatterns", ()):
        pattern = getattr(route, "pattern", None)
        kind = "re_path" if "Regex" in type(pattern).__name__ else "path"
        written.append(f"{kind}('{pattern}')")
    return written


def layer() -> dict[str, Any]:
    """What the project's default channel layer resolves to, or why it does not.

    `name` and, for a Redis layer, its `redis` hosts; or an `error` in words. `others`
    are the hosts of further Redis layers: a consumer can use one of those.
    """
    from channels.layers import channel_layers
    from django.conf import settings

    configured = getattr(settings, "CHANNEL_LAYERS", None)
    if not isinstance(configured, dict) or not configured:
        similar = [name for name in dir(settings) if name.startswith("CHANNEL")]
        instead = f" (it sets {', '.join(similar)})" if similar else ""
        return {"error": f"mysite/settings.py sets no CHANNEL_LAYERS{instead}"}
    if "default" not in configured:
        return {"error": f'CHANNEL_LAYERS names {", ".join(configured)}, no "default"'}
    try:
        created = channel_layers["default"]
    except Exception as error:
        cause = causes_of(error)[-1]
        name = type(cause).__name__
        return {"error": f"creating it raised {name}: {words_of(cause)}"}
    return _described(created, configured["default"]) | {"others": _others(configured)}


def _others(configured: dict[str, Any]) -> list[Any]:
    """The hosts of the layers beside the default one, as far as they can be made."""
    from channels.layers import channel_layers

    found: list[Any] = []
    for alias in configured.keys() - {"default"}:
        with contextlib.suppress(Exception):  # Whoever uses that layer will be told.
            names = _names(type(channel_layers[alias]))
            config = configured[alias].get("CONFIG") or {}
            found += _redis_hosts(names, config) or ()
    return found


def _names(cls: type) -> list[str]:
    return [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__]


def _described(created: Any, configured: dict[str, Any]) -> dict[str, Any]:
    """A layer in data: what its settings were, and what it made of them."""
    names = _names(type(created))
    config = configured.get("CONFIG") or {}
    return {
        "name": names[0],
        "redis": _redis_hosts(names, config),
        "written": [_form(entry) for entry in config.get("hosts") or ()],
        "keys": list(configured),
        "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer" in names,
        "version": int(importlib.metadata.version("redis").partition(".")[0]),
        "config": _config(created),
        "encryption": [_fingerprint(key) for key in config.get(KEYS) or ()],
    }


def _config(created: Any) -> dict[str, Any]:
    """How many messages a Redis layer keeps, and how long; the pub/sub layer none."""
    of_layer = vars(created)
    config = {name: of_layer[name] for name in KEEPING if name in of_layer}
    if config.pop("channel_capacity", None):  # One pattern may be that for tabs.
        room = created.get_capacity("specific.a-process!a-tab")
        if room < config["capacity"]:  # A process keeps no more for a tab.
            del config["capacity"]
            config["channel_capacity"] = room
    return config


def _redis_hosts(names: list[str], config: dict[str, Any]) -> list[Any] | None:
    """The hosts of a Redis layer, without options that only their process can hold."""
    if not REDIS_LAYERS & set(names):
        return None
    from channels_redis.utils import decode_hosts

    hosts: list[Any] = decode_hosts(config.get("hosts"))
    return [
        {name: value for name, value in host.items() if isinstance(value, PLAIN)}
        for host in hosts
    ]


def _form(entry: object) -> str:
    """How one of the hosts is written in the settings."""
    if isinstance(entry, dict):
        return "a dictionary"
    return "a (host, port) pair" if isinstance(entry, list | tuple) else "a URL"


def _fingerprint(key: object) -> str:
    """What two processes compare to find out whether they have the same key."""
    return hashlib.sha256(repr(key).encode()).hexdigest()
