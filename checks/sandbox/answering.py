"""Questions that a server of the project answers itself, in its own process.

They come over HTTP, below a path that nobody else knows, and are answered in the thread
in which the project's own sync code runs.
"""

import json
import runpy
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import parse_qsl

from checks.observe.activity import is_at_rest
from checks.observe.log import Event
from checks.observe.recorder import Recorder
from checks.sandbox import database, own_code
from checks.sandbox.clock import skip
from checks.sandbox.login import change_password, deactivate, delete, log_in, log_out
from checks.sandbox.manage import runserver_problem

Answer = Callable[[Recorder, dict[str, str]], Any]


def secret_is_kept() -> bool:
    """Whether SECRET_KEY is the same when the settings are run again.

    A module that the settings import is not run again.
    """
    from django.conf import settings

    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            again = runpy.run_module(settings.SETTINGS_MODULE)
    except BaseException:  # They may not be made to run twice.
        return True
    return bool(again.get("SECRET_KEY", settings.SECRET_KEY) == settings.SECRET_KEY)


def setting(name: str) -> Any:
    """The value of a setting, None where there is none."""
    from django.conf import settings

    return getattr(settings, name, None)


def skipped(record: Recorder, given: dict[str, str]) -> None:
    """Let time pass in this process, and report that."""
    record("skipped", seconds=float(given["seconds"]))
    skip(float(given["seconds"]))


ANSWERS: dict[str, Answer] = {
    "runserver": lambda record, _: runserver_problem(record),
    "log_in": lambda _, given: log_in(given["name"]),
    "log_in_again": lambda _, given: log_in.__wrapped__(given["name"]),
    "deactivate": lambda _, given: deactivate(given["cookie"]),
    "change_password": lambda _, given: change_password(given["cookie"]),
    "delete": lambda _, given: delete(given["cookie"]),
    "log_out": lambda _, given: log_out(given["cookie"]),
    "hold": lambda record, given: record.gate.close(given["place"]),
    "let_go": lambda record, _: record.gate.open(),
    "skip": skipped,
    "setting": lambda _, given: setting(given["name"]),
    "replaced": lambda record, _: own_code.replaced(record),
    "is_at_rest": lambda _, __: is_at_rest(),
    "settings": lambda _, __: {
        "secret_is_kept": secret_is_kept(),
        "replaced": database.replaced,
    },
}


AT_ONCE = {"hold", "let_go", "skip", "replaced", "is_at_rest"}
"""What is answered in the event loop: sync code may be what is held, and the loop's
own time is what is skipped."""


def answering(record: Recorder, application: Any, path: str) -> Any:
    """The same ASGI application, which answers questions as well.

    Their addresses end in this path and the name of the question.
    """
    from asgiref.sync import sync_to_async

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        _, asked, question = scope["path"].rpartition(path)
        if scope["type"] != "http" or not asked:
            await application(scope, receive, send)
            return
        given = dict(parse_qsl(scope["query_string"].decode()))
        if question == "seen":
            answer = {"answer": _seen(scope)}
        elif question in AT_ONCE:
            answer = _answer(record, question, given)
        else:
            answer = await sync_to_async(_answer)(record, question, given)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return answers


def _seen(scope: Any) -> Event:
    """What the project makes of a request: its `host`, whether it is `secure`."""
    from django.core.handlers.asgi import ASGIRequest

    request = ASGIRequest(scope, BytesIO())
    return {
        "host": request.META.get("HTTP_HOST", ""),
        "secure": request.is_secure(),
        "header": request.META.get("HTTP_X_FORWARDED_PROTO", ""),
    }


def _answer(record: Recorder, question: str, given: dict[str, str]) -> Event:
    """What the question comes to, or the exception that it ended with."""
    try:
        return {"answer": ANSWERS[question](record, given)}
    except Exception as error:  # Who asks decides whose it is.
        return {"raised": record.error(error)}
