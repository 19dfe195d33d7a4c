"""Whether a Redis does what the channel layer asks of it.

It is asked by doing: the commands of `channels_redis`, on a key of our own that is
deleted. What it answers instead becomes the sentence of a verdict and of `make doctor`:
a Finding about the machine where the solution of the lesson would fail as well, and a
Failure of the project where its settings do not fit a Redis that works.
"""

import contextlib
import re
import secrets
from string import Template
from typing import Any, NamedTuple

import redis

from checks.observe.failure import Failure
from checks.sandbox import redis_port
from checks.sandbox.redis_hosts import (
    Host,
    first_line,
    unescaped,
    unescaped_password,
)
from checks.verdict import Cause, Finding

OLDEST = 5
"""The first version of Redis with BZPOPMIN, by which the layer waits for messages."""
LIFETIME = 10
"""Seconds after which the key of a probe expires, should it not be deleted."""
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What redis-py raises for answers that are not those of a Redis."""
UNRESOLVED = re.compile(r"not known|name resolution|No address associated|nodename")
"""What systems say of a host that has no address."""
OTHER_PORT = "Or name another port in CHANNEL_LAYERS: the course starts a Redis there."


class Refusal(NamedTuple):
    """An error that Redis answers with: what it means, and what to do about it."""

    words: str
    got: str
    cure: str


CLUSTER = Refusal(
    "CLUSTERDOWN|Hash slot|MovedError|AskError|hash to the same slot",
    "it is a node of a cluster, which divides its keys among several servers",
    "Name a Redis that is on its own: channels_redis knows no cluster.",
)
REFUSALS = [
    CLUSTER,
    Refusal(
        "Authentication required|NOAUTH",
        "it asks for a password",
        'Put it into the address: "hosts": ["redis://:PASSWORD@$name/0"].',
    ),
    Refusal(
        "unable to persist|MISCONF|Errors writing to the AOF",
        "it takes no writes, because it cannot save them to its disk (MISCONF)",
        "Make room on that disk, or make its folder writable; where nothing has to be "
        "kept: redis-cli -p $port config set stop-writes-on-bgsave-error no.",
    ),
    Refusal(
        "read.?only replica|READONLY",
        "it takes no writes, because it is a replica of another Redis (READONLY)",
        "Name that other Redis in CHANNEL_LAYERS, or end the replication: "
        "redis-cli -p $port replicaof no one.",
    ),
    Refusal(
        "loading the dataset|LOADING",
        "it is still loading its data",
        "Wait until it has, and repeat the command.",
    ),
    Refusal(
        "used memory > 'maxmemory'|OOM",
        "it takes no writes, because its memory is full (maxmemory)",
        "Give it more: redis-cli -p $port config set maxmemory 0. Or delete what it "
        "keeps.",
    ),
    Refusal(
        "max number of clients",
        "it has as many clients as it accepts (maxclients)",
        "End some of them, or allow more: redis-cli -p $port config set maxclients "
        "10000.",
    ),
    Refusal(
        "protected mode|DENIED",
        "it accepts clients of its own machine only (protected mode)",
        "Give it a password, and put that into the address; or name a Redis on this "
        "machine.",
    ),
    Refusal(
        "access (one of the|a) (key|channel)",
        "its access list denies this user the keys that begin with checks-",
        "Allow them, because the checker keeps apart what it writes: "
        "redis-cli acl setuser NAME '~*' '&*'.",
    ),
    Refusal(
        "unknown command",
        "it lacks a command that the layer needs ($why)",
        f"Use Redis 5 or newer. {OTHER_PORT}",
    ),
    Refusal(
        "no permissions|NOPERM",
        "its access list denies this user what the layer needs ($why)",
        "Allow all of it: redis-cli acl setuser NAME +@all.",
    ),
    Refusal(
        "NOREPLICAS|Not enough good replicas|MASTERDOWN|MASTER is down",
        "it takes no writes, because its replicas or its master are missing ($why)",
        "Start those, or use a Redis of its own for this project.",
    ),
    Refusal(
        "BUSY|busy running a script",
        "it is busy with a script",
        "Wait for its end, or end it: redis-cli -p $port script kill.",
    ),
]
"""What concerns the machine, and not the settings: the first that fits counts."""
MISFITS = {
    "password_not_wanted": "without any password configured|no password is set",
    "password_wrong": "invalid username-password|invalid password|WRONGPASS|for 'auth'",
    "no_such_database": "DB index is out of range|invalid DB index",
}
"""Kinds of failures of settings, by the words with which Redis refuses them."""


def probe(host: Host, *, pubsub: bool = False, answered: bool = False) -> str:
    """What answers at a host, in words, such as `redis 7.2.4`.

    Where it has `answered` before, its address is right, even if nothing is there now.
    Raises Finding or Failure when it does not do what the layer needs.
    """
    try:
        info = _server_info(host.client)
        answered, version = True, _version(info)
        if "cluster" in (info.get("redis_mode"), info.get("server_mode")):
            raise _machine(host, CLUSTER.got, CLUSTER.cure)
        if pubsub:
            host.client.publish(f"checks-{secrets.token_hex(8)}", "")
        else:
            _require_version(host, version)
            _use_key(host.client)
    except (redis.RedisError, OSError, *UNREADABLE) as error:
        found = refused(host, error)
        if answered and isinstance(found, Failure) and found.kind == "unreachable":
            raise stopped(host, found.facts["why"]) from None
        raise found from None
    return version


ODD = {
    "silence": (
        "what listens there does not answer a PING",
        f"If it is a Redis, start it again. {OTHER_PORT}",
    ),
    "plain": (
        "it broke off ($why)",
        "Repeat the command; if that happens again, look into the log of that Redis.",
    ),
}
"""What there can be besides a Redis that works: what it does, and the cure."""
ENDED = re.compile("closed by server|reset by peer|Broken pipe")
"""What redis-py says of a Redis that has ended while it was asked."""
NO_SOCKET = (
    "nothing listens there ($why)",
    'Start a Redis with that unixsocket, or write "hosts": [("localhost", 6379)].',
)
NOT_REDIS = (
    "what listens there does not speak Redis ($why)",
    "Stop the program that listens there, or name another port in your settings.",
)


def _server_info(client: Any) -> dict[str, Any]:
    """What it says about itself; nothing where its access list does not allow it."""
    try:
        return dict(client.info("server"))
    except redis.exceptions.NoPermissionError:
        return {}


def _version(info: dict[str, Any]) -> str:
    kind = "valkey" if "valkey_version" in info else "redis"
    return f"{kind} {info.get(f'{kind}_version', '')}".strip()


def _require_version(host: Host, version: str) -> None:
    number = re.search(r"redis (\d+)\.", version)
    if number and int(number[1]) < OLDEST:
        got = f"it is {version}, which has no BZPOPMIN, and the layer waits with that"
        raise _machine(host, got, f"Install Redis 5 or newer. {OTHER_PORT}")


def _use_key(client: Any) -> None:
    """Do what the layer does, in two round trips; leave no key behind."""
    key = f"checks-{secrets.token_hex(8)}-probe"
    try:
        with client.pipeline(transaction=False) as writes:
            writes.zadd(key, {"one": 1, "two": 2}).expire(key, LIFETIME)
            writes.zremrangebyscore(key, 0, 0).zcount(key, "-inf", "+inf")
            writes.execute()
        with client.pipeline(transaction=False) as reads:
            reads.bzpopmin(key, LIFETIME).zpopmin(key)
            reads.eval("return redis.call('ZRANGE', KEYS[1], 0, -1)", 1, key)
            reads.zrem(key, "one").delete(key)
            reads.execute()
    finally:
        with contextlib.suppress(redis.RedisError):
            client.delete(key)


def refused(host: Host, error: Exception) -> Failure | Finding:
    """What an error of redis-py means: the machine's, or that of the settings."""
    words = f"{type(error).__name__}: {error}"
    for kind, pattern in MISFITS.items():
        if re.search(pattern, words):
            return Failure(kind, f"{_answering(host)}, as your settings say")
    for refusal in REFUSALS:
        if re.search(refusal.words, words):
            return _machine(host, refusal.got, refusal.cure, first_line(error))
    if isinstance(error, redis.ResponseError) and not isinstance(
        error, redis.exceptions.InvalidResponse
    ):
        got = "it refuses a command of the layer ($why)"
        cure = f"Look up these words in its manual. {OTHER_PORT}"
        return _machine(host, got, cure, first_line(error))
    if ENDED.search(words) and redis_port.there(host.target) == "nothing":
        return _machine(host, *ODD["plain"], first_line(error))
    return _unreachable(host, first_line(error))


