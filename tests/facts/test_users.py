"""Who a connection belongs to."""

import json
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from tests.facts.conftest import Server
from tests.machine import TIMEOUT


def ada() -> Any:
    """A user who is in no database."""
    from django.contrib.auth.models import User

    return User(pk=1, username="ada", password="unusable")  # noqa: S106


class Backend:
    """Knows one user."""

    def get_user(self, user_id: int) -> Any:
        return ada() if user_id == 1 else None


class Session(WebsocketConsumer):  # type: ignore[misc]
    """Begins a session, sends its key, and ends it when anything comes."""

    def connect(self) -> None:
        from django.contrib import auth
        from django.contrib.sessions.backends.cache import SessionStore

        self.accept()
        self.session = SessionStore()
        self.session[auth.SESSION_KEY] = "1"
        self.session[auth.BACKEND_SESSION_KEY] = "tests.facts.test_users.Backend"
        self.session[auth.HASH_SESSION_KEY] = ada().get_session_auth_hash()
        self.session.save()
        self.send(text_data=self.session.session_key)

    def receive(self, text_data: str) -> None:
        self.session.flush()
        self.send(text_data="ended")


class Names(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Sends the name in the scope, and what `get_user()` says."""

    async def receive(self, text_data: str) -> None:
        from channels.auth import get_user

        asked = await get_user(self.scope)
        names = [self.scope["user"].username, asked.get_username()]
        await self.send(text_data=json.dumps(names))


def with_users() -> Any:
    """The same, with the user of a session in its scope."""
    from channels.auth import AuthMiddlewareStack

    return AuthMiddlewareStack(Names.as_asgi())


def names(connection: Any) -> list[str]:
    """The name in the scope, and that of `get_user()`."""
    connection.send("who?")
    found: list[str] = json.loads(connection.recv(TIMEOUT))
    return found


def test_the_user_of_a_connection_stays(server: Server) -> None:
    """`scope["user"]` is read once: when the session has ended, an open connection still has its user, and `get_user(scope)` returns that one, too; a new connection has none."""
    with server.connect(Session) as session:
        cookie = {"Cookie": f"sessionid={session.recv(TIMEOUT)!s}"}
        with server.connect(with_users, additional_headers=cookie) as tab:
            assert names(tab) == ["ada", "ada"]
            session.send("end")
            assert session.recv(TIMEOUT) == "ended"
            assert names(tab) == ["ada", "ada"]
            with server.connect(with_users, additional_headers=cookie) as later:
                assert names(later) == ["", ""]
