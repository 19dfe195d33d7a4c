"""What a check asks of a project besides what its tabs see."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from checks.asking.pages import Browser, wants_login
from checks.asking.policy import lets_its_script_work
from checks.asking.sockets import SocketTab, close_tabs
from checks.asking.users import User
from checks.observe.failure import Failure
from checks.sandbox import daphne, questions
from checks.sandbox.processes import Project, Server
from checks.verdict import Where

if TYPE_CHECKING:  # It imports redis-py, which most lessons do without.
    from checks.sandbox.redis_server import RedisServer

READ = {"BACKEND", "CONFIG", "TEST_CONFIG"}
"""The keys of a layer's settings that Channels reads."""
IMPATIENT = 8
"""Since this version redis-py gives up reading after five seconds."""
LEAST: dict[str, float] = {
    "capacity": 20,
    "channel_capacity": 20,
    "expiry": 10,
    "group_expiry": 3600,
}
"""How many messages a layer has to keep, and for how many seconds, to lose none.

A check sends twenty messages in a row; people leave a tab open for an hour.
"""
STARTS = "`daphne mysite.asgi:application` to start"
RUNS = "`manage.py runserver` to start"
SETTINGS = Where("mysite/settings.py")
DELIVERS = "the channel layer to hand on what it is given"
ACCEPTS = "`daphne mysite.asgi:application` to accept a WebSocket too"


