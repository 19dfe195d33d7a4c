"""`make wall`: the wall of a classroom, on the teacher's machine, until Ctrl-C."""

import asyncio
import secrets
import socket
import time
from dataclasses import dataclass, field

import click
from rich.console import Console

from checks.learn.ports import require_free
from checks.learn.supervisor import ATTACHED, SupervisedServer
from checks.show import webpage
from checks.show.terminal import NOTICE, print_line, print_wrapped
from checks.verdict import Cause, Finding
from checks.wall.protocol import LONGEST_FRAME, TOKEN

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a token is made of: nothing that looks like something else on a projector."""
THIS_MACHINE = ("localhost", "127.0.0.1")
LARGEST_FRAME = 4 * LONGEST_FRAME
"""Bytes, of which a character may need four. Daphne ends the connection on more.

Its limit for a whole message would also be one for what the teacher's page is sent.
"""


def new_token() -> str:
    """A token that can be typed: 12 letters of 31, which nobody guesses in a day."""
    parts = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    return "-".join(parts)


@dataclass(frozen=True)
class Wall:
    """One wall: where it is, who may use it, and until when (seconds since 1970)."""

    host: str
    port: int
    expires: float
    token: str = field(default_factory=new_token)
    secret: str = field(default_factory=secrets.token_urlsafe)

    @property
    def address(self) -> str:
        """What learners type after `WALL=`."""
        return f"http://{self.host}:{self.port}/{self.token}"

    @property
    def page(self) -> str:
        """The teacher's page. What is after `#` is never sent to a server."""
        return f"http://localhost:{self.port}/#{self.secret}"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of its server; see `checks/wall/settings.py`."""
        return {
            "WALL_HOST": self.host,
            "WALL_PORT": str(self.port),
            "WALL_ADDRESS": self.address,
            "WALL_TOKEN": self.token,
            "WALL_SECRET": self.secret,
            "WALL_EXPIRES": str(self.expires),
        }

    @property
    def options(self) -> list[str]:
        """The options of Daphne: who can reach it, and how much may be sent to it."""
        bind = "127.0.0.1" if self.host in THIS_MACHINE else "0.0.0.0"  # noqa: S104
        return [
            *("-v", "0", "-b", bind, "-p", str(self.port)),
            *("--websocket-max-frame-size", str(LARGEST_FRAME)),
            "checks.wall.asgi:application",
        ]


def own_address() -> str:
    """The address at which others reach this machine. Raises Finding if it has none."""
    for find in (_address_that_leads_out, _address_of_the_name):
        try:
            address = find()
        except OSError:
            continue
        if not address.startswith("127."):
            return address
    cause = Cause(
        "machine",
        "this machine to be on a network",
        "it has no address there",
        "Connect it, or name its address: HOST=192.168.1.20. HOST=localhost is for a "
        "try on this machine alone.",
    )
    raise Finding(cause)


def _address_that_leads_out() -> str:
    """The one from which packets would leave. None is sent: UDP has no handshake."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outwards:
        outwards.connect(("192.0.2.1", 9))
        return str(outwards.getsockname()[0])


def _address_of_the_name() -> str:
    """The one that the name of this machine stands for."""
    return socket.gethostbyname(socket.gethostname())


def wall(host: str | None, port: int, hours: float, token: str | None) -> Wall:
    """A wall that can be served. Raises Finding if that is impossible here.

    Raises UsageError for a token that is not one of an earlier wall.
    """
    if token is not None and not TOKEN.fullmatch(token):
        example = "TOKEN=abcd-efgh-jkmn"
        raise click.UsageError(f"{token} is not a token of a wall, such as {example}.")
    require_free(port)
    return Wall(
        host or own_address(), port, time.time() + hours * 3600, token or new_token()
    )


async def serve(wall: Wall, console: Console) -> None:
    """Serve it until cancelled. Raises Finding if it does not start."""
    command = [*ATTACHED, "daphne", *wall.options]
    server = SupervisedServer("Wall", command, wall.settings, wall.port, "PORT")

    def warn(words: str) -> None:
        print_wrapped(console, words, style=NOTICE)

    serving = asyncio.create_task(server.supervise(warn))
    try:
        if await server.starts():
            _announce(wall, console)
        await serving
    except asyncio.CancelledError:
        again = f"The same address once more: make wall TOKEN={wall.token}"
        print_wrapped(console, f"The wall has ended, and kept nothing. {again}")
        raise
    finally:
        serving.cancel()
        await asyncio.wait([serving])
    cause = Cause("machine", "the wall to start", "it does not", f"See {server.log}.")
    raise Finding(cause)


def _announce(wall: Wall, console: Console) -> None:
    """Print what learners type, and where the teacher's page is; open that page."""
    until = time.strftime("%H:%M", time.localtime(wall.expires))
    print_line(console, f"{'Learners type':<15}make learn WALL={wall.address}")
    print_line(console, f"{'Your page':<15}{wall.page}")
    words = f"Only you should have that one. Until {until}; Ctrl-C ends it."
    print_wrapped(console, words)
    webpage.open_page(wall.page)
