"""What one run holds: a project, its servers, its Redis, and what it has found out."""

import contextlib
import dataclasses
import itertools
import random
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.asking.own_tests import OwnTests
from checks.asking.pages import require_login
from checks.asking.skipping import skip
from checks.asking.sockets import SocketTab
from checks.asking.users import NAMES, User
from checks.course.lessons import Lesson
from checks.observe.failure import Failure
from checks.observe.monitor import Monitor
from checks.run import production
from checks.run.answers import confinement
from checks.run.plain import Conversation, conversation, keeps_out
from checks.run.replay import replay
from checks.run.suites import own_tests, start_suites
from checks.sandbox import own_network, questions
from checks.sandbox.process import Process
from checks.sandbox.processes import Asking, Project, Server
from checks.verdict import Answer, Cause, Check, Finding, Replay, Verdict

if TYPE_CHECKING:  # It imports redis-py, which most lessons do without.
    from checks.sandbox.redis_server import RedisServer

Start = Callable[["Run"], Process]
LATER = 601
"""Seconds by which the clock of the project is put forward when a second server starts.

They are more than ten minutes, and another second and minute. A tab that was open
before is then one that has been open for as long.
"""


def _of_project(start: production.Start) -> Start:
    return lambda run: start(run.project)


SERVERS: dict[str, Start] = {
    "server": lambda run: run.project.serve(),
    "open_by_routes": lambda run: run.project.serve(questions.routes_alone, "routes"),
    "second_server": lambda run: run.project.serve_later(),  # The first wants the CPU.
    "own_tests": lambda run: start_suites(run.lesson, run.project),
    **{word: _of_project(start) for word, start in production.SERVERS.items()},
}
"""The servers that a run may need, by the word with which a check asks for each."""
NEED_REDIS = {"own_tests"}
"""Those whose work fails where Redis is not there yet."""
QUESTIONS: dict[str, Start] = {
    "passes_through_the_layer": lambda run: Asking(
        run.project, partial(questions.through_the_layer, run.project.prefix)
    ),
    **{word: _of_project(start) for word, start in production.QUESTIONS.items()},
}
"""The processes that answer one question, by the word with which a check asks it."""

ANSWERING = 3.0
"""Seconds that have to be left in a run for Redis to be asked whether it answers."""
LAYER_OF_RUNSERVER = "the default channel layer to be a Redis one under `runserver` too"
NOT_LOADED = {"cannot_start", "project_fault"}
"""Kinds of failures of a server that could not load the project."""
SESSIONS_IN_COOKIES = (
    "your sessions are in their cookies: a browser deletes its cookie at the logout, "
    "and a copy of it stays valid"
)
"""Why nobody can try what a server does with the cookie of a session that has ended."""