class Inspection:
    """A learner's project, asked from inside a process of its own or over HTTP.

    `answer` returns what a process of the project answers to a question of that name.
    Each method raises a Failure when the answer is not what it should be.
    """

    def __init__(
        self,
        project: Project,
        server: Server,
        answer: Callable[[str], Any],
        broker: "RedisServer | None" = None,
    ) -> None:
        self.project, self.server, self.answer = project, server, answer
        self.broker = broker

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

    def setting(self, name: str) -> Any:
        """The value of a setting of the project, None where there is none."""
        return self.server.ask("setting", name=name)

    def skips(self, seconds: float) -> None:
        """Let seconds pass at once, in all processes of the project.

        By its clock, for what waits in the event loops of its servers, and for keys in
        Redis that expire, and have the name of a room of this check in theirs. What
        waits elsewhere, as in a thread or a process that hangs, goes on waiting.
        """
        self.project.clock.skip(seconds)
        if self.broker:
            self.broker.skip(seconds, self._rooms(), self.project.prefix)
        servers = (it for it in self.project.processes if isinstance(it, Server))
        for server in servers:
            if server.is_serving and not server.is_hanging:
                server.ask("skip", seconds=str(seconds))

    def _rooms(self) -> set[str]:
        """What the routes have found in the paths of the tabs of this check."""
        tabs = self.server.monitor.timeline.tabs
        consumers = filter(None, (tab.saw("consumer") for tab in tabs))
        found = [(consumer["kwargs"] or {}).values() for consumer in consumers]
        return {str(value) for values in found for value in values if value}

    def manages(self, *arguments: str) -> None:
        """Run a command of `manage.py` with arguments, in a process of its own.

        Raises Failure where it raises an exception.
        """
        try:
            self.project.ask(partial(questions.managed, arguments), "manage.py")
        except Failure as failure:
            expected = f"`manage.py {arguments[0]}` to run"
            raise failure.within("command_fails", expected) from None

    def browser_of(self, user: User) -> Browser:
        """A browser in which this user is logged in."""
        browser = Browser(self.server)
        browser.has_cookie(user.cookie)
        return browser

    def session_of(self, user: User) -> User:
        """The same user in another browser: with a session of its own."""
        again = self.server.ask("log_in_again", name=user.name)
        return User(user.name, again["cookie"])

    def serves(self, path: str, socket: str) -> None:
        """The project can be used: `runserver` and `daphne` serve it, with its page.

        `path` is that of a page, `socket` that of a WebSocket.
        """
        self.runserver_is_daphne()
        self.starts_under_daphne(socket)
        self.answers(path)

    def starts_under_daphne(self, socket: str) -> None:
        """It starts where nobody has set Django up, and accepts a WebSocket there."""
        if failure := self.server.fails_under_daphne:
            raise failure.within("fails_under_daphne", STARTS)
        named = self.server.first("ready")["asgi"]
        if named != daphne.APPLICATION:
            self._serves_the_same_under_daphne(named, socket)

    def _serves_the_same_under_daphne(self, named: str, socket: str) -> None:
        """A tab gets the same there, where the settings name another application."""
        other = self.project.serve(daphne.application_of_daphne)
        tabs = [SocketTab(self.server, socket, "tab A")]
        tabs.append(SocketTab(other, socket, "tab B"))
        try:
            rooms = (tabs[0].connects().consumer()["kwargs"] or {}).values()
        except Failure:
            return  # What no tab gets is for other checks.
        try:
            tabs[1].connects()
            for room in rooms:
                tabs[1].is_in_room(room)
        except Failure as failure:
            named_by = {"named": named}
            raise failure.within("daphne_serves_another", ACCEPTS, **named_by) from None
        finally:
            close_tabs(tabs)

    def runserver_is_daphne(self) -> None:
        """`manage.py runserver` starts, and is the command of the app `daphne`."""
        server = self._served_by_manage()
        try:
            server.first("ready")
        except Failure as failure:
            raise failure.within("fails_under_runserver", RUNS) from None
        found = server.ask("runserver")
        if not found["daphne"]:
            expected = "`manage.py runserver` to be Daphne's, which speaks WebSocket"
            raise Failure("other_runserver", expected, event=found)
        for kind in ("raised", "check"):
            if event := found.get(kind):
                raise Failure(f"runserver_{kind}", RUNS, process=server, event=event)

    def _served_by_manage(self) -> Server:
        """A server with the settings that `manage.py` names: mostly the same one."""
        ready = self.server.first("ready")
        if ready["settings"] == ready["manage"]:
            return self.server
        return self.project.serve(daphne.project_application)

    def answers(self, path: str) -> None:
        """A page opens in a browser on this machine, and its script may work there.

        Where it wants a login, it is opened by a user.
        """
        browser = Browser(self.server)
        page = browser.shows(path)
        lets_its_script_work(page, self.server.port)
        browser.comes_back(page)

    def opens_at(self, host: str, path: str) -> bool:
        """Whether a page answers under another name of this machine: ALLOWED_HOSTS."""
        expected = f"the page at {path} to answer over HTTP"
        page = self.server.fetch(path, expected, host=host)
        return page.status < HTTPStatus.BAD_REQUEST

    def asks_for_a_login(self, path: str) -> None:
        """A page leads whoever is not logged in to a page where they can log in."""
        browser = Browser(self.server)
        page = browser.opens(path)
        if not wants_login(page, path):
            expected = f"the page at {path} to ask whoever is not logged in for a login"
            raise Failure("page_is_open", expected)

    def keeps_its_settings(self) -> None:
        """SECRET_KEY is the same at each start, and the database is one to try."""
        settings = self.server.ask("settings")
        ready = [e for e in self.server.monitor.timeline.events if e["kind"] == "ready"]
        secrets = {event["secret"] for event in ready}
        if len(secrets) > 1 or not settings["secret_is_kept"]:
            raise Failure("secret_is_drawn", "SECRET_KEY to be the same at each start")
        for engine in settings["replaced"].values():
            expected = "the checks to use the database of your settings"
            raise Failure("replaced_database", expected, facts={"engine": engine})

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
        self._can_be_created()
        check_keeping(self.layer)

    def _can_be_created(self) -> None:
        """The settings let the default channel layer be created."""
        if "error" in self.layer:
            expected = "the default channel layer to be created"
            raise Failure("no_redis_layer", expected, event=self.layer)

    def keeps_members(self) -> None:
        """The layer keeps a tab in its group as long as it is open."""
        self._can_be_created()
        check_keeping(self.layer, {"group_expiry": LEAST["group_expiry"]})

    def keeps_messages_in_production(self, capacity: int, expiry: float) -> None:
        """In production, the layer keeps so many messages, for so many seconds."""
        layer = self.answer("layer_in_production")
        if not layer.get("redis"):
            expected = "the default channel layer to be a Redis one in production"
            raise Failure("no_redis_layer", expected, event=layer)
        least = {"capacity": capacity, "channel_capacity": capacity, "expiry": expiry}
        try:
            check_keeping(layer, least)
        except Failure as failure:
            expected = f"the layer to keep {capacity} messages in production, too"
            got = "{key} is {value} there".format(**failure.facts)
            raise Failure("forgetful_in_production", expected, got, SETTINGS) from None

    def passes_through_the_layer(self) -> None:
        """What is sent to a channel of the layer arrives there."""
        try:
            got = self.answer("passes_through_the_layer")
        except Failure as failure:
            raise failure.within(failure.kind, DELIVERS) from None
        if got != self.project.prefix:
            raise Failure("other_layer", DELIVERS, facts={"got": got})


def check_keeping(layer: dict[str, Any], least: dict[str, float] = LEAST) -> None:
    """Raise a Failure for settings by which the layer loses messages or members."""
    for key, enough in least.items():
        value = layer.get("config", {}).get(key)
        if isinstance(value, int | float) and value < enough:
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
