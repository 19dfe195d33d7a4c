"""One HTTP request to a server of the project, as a browser here makes it."""

import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from typing import Any, cast
from urllib.parse import urlencode

HTTPS_PORT = 443
"""The port of addresses that name none."""
ANSWERING = 5.0
"""Seconds that a server may take to answer, and then between two parts of a page."""
WHOLE = 10.0
"""Seconds for a page as a whole."""
MOMENT = 0.01
"""Seconds between two looks at what else there is to do, while nothing comes."""
LEAST = 1.0
"""Seconds that a page is given even where the time of the run is over."""
LARGEST = 16 * 2**20
"""Bytes of a page that are read."""
Form = dict[str, str]
"""The fields of a form, and what is in them."""


class _Timed(socket.socket):
    """A socket for which a time-out bounds everything that is received, not a part."""

    ends_at: float

    def recv_into(self, *args: Any) -> int:
        """Receive, within what is left. Raises TimeoutError."""
        left = self.ends_at - time.monotonic()
        self.settimeout(min(ANSWERING, max(left, 0.001)))
        return super().recv_into(*args)


class TimedSocket(_Timed):
    """One without TLS. `ends_at` is when the run is over."""

    def __init__(self, ends_at: float) -> None:
        super().__init__()
        now = time.monotonic()
        self.ends_at = min(now + WHOLE, max(ends_at, now + LEAST))
        self.settimeout(ANSWERING)

    def with_tls(self) -> "TimedTlsSocket":
        """The same connection with TLS, whose certificate nobody has to have signed.

        Raises OSError where the other side speaks no TLS.
        """
        context = any_certificate()
        context.sslsocket_class = TimedTlsSocket
        secured: Any = context.wrap_socket(self, server_hostname="localhost")
        secured.ends_at = self.ends_at
        return cast("TimedTlsSocket", secured)


class TimedTlsSocket(_Timed, ssl.SSLSocket):
    """One with TLS."""


def any_certificate() -> ssl.SSLContext:
    """A context for a client that does not ask who has signed a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@dataclass(frozen=True)
class Page:
    """What came back: a status, headers, and the text."""

    path: str
    status: int
    headers: Message
    text: str


class Request:
    """A request that has been sent; its answer can be read later.

    The fields of a form, if any, are sent with POST. `host` is the name of this machine
    in the address, `shown_port` the port if that is another one, and `headers` are
    further ones, with `_` for each hyphen. Raises OSError where no answer comes, or not
    all of it within `WHOLE` seconds, or by `ends_at`.
    """

    def __init__(  # noqa: PLR0913 (a request, and how long it may take)
        self,
        port: int,
        path: str,
        cookie: str = "",
        form: Form | None = None,
        *,
        host: str = "localhost",
        tls: bool = False,
        shown_port: int = 0,
        ends_at: float = float("inf"),
        **headers: str,
    ) -> None:
        self.path = path
        self.http = HTTPConnection("127.0.0.1", port)
        connection = TimedSocket(ends_at)
        self.ends_at = min(connection.ends_at, time.monotonic() + ANSWERING)
        connection.connect(("127.0.0.1", port))
        self.http.sock = connection.with_tls() if tls else connection
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        at = shown_port or port
        here = host if tls and at == HTTPS_PORT else f"{host}:{at}"
        sent |= {"Host": here} | ({"Cookie": cookie} if cookie else {})
        verb, body = "GET", None
        if form is not None:
            verb, body = "POST", urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if form is not None and tls:  # As browsers do, and Django asks for then.
            sent["Origin"] = f"https://{here}"
            sent["Referer"] = f"{sent['Origin']}{path}"
        self.http.request(verb, path, body, sent)

    def is_answered(self, within: float = 0) -> bool:
        """Whether something comes back within so many seconds, for `answer` to read."""
        return bool(select.select([self.http.sock], [], [], within)[0])

    def answer(self, meanwhile: Callable[[], object] = lambda: None) -> Page:
        """What has come back, which is waited for. Raises OSError if nothing does.

        `meanwhile` is called at first, and again and again until something comes.
        """
        try:
            meanwhile()
            while not self.is_answered(MOMENT):
                meanwhile()
                if time.monotonic() > self.ends_at:
                    raise TimeoutError("timed out")
            answer = self.http.getresponse()
            text = answer.read(LARGEST).decode(errors="replace")
            return Page(self.path, answer.status, answer.headers, text)
        except HTTPException as error:
            raise OSError(f"no answer of HTTP: {error}") from error
        finally:
            self.http.close()
