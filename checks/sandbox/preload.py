"""What the projects of the course import, imported once before all forks."""

import gc
import importlib
import sys

MODULES = (
    "django.contrib.auth.apps",
    "django.contrib.auth.hashers",
    "django.contrib.auth.validators",
    "django.contrib.contenttypes.apps",
    "django.contrib.sessions.apps",
    "django.contrib.sessions.backends.base",
    "django.contrib.staticfiles.apps",
    "django.contrib.staticfiles.handlers",
    "django.core.asgi",
    "django.core.handlers.asgi",
    "django.core.management",
    "django.db.backends.sqlite3.base",
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


def preload() -> None:
    """Import what every child needs, once, and exempt it from garbage collection."""
    if sys.modules.keys() >= set(MODULES):
        return
    gc.disable()  # Nothing of this is garbage: to look for some costs a tenth more.
    for name in MODULES:
        importlib.import_module(name)
    from twisted.internet.interfaces import IStreamServerEndpointStringParser
    from twisted.plugin import getPlugins

    list(getPlugins(IStreamServerEndpointStringParser))  # It reads folders, once.
    gc.freeze()
    gc.enable()
