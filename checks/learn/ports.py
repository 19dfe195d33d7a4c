"""Ports of this machine: whether one is free, and when a server listens on it."""

import asyncio
import socket

from checks.verdict import Cause, Finding

LOOK_AGAIN = 0.02
"""Seconds between two attempts to connect: that a port is open is no event."""


def require_free(port: int, option: str = "PORT") -> None:
    """Raise a Finding if something listens on a port that a command wants.

    `option` is what to type for another port.
    """
    try:
        socket.create_server(("localhost", port)).close()
    except OSError:
        raise Finding(
            Cause(
                "machine",
                f"port {port} to be free",
                "another program listens there",
                f"Stop it, or type another port, such as {option}={port + 100}.",
            )
        ) from None


def any_free() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


async def wait_until_listening(port: int) -> None:
    """Wait until something accepts connections on a port of this machine."""
    while True:
        try:
            _, writer = await asyncio.open_connection("localhost", port)
        except OSError:
            await asyncio.sleep(LOOK_AGAIN)
        else:
            writer.close()
            return
