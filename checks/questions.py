"""What a check asks of a project from inside: each runs in a process of the project.

They import Django and the learner's modules, so they are only ever called by
`Project.ask` and `Project.serve`.
"""

import importlib
import os
from typing import Any


def routes_alone() -> Any:
    """An application of nothing but `chat.routing`'s routes, as Channels serves them."""
    from checks.child import django_set_up

    django_set_up()
    from channels.auth import AuthMiddlewareStack
    from channels.routing import ProtocolTypeRouter, URLRouter

    routing = importlib.import_module("chat.routing")
    router = URLRouter(routing.websocket_urlpatterns)
    return ProtocolTypeRouter({"websocket": AuthMiddlewareStack(router)})


def application_of_a_fresh_process() -> str:
    """Import what `daphne mysite.asgi:application` would, and return its type's name.

    Nobody has set Django up, and the environment names no settings.
    """
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    import daphne.server  # noqa: F401

    module = importlib.import_module("mysite.asgi")
    return type(module.application).__name__


def runserver_comes_from() -> str:
    """The app whose `runserver` command `manage.py` would run."""
    from checks.child import django_set_up

    django_set_up()
    from django.core.management import get_commands

    app = get_commands()["runserver"]
    return app if isinstance(app, str) else type(app).__module__


def login(username: str) -> dict[str, str]:
    """Make a user who is logged in; return the cookie that their browser would send."""
    from checks.child import django_set_up

    django_set_up()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create(username=username)
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": str(user), "cookie": f"{name}={client.cookies[name].value}"}


async def _there_and_back(words: str) -> str:
    from channels.layers import get_channel_layer

    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "check", "words": words})
    return str((await layer.receive(channel))["words"])


def through_the_layer(words: str) -> str:
    """Send words to a channel of the default layer, and return what arrives there."""
    from checks.child import django_set_up

    django_set_up()
    from asgiref.sync import async_to_sync

    return async_to_sync(_there_and_back)(words)