class Run:
    """One run of one lesson's checks on one project.

    `limit` is in seconds. With a `seed`, words and rooms are the same on every run.
    `strict` is whether the project is another person's (`sandbox.confinement`);
    `plain`, whether what passes is to be repeated (`run.plain`).
    """

    def __init__(  # noqa: PLR0913 (what is checked, and how)
        self,
        lesson: Lesson,
        project: Path,
        limit: float = 60,
        seed: Any = None,
        *,
        strict: bool = False,
        plain: bool = False,
    ) -> None:
        self.lesson: Lesson = lesson
        self.monitor = Monitor(limit)
        self.timeline = self.monitor.timeline
        self.random = random.Random(seed)
        self.user: str = f"ada-{random.Random(seed).randrange(10**6)}"
        self.names = (f"{name}-{n}" for n, name in enumerate(itertools.cycle(NAMES), 1))
        self.checks: list[Check] = []
        self.advice: list[Cause] = []
        self.cause: Cause | None = None
        self.traceback: str | None = None
        self.replay: Replay | None = None
        self.answers: list[Answer] = []
        self.taken_over: Verdict | None = None
        self.silent = ""
        self.is_strict, self.plain, self.keeps_out = strict, plain, False
        self.conversations: list[Conversation] = []
        self.broker: RedisServer | None = None
        confined = confinement(lesson, strict=strict)
        self.project: Project = Project(project, self.monitor, confined)
        self.monitor.are_at_rest = self.is_at_rest
        self.processes: dict[str, Any] = {}
        self.cookie, self.cookie_path = "", "/"
        self.first: SocketTab | None = None
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
        """Let the processes begin their work that these words will ask for.

        One that needs Redis from the start does not before that is reached.
        """
        for name in set(words) & set(self.processes):
            if self.broker or name not in NEED_REDIS:
                self._let_begin(name)

    def _let_begin(self, name: str) -> Any:
        """Let a process begin its work, and return it.

        The second server starts long after the first, by the project's clock.
        """
        if name == "second_server":
            skipped = self.project.clock.put_forward(LATER)
            if self.broker:
                self.broker.skip_unread(skipped, self.project.prefix)
        process = self.processes[name]
        process.start_signal.send()
        return process

    def begin(self) -> None:
        """Let the processes read the project, and start the clock."""
        self.monitor.start()
        self.project.begin()

    def server(self, name: str = "server") -> Server:
        """One of the project's Daphnes, ready for tabs.

        One that does not start as `daphne` starts it is started as `runserver` does.
        Raises Failure when the project does not start, and Finding when its Redis is
        not there.
        """
        self.start_early({name}, SERVERS)
        server = self._started(name)
        if name == "second_server":
            self._compare(self.processes["server"], server)
        return server

    def _started(self, name: str) -> Server:
        server: Server = self._let_begin(name)
        try:
            return self.ready(server)
        except Failure as failure:
            if failure.kind not in NOT_LOADED or not server.starts_as_daphne:
                raise
            fails = failure
        # Forked here, no exception of ours is the context of those of the project.
        self.processes[name] = self.project.serve_as_runserver(server, fails)
        return self.ready(self.processes[name])

    def serving(self) -> list[Server]:
        """The servers of the project that are ready, and have not ended."""
        every = self.processes.values()
        return [it for it in every if isinstance(it, Server) and it.is_serving]

    def is_at_rest(self) -> bool:
        """Whether nothing happens in the project and its tabs, unless it is asked to.

        Redis is asked first: what it has sent until then has reached the servers.
        """
        if any(tab.acts_by_itself for tab in self.timeline.tabs):
            return False
        answered = self.broker is None or self.broker.has_answered_all()
        return answered and self.project.is_at_rest()

    def own_tests(self) -> OwnTests:
        """The tests of the learner; the Redis that they need is reached."""
        self.server()
        self.start_early({"own_tests"}, SERVERS)
        return own_tests(self.lesson, self.processes["own_tests"])

    def log_in(
        self, name: str, on: Server | None = None, host: str = "localhost"
    ) -> dict[str, str]:
        """Create a user, and log them in: `name` and `cookie`, or why it `cannot`.

        Raises Failure where nobody can be, or where a browser drops the cookie, as the
        page is one of `host`.
        """
        server = on or self.server()
        user: dict[str, str] = server.ask("log_in", name=name)
        self.cookie_path = user.get("cookie_path", "/")
        require_login(user, host)
        return user

    def log_out(self, user: User) -> User:
        """End the session of a user, whose browser still sends its cookie then.

        Skips the check where nothing but the browser can end it.
        """
        if not self.server().ask("log_out", cookie=user.cookie):
            skip(SESSIONS_IN_COOKIES)
        return User(cookie=user.cookie)

    def _compare(self, *servers: Server) -> None:
        """Raise a Failure if one server cannot read the messages of another."""
        one, other = (server.first("ready")["layer"] for server in servers)
        if one.get("redis") and not other.get("redis"):
            raise Failure("no_redis_layer", LAYER_OF_RUNSERVER, event=other)
        if one.get("encryption"):
            from checks.sandbox.redis_hosts import share_a_key

            share_a_key(one, other)

    def ready(self, server: Server) -> Server:
        """A server, once it has started and the Redis that it needs is reached."""
        self.reach(server.first("ready")["layer"])
        return server

    def first_tab(self, path: str) -> SocketTab:
        """A tab that is opened when this is called first, and stays open."""
        if self.first is None:
            self.first = SocketTab(self.server(), path, "tab 1", self.cookie)
            self.cleanup.callback(self.first.let_go)
            self.timeline.lasting.append(self.first)
        elif self.first not in self.timeline.tabs:
            self.timeline.tabs.append(self.first)
        return self.first

    def forget_first_tab(self) -> None:
        """Let the next check open it again."""
        self.timeline.lasting.clear()
        self.first = None

    def answer(self, name: str) -> Any:
        """What a process of the project answers to its question.

        Raises Failure when the project does not start, or the question fails there.
        """
        self.start_early({name}, QUESTIONS)
        asking: Asking = self.processes.pop(name)
        return asking.answer()

    def reach(self, layer: dict[str, Any]) -> None:
        """Reach the Redis that the settings name, or start the embedded one there."""
        hosts = layer.get("redis")
        if hosts and self.broker is None:
            from checks.sandbox import redis_server  # redis-py: 0.1 s

            hosts = [*hosts, *(it for it in layer["others"] if it not in hosts)]
            options = {"pubsub": layer["pubsub"], "check": self.project.leaves_alone}
            found = redis_server.connected(*hosts, **options)
            self.broker = self.cleanup.enter_context(found)
            self.cleanup.callback(self.broker.delete_keys, self.project.prefix)
            self.cleanup.callback(self.project.stop)  # First, so that no key is added.

    def _keep_conversation(self, check: Check) -> None:
        """Keep what is to be repeated: what the lesson shows, and a rejected tab."""
        if not self.plain:
            return
        kept_out = not self.keeps_out and keeps_out(self.timeline)
        if check.id == self.lesson.replay or kept_out:
            found = conversation(check.id, self.timeline)
            self.conversations += [found] if found else []
            self.keeps_out |= kept_out

    def keep_replay(self, check: Check) -> None:
        """Keep what passed in a check, if it is the one that the lesson shows."""
        self._keep_conversation(check)
        if check.id == self.lesson.replay:
            self.replay = replay(check, self.monitor, self.project.path)

    def keep_answers(self, check: Check) -> None:
        """Keep what a check saw of what the lesson lets people predict."""
        for prediction in self.lesson.predictions:
            open_yet = prediction.passed and check.outcome != "passed"
            if open_yet or self.monitor.cut_short or prediction.check != check.id:
                continue
            from checks.explain.predictions import answer

            while self.monitor.pump(0):
                pass
            if found := answer(prediction, self.timeline):
                self.answers.append(found)

    def take_over(self, other: Verdict | None) -> None:
        """Add what another run has found out, which made the checks that are left."""
        self.taken_over = other
        if other:
            self.checks += other.checks
            self.advice += other.advice
            self.answers += other.answers
            self.replay = other.replay or self.replay

    def fail(self, cause: Cause, traceback: str | None = None) -> None:
        """Remember why the run does not pass: the first cause counts."""
        if self.cause is None:
            self.cause, self.traceback = cause, traceback

    def explain(self, error: Failure | Finding, task: int | None = None) -> Cause:
        """The cause of what a check raised: the machine's, or what `explain` says."""
        if isinstance(error, Finding):
            return error.cause
        try:
            if self.broker and self.monitor.left > ANSWERING:
                self.broker.check_alive()
        except Finding as machine:
            return self._of_whoever_stopped_it(machine.cause)
        except Failure as settings:
            error = settings
        # The catalogue takes time to import, and a run that passes needs none.
        from checks.explain.cause import cause_of
        from checks.explain.record import Record

        record = Record(self.lesson, self.project.path, self.timeline)
        return cause_of(error, record, task)

    def _of_whoever_stopped_it(self, cause: Cause) -> Cause:
        """The machine's, unless nobody but the project can reach its Redis."""
        if own_network.is_own():
            cure = "Look for what stops it: no other program has reached this Redis."
            return dataclasses.replace(cause, voice="project", cure=cure)
        return cause

    def close(self) -> None:
        """End everything that the run started, and delete its keys from Redis."""
        self.cleanup.close()
