"""Daphne, which tells a tab at once what its consumer has raised.

Daphne itself looks once a second for applications that have ended, and only then
answers the handshake with 500 or closes the WebSocket with code 1011.
"""

import asyncio
from typing import Any

from daphne.server import Server
from twisted.internet import reactor as twisted_reactor

reactor: Any = twisted_reactor  # The one that is installed has more than its types say.


class PromptServer(Server):  # type: ignore[misc]  # Daphne has no types.
    """Daphne's server; it also looks whenever an application has ended."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Begin an application, as Daphne does, and look at it when it ends."""
        queue = super().create_application(protocol, scope)
        running: asyncio.Future[None] | None
        running = self.connections.get(protocol, {}).get("application_instance")
        if running:
            running.add_done_callback(lambda _: self.application_checker())
        return queue

    def application_checker(self) -> None:
        """Look, and look again in a second: Daphne's own next look is not needed."""
        for call in reactor.getDelayedCalls():
            if call.func == self.application_checker:
                call.cancel()
        super().application_checker()
