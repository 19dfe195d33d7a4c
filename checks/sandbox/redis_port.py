"""What listens where a Redis should: asked only after redis-py has failed there."""

import contextlib
import socket
import ssl
from typing import Any

from checks.sandbox.embedded_redis import CONNECTING

PING, HEAD = b"PING\r\n", b"HEAD / HTTP/1.0\r\n\r\n"
REDIS = (
    b"+PONG",
    b"-NOAUTH",
    b"-DENIED",
    b"-ERR",
    b"-LOADING",
    b"-NOPERM",
    b"-MISCONF",
)
"""How any version of Redis may answer a PING."""
SHOWN = 60
"""Characters of an unknown answer that are shown."""


def there(target: dict[str, Any]) -> str:
    """What is there: `plain` or `tls` for a Redis, `nothing`, `silence`, or words.

    The words are for something else, such as the status line of an HTTP server.
    """
    try:
        answer = _answer(target, PING)
    except OSError:
        return "nothing"
    if answer.startswith(REDIS):
        return "plain"
    if _answer(target, HEAD).startswith(b"HTTP/"):
        return "it is an HTTP server"
    if _speaks_tls(target):
        return "tls"
    if not answer:
        return "silence"
    line = answer.splitlines()[0][:SHOWN].decode(errors="replace")
    return f"it answers {line!r}"


def _connect(target: dict[str, Any]) -> socket.socket:
    address = target.get("host") or "localhost", int(target.get("port", 6379))
    path = target.get("path")
    if path is None:
        return socket.create_connection(address, CONNECTING)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(CONNECTING)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(target: dict[str, Any], request: bytes) -> bytes:
    """The first bytes that it answers. Raises OSError if nothing is there."""
    connection = _connect(target)
    with connection, contextlib.suppress(ConnectionError, TimeoutError):
        connection.sendall(request)
        return connection.recv(1024)
    return b""


def _speaks_tls(target: dict[str, Any]) -> bool:
    """Whether it begins a TLS connection, whatever its certificate is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with _connect(target) as connection, context.wrap_socket(connection):
            return True
    except ssl.SSLError as error:  # One that wants our certificate speaks TLS, too.
        return "ALERT" in str(error)
    except OSError:
        return False
