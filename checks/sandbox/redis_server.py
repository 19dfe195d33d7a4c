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

from checks.observe.failure import Failure
from checks.sandbox.embedded_redis import CONNECTING, leased
from checks.verdict import Cause, Finding


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

    def subscribers(self, prefix: str) -> dict[str, int]:
        """How many processes are subscribed to each group of the pub/sub layer.

        Raises Finding if Redis is gone.
        """
        client: Any = self.client
        with self._must_answer():
            channels = client.pubsub_channels(f"{prefix}*__group__*")
            counts = client.pubsub_numsub(*channels) if channels else ()
        return {name.decode().partition("__group__")[2]: n for name, n in counts}

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

    Raises Finding when something on this machine is in the way, and Failure when the
    settings name no host, or one on another machine that does not answer.
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


def _no_host(host: dict[str, Any], error: Exception) -> Failure:
    named = host.get("address", (host.get("host"), host.get("port")))
    expected = '"hosts" in CHANNEL_LAYERS to be a list of (host, port) pairs, or URLs'
    facts = {"named": named, "why": _first_line(error)}
    return Failure("no_host", expected, facts=facts)


def _unreachable(client: redis.Redis, why: str) -> Failure | Finding:
    host = client.connection_pool.connection_kwargs.get("host")
    if not is_loopback(host):
        expected = f"a Redis to answer at {_address(client)}, as your settings say"
        return Failure("unreachable", expected, facts={"why": why})
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
