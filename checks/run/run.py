"""What one run holds: a project, its servers, its Redis, and what it has found out."""

import contextlib
import random
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.course.lessons import Lesson
from checks.observe.failure import Failure
from checks.observe.monitor import Monitor
from checks.sandbox import questions
from checks.sandbox.processes import Asking, Process, Project, Server
from checks.verdict import Cause, Check, Finding

if TYPE_CHECKING:  # It imports redis-py, which most lessons do without.
    from checks.sandbox.redis_server import RedisServer

Start = Callable[["Run"], Process]

SERVERS: dict[str, Start] = {
    "server": lambda run: run.project.serve(),
    "routes": lambda run: run.project.serve(questions.routes_alone, "routes"),
    "second_server": lambda run: run.project.serve_later(),  # The first wants the CPU.
}
"""The servers that a run may need, by the word with which a check asks for each."""
QUESTIONS: dict[str, Start] = {
    "starts_under_daphne": lambda run: Asking(
        run.project, questions.application_of_a_fresh_process
    ),
    "passes_through_the_layer": lambda run: Asking(
        run.project, partial(questions.through_the_layer, run.project.prefix)
    ),
    "user": lambda run: Asking(run.project, partial(questions.login, run.user)),
}
"""The processes that answer one question, by the word with which a check asks it."""


class Run:
    """One run of one lesson's checks on one project.

    `limit` is in seconds. With a `seed`, words and rooms are the same on every run.
    """

    def __init__(
        self, lesson: Lesson, project: Path, limit: float = 60, seed: Any = None
    ) -> None:
        self.lesson = lesson
        self.monitor = Monitor(limit)
        self.timeline = self.monitor.timeline
        self.random = random.Random(seed)
        self.user: str = f"ada-{random.Random(seed).randrange(10**6)}"
        self.checks: list[Check] = []
        self.advice: list[Cause] = []
        self.cause: Cause | None = None
        self.traceback: str | None = None
        self.broker: RedisServer | None = None
        self.project: Project = Project(project, self.monitor)
        self.processes: dict[str, Any] = {}
        with contextlib.ExitStack() as cleanup:  # Also when it is interrupted here.
            cleanup.callback(self.project.close)
            # Started now, they are ready once pytest has been imported.
            names = {"server", "second_server"} if lesson.broker else {"server"}
            self.start_early(names, SERVERS)
            self.cleanup = cleanup.pop_all()

    def start_early(self, words: Iterable[str], processes: dict[str, Start]) -> None:
        """Start, side by side, those of the processes that these words ask for."""
        asked = set(words) - set(self.processes)
        for name, start in processes.items():
            if name in asked:
                self.processes[name] = start(self)

    def answer_early(self, words: Iterable[str]) -> None:
        """Let the processes begin their work that these words will ask for."""
        for name in set(words) & set(self.processes):
            self.processes[name].start_signal.send()

    def begin(self) -> None:
        """Let the processes read the project, and start the clock."""
        self.monitor.start()
        self.project.begin()

    def server(self, name: str = "server") -> Server:
        """One of the project's Daphnes, ready for tabs.

        Raises Failure when the project does not start, and Finding when its Redis is
        not there.
        """
        self.start_early({name}, SERVERS)
        server: Server = self.processes[name]
        server.start_signal.send()
        return self.ready(server)

    def ready(self, server: Server) -> Server:
        """A server, once it has started and the Redis that it needs is reached."""
        self.reach(server.first("ready")["layer"].get("redis") or [])
        return server

    def answer(self, name: str) -> Any:
        """What a process of the project answers to its question.

        Raises Failure when the project does not start, or the question fails there.
        """
        self.start_early({name}, QUESTIONS)
        asking: Asking = self.processes.pop(name)
        return asking.answer()

    def reach(self, hosts: list[Any]) -> None:
        """Reach the Redis that the settings name, or start the embedded one there."""
        if hosts and self.broker is None:
            from checks.sandbox import redis_server  # redis-py: 0.1 s

            self.broker = self.cleanup.enter_context(redis_server.connected(hosts[0]))
            self.cleanup.callback(self.broker.delete_keys, self.project.prefix)

    def fail(self, cause: Cause, traceback: str | None = None) -> None:
        """Remember why the run does not pass: the first cause counts."""
        if self.cause is None:
            self.cause, self.traceback = cause, traceback

    def explain(self, error: Failure | Finding, task: int | None = None) -> Cause:
        """The cause of what a check raised: the machine's, or what `explain` says."""
        if isinstance(error, Finding):
            return error.cause
        try:
            if self.broker:
                self.broker.check_alive()
        except Finding as machine:
            return machine.cause
        # The catalogue takes time to import, and a run that passes needs none.
        from checks.explain.cause import cause_of
        from checks.explain.record import Record

        record = Record(self.lesson, self.project.path, self.timeline)
        return cause_of(error, record, task)

    def close(self) -> None:
        """End everything that the run started, and delete its keys from Redis."""
        self.cleanup.close()
