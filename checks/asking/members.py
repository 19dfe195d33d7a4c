"""Who is a member of the groups of a run, as Redis itself knows it."""

from typing import TYPE_CHECKING

from checks.asking.tabs import Tab
from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.sandbox.process import Process

if TYPE_CHECKING:  # It imports redis-py, which most lessons do without.
    from checks.sandbox.redis_server import RedisServer

JOINS = "a tab that connects to join a group of the channel layer"
LEAVES = "a tab that closes to leave its group"


class Members:
    """The members of the groups whose keys begin with the prefix of a run."""

    def __init__(self, server: Process, broker: "RedisServer", prefix: str) -> None:
        self.server, self.broker, self.prefix = server, broker, prefix

    def are_subscribed(self, tab: Tab) -> None:
        """Wait until Redis has confirmed the groups that a tab has joined.

        The pub/sub layer does not: its `group_add` returns once Redis was asked, and
        a message that overtakes the question is lost. Where no answer comes, it is
        the loss of a message that tells.
        """
        ready = tab.server.first_of("ready")
        layer = ready["layer"] if ready else {}
        if layer.get("pubsub") and len(layer["redis"]) == 1:
            tab.monitor.wait(lambda: self._confirmed(tab) or None)

    def _confirmed(self, tab: Tab) -> bool:
        """Whether each process of a group is one of those that Redis sends it to."""
        tabs = [other for other in tab.monitor.timeline.tabs if not _is_closed(other)]
        subscribers = self.broker.subscribers(self.prefix)
        return all(
            subscribers.get(group, 0)
            >= len({_process(other) for other in tabs if group in _joined(other)})
            for group in _joined(tab)
        )

    def are_there(self) -> None:
        """Somebody has joined a group. Raises Failure after a silence."""

        def joined() -> bool | None:
            for tab in self.server.monitor.timeline.tabs:
                if isinstance(tab, Tab):
                    tab.check_open("a tab to join a group of the channel layer")
            return bool(self.broker.members(self.prefix)) or None

        if not self.server.monitor.wait(joined):
            raise Failure("no_members", JOINS, process=self.server)

    def are_gone(self) -> None:
        """Whoever joined in this check has left. Raises Failure after a silence."""
        calls = self.server.monitor.timeline.calls("group_add")
        joined = {name for call in calls for name in call["names"][1:]}

        def left() -> bool | None:
            self.server.check_running()
            return joined.isdisjoint(self.broker.members(self.prefix)) or None

        if not self.server.monitor.wait(left):
            raise Failure("still_members", LEAVES, process=self.server)


def _process(tab: Conversation) -> int:
    """The number of the process that a tab is connected to, through nginx or not."""
    number: int = tab.events[0]["process"]
    return number


def _joined(tab: Conversation) -> set[str]:
    """The groups that a tab has joined and not left."""
    groups: set[str] = set()
    for call in (event for event in tab.events if event["kind"] == "layer"):
        if call["does"] == "group_add":
            groups.update(call["names"][:1])
        elif call["does"] == "group_discard":
            groups.difference_update(call["names"][:1])
    return groups


def _is_closed(tab: Conversation) -> bool:
    return tab.close_code is not None or bool(tab.saw("ended") or tab.saw("raised"))
