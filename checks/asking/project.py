"""What a check asks of a project besides what its tabs see."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any

from checks.asking.sockets import SocketTab
from checks.observe.failure import Failure
from checks.sandbox import daphne, questions
from checks.sandbox.processes import Project, Server

READ = {"BACKEND", "CONFIG", "TEST_CONFIG"}
"""The keys of a layer's settings that Channels reads."""
IMPATIENT = 8
"""Since this version redis-py gives up reading after five seconds."""
LEAST = {"capacity": 20, "channel_capacity": 20, "expiry": 10, "group_expiry": 601}
"""How many messages a layer has to keep, and for how many seconds, to lose none.

A check sends twenty messages in a row; a tab is open for ten minutes (`run.run.LATER`).
"""
ANSWERING = 5.0
"""Seconds that a page may take to answer."""
STARTS = "`daphne mysite.asgi:application` to start your project"
DELIVERS = "the channel layer to hand on what it is given"
ACCEPTS = "`daphne mysite.asgi:application` to accept a WebSocket too"


class Inspection:
    """A learner's project, asked from inside a process of its own or over HTTP.

    `answer` returns what a process of the project answers to a question of that name.
    Each method raises a Failure when the answer is not what it should be.
    """

    def __init__(
        self, project: Project, server: Server, answer: Callable[[str], Any]
    ) -> None:
        self.project, self.server, self.answer = project, server, answer

    @property
    def layer(self) -> dict[str, Any]:
        """What the default channel layer is (see `sandbox.resolved`)."""
        layer: dict[str, Any] = self.server.first("ready")["layer"]
        return layer

    def ask(self, question: Callable[[], Any]) -> Any:
        """What a function returns that is called inside a process of the project.

        Django is set up there. The answer has to be something that JSON can hold.
        Raises Failure when the project does not start or raises an exception itself,
        and RuntimeError when the function does.
        """
        answer = self.project.ask(partial(questions.called, question))
        if "broke" in answer:
            raise RuntimeError(f"the question of the check broke:\n{answer['broke']}")
        return answer["answer"]

    def starts_under_daphne(self) -> None:
        """The application can be imported where nobody has set Django up."""
        try:
            self.answer("starts_under_daphne")
        except Failure as failure:
            raise failure.within("fails_under_daphne", STARTS) from None
        named = self.server.first("ready")["asgi"]
        if named != daphne.APPLICATION:
            self._serves_the_same_under_daphne(named)

    def _serves_the_same_under_daphne(self, named: str) -> None:
        """A tab is accepted there too, where the settings name another application."""
        server = self.project.serve(questions.application_for_daphne)
        tab = SocketTab(server, "/ws/chat/lobby/", "tab A")
        try:
            tab.connects().is_in_room("lobby")
        except Failure as failure:
            named_by = {"named": named}
            raise failure.within("daphne_serves_another", ACCEPTS, **named_by) from None

    def runserver_is_daphne(self) -> None:
        """`manage.py runserver` is the command of the app `daphne`."""
        app = self.server.first("ready")["runserver"]
        if app != "daphne":
            expected = "`manage.py runserver` to be Daphne's, which speaks WebSocket"
            raise Failure("other_runserver", expected, facts={"app": app})

    def answers(self, path: str) -> None:
        """A page answers over HTTP with status 200."""
        server, status, busy_at = self.server, None, None
        http = HTTPConnection("localhost", server.port, timeout=ANSWERING)
        try:
            http.request("GET", path)
            status = http.getresponse().status
        except (OSError, HTTPException):
            busy_at = server.executing()
        http.close()
        if status != HTTPStatus.OK:
            server.monitor.drain()
            expected = f"the page at {path} to answer over HTTP"
            raised, facts = server.first_of("http_raised"), {"status": status}
            raise Failure(
                "no_page", expected, event=raised, busy_at=busy_at, facts=facts
            )

    def has_redis_layer(self) -> None:
        """The default channel layer is one that keeps its messages in Redis."""
        layer = self.layer
        if not layer.get("redis"):
            expected = "the default channel layer to be a Redis one"
            raise Failure("no_redis_layer", expected, event=layer)

    def has_a_layer_that_lasts(self) -> None:
        """Nothing of the layer's settings is unread, and redis-py waits long enough."""
        check_lasting(self.layer)

    def keeps_messages(self) -> None:
        """The layer keeps messages and members for as long as they are needed."""
        check_keeping(self.layer)

    def passes_through_the_layer(self) -> None:
        """What is sent to a channel of the layer arrives there."""
        try:
            got = self.answer("passes_through_the_layer")
        except Failure as failure:
            raise failure.within(failure.kind, DELIVERS) from None
        if got != self.project.prefix:
            raise Failure("other_layer", DELIVERS, facts={"got": got})


def check_keeping(layer: dict[str, Any]) -> None:
    """Raise a Failure for settings by which the layer loses messages or members."""
    for key, least in LEAST.items():
        value = layer["config"].get(key)
        if isinstance(value, int | float) and value < least:
            raise Failure("forgetful_layer", "", facts={"key": key, "value": value})


def check_lasting(layer: dict[str, Any]) -> None:
    """Raise a Failure for settings that nobody reads, or a redis-py that gives up."""
    for key in sorted(set(layer["keys"]) - READ):
        expected = "CHANNEL_LAYERS to have BACKEND and CONFIG"
        raise Failure("unread_key", expected, facts={"key": key})
    impatient = any("socket_timeout" not in str(host) for host in layer["redis"])
    if layer["version"] >= IMPATIENT and impatient and not layer["pubsub"]:
        expected = "redis-py to wait for more than five seconds"
        raise Failure("redis_8", expected, facts={"version": layer["version"]})
