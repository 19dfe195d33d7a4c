"""What a check asks of a project besides what its tabs see."""

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from checks.asking.tabs import Tab
from checks.explain import diagnosis
from checks.sandbox import child, questions
from checks.sandbox.processes import Process
from checks.verdict import Finding, Where

if TYPE_CHECKING:
    from checks.run.run import Run
    from checks.sandbox.redis_server import RedisServer

SETTINGS = Where("mysite/settings.py")
READ = {"BACKEND", "CONFIG", "TEST_CONFIG"}
"""The keys of a layer's settings that Channels reads."""
IMPATIENT = 8
"""Since this version redis-py gives up reading after five seconds."""
ANSWERING = 5.0
"""Seconds that a page may take to answer."""


class Inspection:
    """A learner's project, asked from inside a process of its own or over HTTP.

    Each of its methods raises a Finding when the answer is not what it should be.
    """

    def __init__(self, run: "Run") -> None:
        self.run, self.server = run, run.server()

    def starts_under_daphne(self) -> None:
        """The application can be imported where nobody has set Django up."""
        try:
            self.run.answer("starts_under_daphne")
        except Finding as finding:
            raise diagnosis.fails_under_daphne(finding) from None
        named = self.server.first("ready")["asgi"]
        if named != child.APPLICATION:
            self._serves_the_same_under_daphne(named)

    def _serves_the_same_under_daphne(self, named: str) -> None:
        """A tab is accepted there too, where the settings name another application."""
        server = self.run.project.serve(questions.application_for_daphne)
        try:
            Tab(server, "/ws/chat/lobby/", "tab A").connects().is_in_room("lobby")
        except Finding as finding:
            raise diagnosis.serves_another(finding, named) from None

    def runserver_is_daphne(self) -> None:
        """`manage.py runserver` is the command of the app `daphne`."""
        app = self.server.first("ready")["runserver"]
        if app != "daphne":
            expected = "`manage.py runserver` to be Daphne's, which speaks WebSocket"
            got = f"it is the one of {app}, which does not"
            raise diagnosis.finding("other_runserver", expected, got, SETTINGS)

    def answers(self, path: str) -> None:
        """A page answers over HTTP with status 200."""
        server = self.server
        http = HTTPConnection("localhost", server.port, timeout=ANSWERING)
        status, at = None, None
        try:
            http.request("GET", path)
            status = http.getresponse().status
        except (OSError, HTTPException):
            at = server.executing()
        http.close()
        if status != HTTPStatus.OK:
            server.wire.settle()
            raised = server.of_kind("http_raised")
            raise diagnosis.no_page(path, status, raised, at)

    def has_redis_layer(self) -> None:
        """The default channel layer is one that keeps its messages in Redis."""
        layer = self.server.first("ready")["layer"]
        if not layer.get("redis"):
            got = layer.get("error") or f"it is {layer['name']}"
            expected = "the default channel layer to be a Redis one"
            raise diagnosis.finding("no_redis_layer", expected, got, event=layer)

    def has_a_layer_that_lasts(self) -> None:
        """Nothing of the layer's settings is unread, and redis-py waits long enough."""
        layer = self.server.first("ready")["layer"]
        for key in sorted(set(layer["keys"]) - READ):
            got = f"it has {key!r}, which nobody reads"
            expected = "CHANNEL_LAYERS to have BACKEND and CONFIG"
            raise diagnosis.finding("unread_key", expected, got, SETTINGS)
        impatient = any("socket_timeout" not in str(host) for host in layer["redis"])
        if layer["version"] >= IMPATIENT and impatient and not layer["pubsub"]:
            version = layer["version"]
            got = f"it is version {version}, and the hosts set no socket_timeout"
            expected = "redis-py to wait for more than five seconds"
            raise diagnosis.finding("redis_8", expected, got, SETTINGS)

    def passes_through_the_layer(self) -> None:
        """What is sent to a channel of the layer arrives there."""
        got = self.run.answer("passes_through_the_layer")
        if got != self.run.project.prefix:
            expected = "the channel layer to hand on what it is given"
            raise diagnosis.finding("other_layer", expected, f"it handed on {got!r}")


class Members:
    """Who is a member of the groups of this run, as the broker itself knows it."""

    def __init__(self, server: Process, found: "RedisServer", prefix: str) -> None:
        self.server, self.broker, self.prefix = server, found, prefix

    def are_there(self) -> None:
        """Somebody has joined a group. Raises Finding after a silence."""

        def joined() -> bool | None:
            for tab in self.server.wire.tabs:
                tab.complain("a tab to join a group of the channel layer")
            return bool(self.broker.members(self.prefix)) or None

        if not self.server.wire.wait(joined):
            raise diagnosis.without_members(self.server)

    def are_gone(self) -> None:
        """Who joined in this check has left. Raises Finding after a silence."""
        calls = diagnosis.calls(self.server.wire, "group_add")
        joined = {name for call in calls for name in call["names"][1:]}

        def left() -> bool | None:
            self.server.complain()
            return joined.isdisjoint(self.broker.members(self.prefix)) or None

        if not self.server.wire.wait(left):
            raise diagnosis.still_members(self.server)
