"""Daphne, which tells a tab at once what its consumer has raised.

Daphne itself looks once a second for applications that have ended, and only then
answers the handshake with 500 or closes the WebSocket with code 1011.
"""

from typing import Any


def look_at_once(server: Any) -> None:
    """Let a `daphne.server.Server` look whenever one of its applications ends."""
    from twisted.internet import reactor as installed

    reactor: Any = installed  # It has more than its types say.
    create, look = server.create_application, server.application_checker

    def create_application(protocol: Any, scope: dict[str, Any]) -> Any:
        queue = create(protocol, scope)
        running = server.connections.get(protocol, {}).get("application_instance")
        if running:
            running.add_done_callback(lambda _: look_now())
        return queue

    def look_now() -> None:
        for call in reactor.getDelayedCalls():
            if call.func == look_now:  # The next look is in a second from this one.
                call.cancel()
        look()

    server.create_application = create_application
    server.application_checker = look_now