def _unreachable(host: Host, why: str) -> Failure | Finding:
    """No Redis answers there: what does, as far as that can be found out."""
    if UNRESOLVED.search(why) and (breaks := unescaped(host.options.get("address"))):
        return unescaped_password(breaks)
    there = redis_port.there(host.target)
    if host.tls and there in ("tls", "plain"):
        return _tls(host, there, why)
    if there == "tls":
        cure = 'Write rediss://, with two s: "rediss://$name".'
        return _machine(host, "it speaks TLS alone", cure)
    if there == "nothing" and "path" in host.target:
        return _machine(host, *NO_SOCKET, why)
    if there == "nothing" or host.port is None:
        why = why if there in ("nothing", *ODD) else there
        expected = f"{_answering(host)}, as your settings say"
        return Failure("unreachable", expected, facts={"why": why})
    words = why if there in ODD else there
    return _machine(host, *ODD.get(there, NOT_REDIS), words)


def _tls(host: Host, there: str, why: str) -> Failure:
    """The address asks for TLS: what is there has none, or is not trusted."""
    if there == "plain":
        return Failure("tls_not_there", f"{_answering(host)} with TLS")
    expected = f"the certificate of the Redis at {host.name} to be trusted"
    return Failure("certificate_not_trusted", expected, facts={"why": why})


def stopped(host: Host, why: str) -> Finding:
    """A Redis that answered when the command began is gone."""
    cure = "Start it again, or wait: where none listens, the course starts a Redis."
    return _machine(host, f"it stopped answering ({why})", cure)


def _machine(host: Host, got: str, cure: str, why: str = "") -> Finding:
    """A finding about the machine, with what is known of the host put into it."""
    known = {"name": host.name, "port": str(host.address[1]), "why": why}
    got, cure = (Template(text).safe_substitute(known) for text in (got, cure))
    return Finding(Cause("machine", _answering(host), got, cure))


def _answering(host: Host) -> str:
    return f"a Redis to answer at {host.name}"
