"""What one run of `make load` does: how many tabs send how much, and who receives it.

All processes have the same plan, so each knows what is to be sent, and when.
"""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """`tabs` in `rooms` send `rate` messages a second in all, for so many `seconds`.

    `addresses` are those of the servers, such as `http://localhost:8001`. `cookies` are
    those of the users who are logged in, none where nobody has to be. The names of the
    rooms begin with `name`, and so does each message.
    """

    tabs: int
    rooms: int
    rate: float
    seconds: float
    workers: int
    addresses: tuple[str, ...]
    name: str
    cookies: tuple[str, ...] = ()

    @property
    def messages(self) -> int:
        """How many messages are sent."""
        return max(1, round(self.rate * self.seconds))

    def room(self, tab: int) -> int:
        """The room that a tab is in."""
        return tab % self.rooms

    def due(self, tab: int) -> int:
        """How many tabs receive what this one sends: all in its room, itself too."""
        return len(range(self.room(tab), self.tabs, self.rooms))

    def sender(self, message: int) -> int:
        """The tab that sends a message: one after another."""
        return message % self.tabs

    def server(self, tab: int) -> int:
        """The number of the server of a tab. Each room has tabs on all servers."""
        return tab // self.rooms % len(self.addresses)

    def servers(self, tab: int) -> int:
        """How many servers have tabs in the room of this one."""
        return min(self.due(tab), len(self.addresses))

    def address(self, tab: int) -> str:
        """The address of the server of a tab."""
        return self.addresses[self.server(tab)]

    def socket(self, tab: int) -> str:
        """The address of the WebSocket of a tab."""
        room = f"{self.name}{self.room(tab)}"
        return f"{self.address(tab).replace('http', 'ws', 1)}/ws/chat/{room}/"

    def headers(self, tab: int) -> dict[str, str]:
        """What a browser sends with the handshake: its cookie, if it has one."""
        if not self.cookies:
            return {}
        return {"Cookie": self.cookies[tab % len(self.cookies)]}

    def own(self, worker: int) -> range:
        """The tabs of a worker process."""
        return range(worker, self.tabs, self.workers)

    def as_json(self) -> str:
        """The plan for another process."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Read what `as_json` has written."""
        data: dict[str, Any] = json.loads(text)
        lists = {key: tuple(data[key]) for key in ("addresses", "cookies")}
        return cls(**data | lists)
