"""Questions to a project, answered inside a process of it.

They import Django and the learner's modules, so they are only called in a child. Each
is given `wait`: what comes before `wait()` may be done early, while other checks run,
and what comes after it is done when a check asks.
"""

import asyncio
import importlib
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from checks.observe.instruments import track_origins
from checks.sandbox import database, resolved
from checks.sandbox.daphne import django_set_up
from checks.sandbox.fault import ProjectFault

Wait = Callable[[], object]
TRIES, AGAIN = 6, 0.5
"""How often a message is sent to the layer until it arrives, and after how many s."""


def routes_alone() -> Any:
    """An application of nothing but the routes of `chat.routing`, with the user.

    Raises ProjectFault where there is no list of routes.
    """
    django_set_up()
    from channels.auth import AuthMiddlewareStack
    from channels.routing import ProtocolTypeRouter, URLRouter

    routing = importlib.import_module("chat.routing")
    names = sorted(name for name in vars(routing) if not name.startswith("_"))
    if not isinstance(getattr(routing, "websocket_urlpatterns", None), list | tuple):
        expected = "chat/routing.py to define a list named websocket_urlpatterns"
        got = f"it defines {', '.join(names)}"
        raise ProjectFault("no_urlpatterns", expected, got, "chat/routing.py")
    router = URLRouter(routing.websocket_urlpatterns)
    return ProtocolTypeRouter({"websocket": AuthMiddlewareStack(router)})


def application_of(make: Callable[[], Any]) -> Any:
    """The application that a lesson's own function returns, with Django set up."""
    django_set_up()
    return make()


def layer(_: Wait) -> dict[str, Any]:
    """What the default channel layer is, as `resolved.layer` describes it."""
    django_set_up()
    return resolved.layer()


def called(question: Callable[[], Any], wait: Wait) -> dict[str, Any]:
    """What a lesson's own function answers, or how it broke.

    An exception that the learner's code raised is left to be reported as theirs, and
    so is one about a table or a column that their database lacks.
    """
    wait()
    django_set_up()
    try:
        return {"answer": json.loads(json.dumps(question()))}
    except Exception as error:
        stack = traceback.extract_tb(error.__traceback__)
        _, *files = [frame.filename for frame in stack]  # The first is this function.
        theirs = [file for file in files if file.startswith(f"{Path.cwd()}{os.sep}")]
        lacking = database.MISSING.search(str(error))
        if set(theirs) - set(files[:1]) or isinstance(error, SyntaxError) or lacking:
            raise
        return {"broke": traceback.format_exc()}


def managed(arguments: tuple[str, ...], wait: Wait) -> None:
    """Run a command of `manage.py`, until its threads have ended, too."""
    wait()
    sys.argv = ["manage.py", *arguments]
    track_origins()
    django_set_up()
    from django.core.management import call_command

    call_command(*arguments)
    vars(threading)["_shutdown"]()  # As Python does at its end.


def through_the_layer(words: str, wait: Wait) -> str:
    """Send words to a channel of the default layer; return what arrives, "" if none."""
    django_set_up()
    from asgiref.sync import async_to_sync

    resolved.layer()  # It imports what the layer needs.
    wait()
    return async_to_sync(_there_and_back)(words)


async def _there_and_back(words: str) -> str:
    """Send until it arrives: of the pub/sub layer, the first message may be lost.

    Redis may not know of a new channel yet (see `Members.are_subscribed`).
    """
    from channels.layers import get_channel_layer

    layer = get_channel_layer()
    channel = await layer.new_channel()
    send = partial(layer.send, channel)
    if len(getattr(layer, "hosts", ())) > 1:  # A group finds the host of a channel.
        await layer.group_add(words, channel)
        send = partial(layer.group_send, words)
    arriving = asyncio.ensure_future(layer.receive(channel))
    for _ in range(TRIES):
        await send({"type": "check", "words": words})
        if (await asyncio.wait([arriving], timeout=AGAIN))[0]:
            return str(arriving.result()["words"])
    return ""
