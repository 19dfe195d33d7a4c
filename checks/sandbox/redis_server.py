"""The Redis server that a learner's settings name: find it, or start the embedded one.

Whatever program answers there is called Redis here, because the layer speaks to it as
to Redis.
"""

import contextlib
import ipaddress
from collections.abc import Iterator
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from checks.sandbox.embedded_redis import CONNECTING, leased
from checks.verdict import Cause, Finding, Where


class RedisServer:
    """A Redis that answered, with the name that a verdict shows."""

    def __init__(self, client: redis.Redis, name: str) -> None:
        self.client = client
        self.name = name

    def members(self, prefix: str) -> set[str]:
        """The channels that are in groups under this prefix.

        The layer keeps them in sorted sets. The pub/sub layer has subscriptions, of
        which only the name of the group is known. Raises Finding if Redis is gone.
        """
        client: Any = self.client
        with self._must_answer():
            found = set(client.pubsub_channels(f"{prefix}*__group__*"))
            for key in client.scan_iter(match=f"{prefix}*:group:*", count=1000):
                found.update(client.zrange(key, 0, -1))
        return {name.decode(errors="replace") for name in found}

    def delete_keys(self, prefix: str) -> None:
        """Delete the keys that begin with this prefix, and no others."""
        with contextlib.suppress(redis.RedisError):
            for key in self.client.scan_iter(match=f"{prefix}*", count=1000):
                self.client.delete(key)

    def check_alive(self) -> None:
        """Raise a Finding about the machine if Redis is gone."""
        with self._must_answer():
            self.client.ping()

    @contextlib.contextmanager
    def _must_answer(self) -> Iterator[None]:
        try:
            yield
        except redis.RedisError as error:
            raise _machine(
                self.client,
                f"it stopped answering while the checks ran ({_first_line(error)})",
                "Start it again, or stop it for good and the course brings its own.",
            ) from None


def connect(host: dict[str, Any]) -> redis.Redis:
    """A client for one of a layer's hosts, as `channels_redis` decodes them."""
    timeouts = {"socket_timeout": CONNECTING, "socket_connect_timeout": CONNECTING}
    options = {**host, **timeouts, "retry": Retry(NoBackoff(), 0)}
    address = options.pop("address", None)
    return (
        redis.Redis.from_url(address, **options) if address else redis.Redis(**options)
    )


@contextlib.contextmanager
def connected(host: dict[str, Any]) -> Iterator[RedisServer]:
    """The Redis at this host, for as long as the context lasts.

    Raises Finding: about the machine when a program on it is in the way, about the
    project when the address is that of another machine and does not answer.
    """
    try:
        client = connect(host)
        target = client.connection_pool.connection_kwargs
        port = int(target.get("port", 6379))
    except (AttributeError, TypeError, ValueError) as error:
        raise _no_host(host, error) from None
    with contextlib.ExitStack() as stack:
        embedded = False
        if "path" not in target and is_loopback(target.get("host")):
            lease = stack.enter_context(leased(port))
            embedded = lease.embedded
        version = _version(client)
        word = "embedded " if embedded else ""
        yield RedisServer(client, f"{word}{version} at {_address(client)}")


def _version(client: redis.Redis) -> str:
    """What answers, in words. Raises Finding when it is no Redis, or denies access."""
    try:
        info: Any = client.info("server")
    except redis.AuthenticationError:
        cure = (
            'Put it into the address: "hosts": ["redis://:PASSWORD@localhost:6379/0"].'
        )
        raise _machine(client, "it asks for a password", cure) from None
    except redis.ResponseError as error:
        got = f"it refuses to work: {_first_line(error)}"
        raise _machine(
            client, got, "Ask whoever runs it, or use another port."
        ) from None
    except (redis.RedisError, OSError) as error:
        raise _unreachable(client, _first_line(error)) from None
    kind = "valkey" if "valkey_version" in info else "redis"
    return f"{kind} {info.get(f'{kind}_version', '')}"


def _no_host(host: dict[str, Any], error: Exception) -> Finding:
    named = host.get("address", (host.get("host"), host.get("port")))
    return Finding(
        Cause(
            "project",
            '"hosts" in CHANNEL_LAYERS to be a list of (host, port) pairs, or URLs',
            f"it has {named!r} ({_first_line(error)})",
            'Write "hosts": [("localhost", 6379)]: square brackets around round ones.',
            Where("mysite/settings.py"),
        ),
        "no_host",
    )


def _unreachable(client: redis.Redis, why: str) -> Finding:
    host = client.connection_pool.connection_kwargs.get("host")
    if not is_loopback(host):
        return Finding(
            Cause(
                "project",
                f"a Redis to answer at {_address(client)}, as your settings say",
                f"nothing did ({why})",
                'Name this machine in CHANNEL_LAYERS: "hosts": [("localhost", 6379)].',
                Where("mysite/settings.py"),
            ),
            "unreachable",
        )
    cure = "Stop the program that listens there, or name another port in your settings."
    return _machine(client, f"what listens there does not speak Redis ({why})", cure)


def _machine(client: redis.Redis, got: str, cure: str) -> Finding:
    expected = f"a Redis to answer at {_address(client)}"
    return Finding(Cause("machine", expected, got, cure))


def _address(client: redis.Redis) -> str:
    target = client.connection_pool.connection_kwargs
    return (
        target.get("path")
        or f"{target.get('host', 'localhost')}:{target.get('port', 6379)}"
    )


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__


def is_loopback(host: str | None) -> bool:
    if host in (None, "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
