"""Who may connect."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlparse

import pytest
from channels.generic.websocket import WebsocketConsumer

from tests.facts.conftest import Server
from tests.facts.test_connecting import Accepts, status
from tests.machine import TIMEOUT


def guarded() -> Any:
    """A consumer behind the validator, with the ALLOWED_HOSTS of `settings.py`."""
    from channels.security.websocket import AllowedHostsOriginValidator

    return AllowedHostsOriginValidator(Accepts.as_asgi())


def open_to_all() -> Any:
    """The same, with a star for the hosts."""
    from channels.security.websocket import OriginValidator

    return OriginValidator(Accepts.as_asgi(), ["*"])


def with_users() -> Any:
    """A consumer that knows its user."""
    from channels.auth import AuthMiddlewareStack

    return AuthMiddlewareStack(Names.as_asgi())


class Names(WebsocketConsumer):  # type: ignore[misc]
    def connect(self) -> None:
        self.accept()
        self.send(text_data=f"anonymous: {self.scope['user'].is_anonymous}")


def from_origin(server: Server, route: Any, origin: str | None) -> int:
    """How a handshake from a page of this origin is answered."""
    return status(server, route, origin=origin)


def test_the_origin_is_checked(server: Server) -> None:
    """`AllowedHostsOriginValidator` answers with HTTP 403 where the `Origin` is of another host, or is missing, as from a script."""
    origins = ("http://chat.example", "http://elsewhere.example", None)
    found = [from_origin(server, guarded, origin) for origin in origins]
    assert found == [101, 403, 403]


def test_port_and_scheme_are_not_compared(server: Server) -> None:
    """Of the `Origin`, only the host is compared with `ALLOWED_HOSTS`: any scheme and any port pass."""
    assert from_origin(server, guarded, "https://chat.example:4444") == 101


def test_a_star_lets_everything_pass(server: Server) -> None:
    """With `["*"]` as the hosts, every origin passes, and so does a handshake without one."""
    found = [
        from_origin(server, open_to_all, it) for it in ("http://other.example", None)
    ]
    assert found == [101, 101]


def test_the_hosts_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """`AllowedHostsOriginValidator` reads `ALLOWED_HOSTS` once, when it is called: overriding that setting later, as in a test, changes nothing for WebSockets."""
    hosts, validators = ("one.example", "two.example"), []
    for host in hosts:
        settings = SimpleNamespace(DEBUG=False, ALLOWED_HOSTS=[host])
        monkeypatch.setattr("channels.security.websocket.settings", settings)
        validators.append(guarded())
    found = [validators[0].valid_origin(urlparse(f"http://{it}")) for it in hosts]
    assert found == [True, False]


def test_the_auth_stack_rejects_nobody(server: Server) -> None:
    """`AuthMiddlewareStack` rejects nobody: whoever is not logged in is an anonymous user in `scope["user"]`."""
    with server.connect(with_users) as connection:
        assert connection.recv(TIMEOUT) == "anonymous: True"
