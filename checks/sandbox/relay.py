"""A way to a server that can be cut: until then, it hands on what comes to its port."""

import contextlib
import socket
from collections.abc import Callable
from threading import Thread


class Relay:
    """Hands on each connection to its port to another address, until it is cut.

    From then on nobody is connected, and nothing else can listen on that port.
    """

    def __init__(self, to: tuple[str, int]) -> None:
        self.to = to
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self.listening.getsockname()
        self.connections: list[socket.socket] = []
        _start(self._accept)

    def cut(self) -> None:
        """End all connections, and accept no more."""
        for it in (self.listening, *self.connections):
            with contextlib.suppress(OSError):
                it.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.listening = socket.socket()
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            self.listening.bind(self.address)

    def _accept(self) -> None:
        listening = self.listening
        with contextlib.suppress(OSError):  # It was cut.
            while True:
                near = listening.accept()[0]
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self.to)
        except OSError:
            near.close()
            return
        self.connections += (near, far)
        _start(_copy, near, far)
        _start(_copy, far, near)


def _start(work: Callable[..., None], *given: socket.socket) -> None:
    Thread(target=work, args=given, daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Hand on what comes from one side, until that side ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for it in (source, target):
        with contextlib.suppress(OSError):
            it.shutdown(socket.SHUT_RDWR)
