"""The Redis that a learner's settings name: find it, or start the embedded one.

One rule for all commands: it is what the settings resolve to; where that is a port of
this machine and nothing listens there, the embedded server is started, and runs for as
long as the command does.

Whatever program answers there is called Redis here, because the layer speaks to it as
to Redis.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import redis

from checks.sandbox import redis_probe
from checks.sandbox.embedded_redis import leased
from checks.sandbox.redis_hosts import Host, first_line


class RedisServer:
    """The hosts of a layer, which answered, with the name that a verdict shows."""

    def __init__(self, hosts: list[Host], name: str, *, pubsub: bool) -> None:
        self.hosts, self.name, self.pubsub = hosts, name, pubsub
        self.clients = [host.client for host in hosts]

    def members(self, prefix: str) -> set[str]:
        """The channels that are in groups under this prefix.

        The layer keeps them in sorted sets. The pub/sub layer has subscriptions, of
        which only the name of the group is known. Raises Finding if Redis is gone.
        """
        found: set[bytes] = set()
        for host in self.hosts:
            with _must_answer(host) as client:
                found.update(client.pubsub_channels(f"{prefix}*__group__*"))
                for key in client.scan_iter(match=f"{prefix}*:group:*", count=1000):
                    found.update(client.zrange(key, 0, -1))
        return {name.decode(errors="replace") for name in found}

    def subscribers(self, prefix: str) -> dict[str, int]:
        """How many processes are subscribed to each group of the pub/sub layer.

        Raises Finding if Redis is gone.
        """
        found: dict[str, int] = {}
        for host in self.hosts:
            with _must_answer(host) as client:
                channels = client.pubsub_channels(f"{prefix}*__group__*")
                counts = client.pubsub_numsub(*channels) if channels else ()
            found |= {name.decode().partition("__group__")[2]: n for name, n in counts}
        return found

    def delete_keys(self, prefix: str) -> None:
        """Delete the keys that begin with this prefix, and no others."""
        for client in self.clients:
            with contextlib.suppress(redis.RedisError):
                for key in client.scan_iter(match=f"{prefix}*", count=1000):
                    client.delete(key)

    def skip(self, seconds: float, words: Iterable[str], prefix: str) -> None:
        """Let keys with one of these words in their names expire so much earlier.

        So do the events that no tab has read. Keys with the prefix of another run are
        left as they are. Raises Finding if Redis is gone.
        """
        self.skip_unread(seconds, prefix)
        own, others = prefix.encode(), prefix.partition("-")[0].encode()
        for host in self.hosts:
            with _must_answer(host) as client:
                for word in words:
                    for key in client.scan_iter(match=f"*{word}*", count=1000):
                        if key.startswith(own) or not key.startswith(others):
                            _expire_earlier(client, key, round(seconds * 1000))

    def skip_unread(self, seconds: float, prefix: str) -> None:
        """Let events that no tab has read expire so much earlier.

        The layer keeps them in a list for each process. If Redis is gone, so are they.
        """
        for client in self.clients:
            with contextlib.suppress(redis.RedisError):
                for key in client.scan_iter(match=f"{prefix}*!", count=1000):
                    _expire_earlier(client, key, round(seconds * 1000))

    def has_answered_all(self) -> bool:
        """Whether the hosts have done what they were asked so far, and go on."""
        try:
            return all(client.ping() for client in self.clients)
        except redis.RedisError:
            return False

    def check_alive(self) -> None:
        """Raise a Finding or Failure if a host does not do any more what it has to."""
        for host in self.hosts:
            redis_probe.probe(host, pubsub=self.pubsub, answered=True)


def _expire_earlier(client: Any, key: bytes, milliseconds: int) -> None:
    left = client.pttl(key)
    if left > 0:  # Below that it does not expire, or is not there.
        client.pexpire(key, max(1, left - milliseconds))


@contextlib.contextmanager
def _must_answer(host: Host) -> Iterator[Any]:
    """Its client. Raises Finding if what is asked of it fails."""
    try:
        yield host.client
    except redis.RedisError as error:
        raise redis_probe.stopped(host, first_line(error)) from None


@contextlib.contextmanager
def connected(
    *hosts: dict[str, Any],
    pubsub: bool = False,
    check: Callable[[int], object] = lambda _: None,
) -> Iterator[RedisServer]:
    """The Redis at these hosts of a layer, for as long as the context lasts.

    `check` is called with each port of this machine before anything is started there.
    Raises Finding when something on this machine prevents it, and Failure when the
    settings name no host, or one that they do not fit.
    """
    with contextlib.ExitStack() as stack:
        found, names = [], []
        for options in hosts:
            host = Host(options)
            if host.port is not None:
                check(host.port)
            lease = (
                None if host.port is None else stack.enter_context(leased(host.port))
            )
            stack.callback(host.client.close)
            version = redis_probe.probe(host, pubsub=pubsub)
            word = "embedded " if lease and lease.embedded else ""
            found.append(host)
            names.append(f"{word}{version} at {host.name}")
        yield RedisServer(found, " and ".join(names), pubsub=pubsub)
