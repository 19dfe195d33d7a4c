"""Who is a member of the groups of a run, as Redis itself knows it."""

from typing import TYPE_CHECKING

from checks.asking.tabs import Tab
from checks.observe.failure import Failure
from checks.sandbox.processes import Process

if TYPE_CHECKING:  # It imports redis-py, which most lessons do without.
    from checks.sandbox.redis_server import RedisServer

JOINS = "a tab that connects to join a group of the channel layer"
LEAVES = "a tab that closes to leave its group"


class Members:
    """The members of the groups whose keys begin with the prefix of a run."""

    def __init__(self, server: Process, broker: "RedisServer", prefix: str) -> None:
        self.server, self.broker, self.prefix = server, broker, prefix

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
