"""What the projects of the course import, imported once before all forks."""

import gc
import importlib
import sys

MODULES = (
    "asgiref.sync",
    "encodings.idna",
    "django.contrib.auth.apps",
    "django.contrib.auth.context_processors",
    "django.contrib.auth.hashers",
    "django.contrib.auth.password_validation",
    "django.contrib.auth.tokens",
    "django.contrib.auth.validators",
    "django.contrib.contenttypes.apps",
    "django.contrib.contenttypes.checks",
    "django.contrib.sessions.apps",
    "django.contrib.sessions.backends.base",
    "django.contrib.sessions.middleware",
    "django.contrib.sessions.serializers",
    "django.contrib.staticfiles.apps",
    "django.contrib.staticfiles.handlers",
    "django.contrib.staticfiles.management.commands.runserver",
    "django.conf.urls",
    "django.core.asgi",
    "django.core.cache.backends.locmem",
    "django.core.handlers.asgi",
    "django.core.management",
    "django.core.management.commands.makemigrations",
    "django.core.management.commands.migrate",
    "django.db.backends.sqlite3.base",
    "django.db.models.sql.compiler",
    "django.forms",
    "django.middleware.clickjacking",
    "django.middleware.common",
    "django.middleware.security",
    "django.shortcuts",
    "django.template.context_processors",
    "django.template.loaders.app_directories",
    "django.template.loaders.cached",
    "django.template.loaders.filesystem",
    "django.templatetags.cache",
    "django.templatetags.l10n",
    "django.templatetags.tz",
    "django.urls",
    "django.utils.translation.reloader",
    "django.views.csrf",
    "django.views.defaults",
    "runpy",
    "django.views.decorators.cache",
    "django.views.decorators.csrf",
    "autobahn.twisted.websocket",
    "daphne.endpoints",
    "daphne.http_protocol",
    "daphne.ws_protocol",
    "twisted.internet.asyncioreactor",
    "twisted.internet.endpoints",
    "twisted.web.http",
)
"""Imported before the fork, they cost each child no time, and change nothing that the
learner's imports mean. Nothing of `channels` is here (see `observe.instruments`)."""
FOR_REDIS = (
    "cryptography.fernet",
    "msgpack",
    "redis.asyncio",
    "checks.sandbox.redis_server",
)
"""The same for a project whose layer is in Redis: redis-py takes 0.1 s to import."""
TEMPLATE = "{% if name %}{{ name|default:'somebody' }}{% endif %}"
"""A template with a tag, a filter and an argument."""


def preload(*, redis: bool = False) -> None:
    """Import what every child needs, once, and exempt it from garbage collection.

    `redis` is whether they need Redis too.
    """
    names = (*MODULES, *FOR_REDIS) if redis else MODULES
    if sys.modules.keys() >= set(names):
        return
    gc.disable()  # Nothing of this is garbage: to look for some costs a tenth more.
    for name in names:
        importlib.import_module(name)
    from django.template import Engine
    from twisted.internet.interfaces import IStreamServerEndpointStringParser
    from twisted.plugin import getPlugins

    list(getPlugins(IStreamServerEndpointStringParser))  # It reads folders, once.
    Engine().from_string(TEMPLATE)  # Django compiles its expressions at the first one.
    gc.freeze()
    gc.enable()
