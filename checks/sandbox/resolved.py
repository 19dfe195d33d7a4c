"""What a project resolves to: its settings, its application, its layer, its routes.

Asked inside a process of the project, after Django has been set up.
"""

import hashlib
import importlib.metadata
import os
import sys
from typing import Any

from checks.observe.recorder import words_of
from checks.sandbox.child import root_of
from checks.sandbox.manage import settings_of_manage

REDIS_LAYERS = {
    "channels_redis.core.RedisChannelLayer",
    "channels_redis.pubsub.RedisPubSubChannelLayer",
}


def everything() -> dict[str, Any]:
    """All of it, as an event of a server that is ready has it."""
    return {
        "asgi": str(asgi_application()),
        "layer": layer(),
        "settings": os.environ["DJANGO_SETTINGS_MODULE"],
        "manage": settings_of_manage(),
        "secret": secret(),
        "routes": routes(),
    }


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

    `name` and, for a Redis layer, its `redis` hosts; or an `error` in words.
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
        cause = root_of(error)
        name = type(cause).__name__
        return {"error": f"{name} was raised: {words_of(cause)}"}
    return _described(type(created), configured["default"])


def _described(cls: type, configured: dict[str, Any]) -> dict[str, Any]:
    names = [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__]
    return {
        "name": names[0],
        "redis": _redis_hosts(names, configured),
        "keys": list(configured),
        "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer" in names,
        "version": int(importlib.metadata.version("redis").partition(".")[0]),
    }


def _redis_hosts(names: list[str], configured: dict[str, Any]) -> list[Any] | None:
    if not REDIS_LAYERS & set(names):
        return None
    from channels_redis.utils import decode_hosts

    hosts: list[Any] = decode_hosts(configured.get("CONFIG", {}).get("hosts"))
    return hosts
