"""One of the hosts of a channel layer: what it is called, and a client for it."""

import ipaddress
import re
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from checks.observe.failure import Failure
from checks.sandbox.embedded_redis import CONNECTING

HOSTS = '"hosts" in CHANNEL_LAYERS to be a list of (host, port) pairs, or URLs'
OPTIONS = 'redis-py to take every option in "hosts"'
IN_A_URL = "/?#[]"
"""Characters that end the password in a URL, unless they are percent-encoded."""


PIPELINE = re.compile(r"Command # .* of pipeline caused error: ")
"""What redis-py puts before the answer of Redis."""

ANSWERING = 3.0
"""Seconds that a Redis may take to answer: on a busy machine it waits its turn."""


class Host:
    """One of a layer's hosts, as `channels_redis` decodes them.

    `target` is what redis-py connects with, and `port` the one on this machine, if it
    is one. Raises Failure for settings that name no Redis.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        try:
            self.pool = _pool(options)
            self.target = self.pool.connection_kwargs
            self.pool.connection_class(**self.target)  # It refuses unknown options.
            int(self.target.get("port", 6379))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _no_host(options, error) from None
        self.tls = issubclass(self.pool.connection_class, redis.SSLConnection)
        self.client = redis.Redis(connection_pool=self.pool)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, unless that is a file."""
        return self.target.get("host") or "localhost", int(
            self.target.get("port", 6379)
        )

    @property
    def name(self) -> str:
        """What a verdict calls it: `localhost:6379`, or the path of a socket."""
        return self.target.get("path") or "{}:{}".format(*self.address)

    @property
    def port(self) -> int | None:
        """Its port on this machine; None if it is elsewhere, or a Sentinel named it."""
        host, port = self.address
        named = "path" not in self.target and "master_name" not in self.options
        here = named and is_loopback(host)
        return port if here else None


def _pool(options: dict[str, Any]) -> redis.ConnectionPool:
    """What `channels_redis.utils.create_pool` makes, with limits of time."""
    once = {"socket_timeout": ANSWERING, "socket_connect_timeout": CONNECTING}
    options = {**options, **once, "retry": Retry(NoBackoff(), 0)}
    if "address" in options:
        return redis.ConnectionPool.from_url(options.pop("address"), **options)
    if "master_name" in options:
        options["host"], options["port"] = _master(options)
    return redis.ConnectionPool(**options)


def _master(options: dict[str, Any]) -> tuple[str, int]:
    """The address of the Redis that one of the Sentinels names."""
    name, sentinels = options.pop("master_name"), options.pop("sentinels")
    own = {"socket_timeout": CONNECTING, "retry": Retry(NoBackoff(), 0)}
    given = options.pop("sentinel_kwargs", None) or {}
    got = "nothing listens there"
    watching: Any = Sentinel(sentinels, sentinel_kwargs=own | given)  # type: ignore[no-untyped-call]
    for client in watching.sentinels:
        try:
            if master := client.sentinel_get_master_addr_by_name(name):
                host, port = master
                return host.decode() if isinstance(host, bytes) else host, int(port)
            got = f"it knows no master named {name!r}"
        except redis.ResponseError as error:
            got = f"what listens there is no Sentinel ({first_line(error)})"
        except redis.RedisError:
            continue
        finally:
            client.close()
    where = " or ".join(f"{host}:{port}" for host, port in sentinels)
    raise Failure("no_sentinel", f"a Sentinel to answer at {where}", got)


def _no_host(options: dict[str, Any], error: Exception) -> Failure:
    """The failure that settings name no Redis, without the password."""
    named = options.get("address", (options.get("host"), options.get("port")))
    if breaks := unescaped(named):
        return unescaped_password(breaks)
    facts = {"named": without_password(named), "why": first_line(error)}
    if "unexpected keyword" in facts["why"]:
        return Failure("redis_option", OPTIONS, facts=facts)
    return Failure("no_host", HOSTS, facts=facts)


def share_a_key(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Raise a Failure if one process cannot read what the other encrypts.

    Both are what the same settings resolve to: the first key encrypts, and each of them
    may decrypt.
    """
    keys, others = one.get("encryption") or (), other.get("encryption") or ()
    if keys and others and (keys[0] not in others or others[0] not in keys):
        expected = "all server processes to encrypt messages with the same key"
        raise Failure("two_keys", expected)


def unescaped(address: object) -> str:
    """The characters in the password of a URL that end it too early."""
    credentials, at, _ = str(address).partition("://")[2].rpartition("@")
    return "".join(char for char in IN_A_URL if at and char in credentials)


def unescaped_password(breaks: str) -> Failure:
    """The failure that such characters are in an address."""
    expected = "the password in the address of your Redis to be percent-encoded"
    got = f"it has {' '.join(breaks)} in it, which ends the address there"
    return Failure("unescaped_password", expected, got)


def without_password(address: Any) -> Any:
    """An address without what is secret in it."""
    if not isinstance(address, str):
        return address
    return re.sub(r"(?<=://).*@", "…@", address)


def first_line(error: BaseException) -> str:
    """The first line of what an exception says, without the words of a pipeline."""
    line = PIPELINE.sub("", str(error).partition("\n")[0])
    return line.rstrip(".") or type(error).__name__


def is_loopback(host: str | None) -> bool:
    """Whether this is a name of this machine."""
    if host in (None, "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
