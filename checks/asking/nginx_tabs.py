"""A tab whose WebSocket comes to a server through nginx, over TLS."""

import itertools
import socket
import ssl
import sys
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.datastructures import Headers

from checks.asking.sockets import SocketTab
from checks.observe.application import TAB
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import SILENCE
from checks.sandbox.http import ANSWERING, any_certificate
from checks.sandbox.nginx import CONFIGURATION, Nginx
from checks.sandbox.processes import Server
from checks.sandbox.web_process import WebProcess
from checks.verdict import Where

CONNECTS = "nginx to connect a tab to a server"
REFUSED = {
    400: "a server answered with HTTP 400, as to a handshake that is not whole",
    403: "a server answered with HTTP 403",
    404: "a server answered with HTTP 404, as to a page that is not there",
    429: "nginx answered with HTTP 429, as to whoever is over a limit of its own",
    502: "nginx answered with HTTP 502, as it reached no server",
    503: "nginx answered with HTTP 503, as to whoever is over a limit of its own",
    504: "nginx answered with HTTP 504, as no server answered in time",
}
MANY = 250
_numbers = itertools.count(1)


def _address(number: int) -> str:
    """Another address of this machine for each tab, as different people have.

    On Linux, all that begin with 127 are of this machine.
    """
    if sys.platform != "linux":
        return "127.0.0.1"
    return f"127.{number % MANY}.{number // MANY}.1"


class NginxTab(SocketTab):
    """A tab on a WebSocket of our own, through nginx.

    Nobody outside knows the port from which nginx connects to a server. So the tab has
    an id of its own in a header, which nginx passes on as it does with any.
    """

    server: Nginx

    def __init__(
        self,
        server: Nginx,
        path: str,
        name: str,
        cookie: str | None = None,
        *,
        client: str = "",
        **how: Any,
    ) -> None:
        number = next(_numbers)
        self.id = str(number)
        self.source = (client or _address(number), 0)
        super().__init__(server, path, name, cookie, **how)

    def _identify(self, headers: Headers) -> None:
        headers[TAB] = self.id

    @property
    def events(self) -> list[Event]:
        """What any of the servers has reported about this connection."""
        return self.server.events_of(self.id)

    def connects(self) -> Self:
        """Wait until a server has accepted. Raises Failure when none does."""
        try:
            super().connects()
        except Failure as failure:
            raise self._explained(failure) from None
        return self

    def is_on(self, server: Server) -> bool:
        """Whether this server has it."""
        return self.id in server.by_tab

    def is_done(self) -> bool | None:
        """Whether a server is done with this connection, or has ended itself."""
        ended = (it for it in self.server.servers if it.status is not None)
        return super().is_done() or any(map(self.is_on, ended)) or None

    def is_cut_off(self) -> None:
        """Wait until its connection is gone, as that of its server is."""
        if not self.monitor.wait(self._is_gone):
            expected = f"{self.name} to be closed when its server ends"
            raise Failure("stays_open", expected, "it is still open", tab=self)

    def _explained(self, failure: Failure) -> Failure:
        """What nginx did, where no consumer has had a say in it."""
        opened = self.saw("opened")
        path = urlsplit(self.path).path
        if opened and opened["path"] != path:
            expected = f"nginx to hand on the address {path} as it is"
            got = f"a server received {opened['path']}"
            where = Where(CONFIGURATION)
            return Failure("path_is_changed", expected, got, where, tab=self)
        if self.saw("consumer") or self.saw("raised"):
            return failure
        where, status = Where(CONFIGURATION), self.http_status
        if failure.kind == "refused":
            got = REFUSED.get(status or 0, f"the answer was HTTP {status}")
            facts = {"status": status}
            return Failure("not_proxied", CONNECTS, got, where, tab=self, facts=facts)
        if failure.kind == "not_accepted" and not self.events:
            got = f"no server answered within {SILENCE:g} s"
            return Failure("not_proxied", CONNECTS, got, where, tab=self)
        return failure

    # TLS ------------------------------------------------------------------------------

    def _connection(self) -> socket.socket:
        connection = self._connected()
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = any_certificate().wrap_bio(
            self.incoming, self.outgoing, server_hostname="localhost"
        )
        try:
            self._shake_hands(connection)
        except OSError as error:
            connection.close()
            raise self.server.unreachable(CONNECTS, error) from None
        return connection

    def _connected(self) -> socket.socket:
        try:
            return super()._connection()
        except OSError as error:
            raise self.server.unreachable(CONNECTS, error) from None

    def _shake_hands(self, connection: socket.socket) -> None:
        """Agree with nginx on keys. Raises OSError where it speaks no TLS."""
        connection.settimeout(ANSWERING)
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                connection.sendall(self.outgoing.read())
                data = connection.recv(1 << 16)
                self.incoming.write(data)
                if not data:
                    raise ConnectionResetError("closed during the handshake") from None
        connection.sendall(self.outgoing.read())
        connection.settimeout(None)

    def _flush(self) -> None:
        try:
            for data in self.protocol.data_to_send():
                self.tls.write(data)
            self.socket.sendall(self.outgoing.read())
        except OSError:
            self.is_cut = True

    def _arrived(self, data: bytes) -> None:
        if not data:
            super()._arrived(data)
            return
        self.incoming.write(data)
        while text := self._decrypted():
            super()._arrived(text)

    def _decrypted(self) -> bytes:
        """What has arrived and is whole; nothing where more has to come."""
        try:
            return self.tls.read(1 << 20)
        except ssl.SSLError:  # It wants to read more, or the other side has closed.
            return b""


def opened(server: WebProcess, *about: Any, **how: Any) -> SocketTab:
    """A tab on this server, which may be nginx (see `SocketTab` for the rest)."""
    if isinstance(server, Nginx):
        return NginxTab(server, *about, **how)
    return SocketTab(server, *about, **how)
