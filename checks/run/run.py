"""What one run holds: a project, its servers, its broker, and what it has found out."""

import contextlib
import dataclasses
import gc
import importlib
import random
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.course.lessons import Lesson, instruction, open_tasks
from checks.observe.timeline import Wire
from checks.sandbox import questions
from checks.sandbox.processes import Asking, Process, Project, Server
from checks.verdict import Cause, Check, Finding

if TYPE_CHECKING:
    from checks.sandbox.redis_server import RedisServer


PRELOADED = (
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
"""What the projects of the course have imported before the learner's own code runs.

Imported before the fork, it costs each child no time, and changes nothing that the
learner's imports mean. Nothing of `channels` is here (see `checks.observe.recorder`).
"""


UNDONE = {
    *("not_accepted", "silent", "no_reader", "no_route", "no_urlpatterns"),
    *("no_redis_layer", "no_members", "astray", "heard_elsewhere"),
    *("unknown_room", "unknown_user", "not_refused"),
}
"""Kinds of findings that say no more than: this has not been done yet."""


SERVERS: dict[str, Callable[["Run"], Process]] = {
    "server": lambda run: run.project.serve(),
    "routes": lambda run: run.project.serve(questions.routes_alone, "routes"),
    "second_server": lambda run: run.project.serve_later(),  # The first wants the CPU.
}
"""The servers that a run may need, by the word with which a check asks for each."""
QUESTIONS: dict[str, Callable[["Run"], Process]] = {
    "starts_under_daphne": lambda run: Asking(
        run.project, questions.application_of_a_fresh_process
    ),
    "passes_through_the_layer": lambda run: Asking(
        run.project, partial(questions.through_the_layer, run.project.prefix)
    ),
    "user": lambda run: Asking(run.project, partial(questions.login, run.user)),
}
"""The processes that answer one question, by the word with which a check asks it."""


def preload() -> None:
    """Import what every child needs, once, and take it out of the collector's sight."""
    if sys.modules.keys() >= set(PRELOADED):
        return
    gc.disable()  # Nothing of this is garbage: to look for some costs a tenth more.
    for name in PRELOADED:
        importlib.import_module(name)
    from twisted.internet.interfaces import IStreamServerEndpointStringParser
    from twisted.plugin import getPlugins

    list(getPlugins(IStreamServerEndpointStringParser))  # It looks through folders.
    gc.freeze()
    gc.enable()


class Run:
    """One run of one lesson's checks on one project."""

    def __init__(
        self, lesson: Lesson, project: Path, limit: float = 60, seed: Any = None
    ) -> None:
        self.lesson = lesson
        self.wire = Wire(limit)
        self.random = random.Random(seed)
        self.user: str = f"ada-{random.Random(seed).randrange(10**6)}"
        self.checks: list[Check] = []
        self.advice: list[Cause] = []
        self.cause: Cause | None = None
        self.traceback: str | None = None
        self.broker: RedisServer | None = None
        self.project: Project = Project(project, self.wire)
        self.processes: dict[str, Any] = {}
        with contextlib.ExitStack() as cleanup:  # Also when it is interrupted here.
            cleanup.callback(self.project.close)
            # Started now, they are ready once pytest has been imported.
            names = {"server", "second_server"} if lesson.broker else {"server"}
            self.foresee(names, SERVERS)
            self.cleanup = cleanup.pop_all()

    def foresee(
        self, words: Iterable[str], processes: dict[str, Callable[["Run"], Process]]
    ) -> None:
        """Start, side by side, those of the processes that these words ask for."""
        asked = set(words) - set(self.processes)
        for name, start in processes.items():
            if name in asked:
                self.processes[name] = start(self)

    def ask(self, words: Iterable[str]) -> None:
        """Have done meanwhile what these words will ask for: answers, a server."""
        for name in set(words) & set(self.processes):
            self.processes[name].asked.open()

    def begin(self) -> None:
        """Look at the project from now on; until then nothing of it was."""
        self.wire.start()
        self.project.begin()

    def server(self, name: str = "server") -> Server:
        """One of the project's Daphnes, ready to be talked to.

        Raises Finding when the project does not start, or its broker is not there.
        """
        self.foresee({name}, SERVERS)
        server: Server = self.processes[name]
        server.asked.open()
        return self.ready(server)

    def answer(self, name: str) -> Any:
        """What a process of the project answers to its question.

        Raises Finding when the project does not start, or the question fails there.
        """
        self.foresee({name}, QUESTIONS)
        asking: Asking = self.processes.pop(name)
        return asking.answer()

    def ready(self, server: Server) -> Server:
        """The server, once it has started and the broker that it needs is reached."""
        layer = server.first("ready")["layer"]
        self.reach(layer.get("redis") or [])
        return server

    def reach(self, hosts: list[Any]) -> None:
        """Reach the broker that the settings name, or start the embedded one there."""
        if hosts and self.broker is None:
            from checks.sandbox import (
                redis_server,
            )  # redis-py, which most lessons do without

            self.broker = self.cleanup.enter_context(redis_server.connected(hosts[0]))
            self.cleanup.callback(self.broker.delete_keys, self.project.prefix)

    def fail(self, cause: Cause, traceback: str | None = None) -> None:
        """Remember why the run does not pass: the first cause counts."""
        if self.cause is None:
            self.cause, self.traceback = cause, traceback

    def explained(self, finding: Finding, task: int | None = None) -> Cause:
        """The cause of a failure: the machine, or the mistake that the evidence fits.

        Where the evidence names none, or shows only that a task has not been begun, the
        task says what to do: the one that failed, else the first that is open.
        """
        try:
            if self.broker:
                self.broker.check_alive()
        except Finding as machine:
            return machine.cause
        from checks.explain import (
            mistakes,  # The catalogue: a run that passes needs none.
        )

        cause = mistakes.named(finding, self)
        undone = open_tasks(self.project.path, self.lesson)
        task = task or next(iter(undone), None)
        open_still = finding.kind in UNDONE and task in undone
        if cause.voice != "project" or task is None or (cause.cure and not open_still):
            return cause
        where, told = instruction(self.project.path, self.lesson, task)
        kept = finding.cause.where if not open_still else None
        return dataclasses.replace(finding.cause, where=kept or where, cure=told)

    def close(self) -> None:
        """End everything that the run started, and take its keys out of the broker."""
        self.cleanup.close()
