"""The Redis that the settings name is found, or lent to whoever needs it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from checks.course.lessons import ROOT
from checks.sandbox import embedded_redis, redis_hosts
from tests.checker.toys import Toy
from tests.conftest import Checked, environment
from tests.machine import TIMEOUT, until

HOLDER = Path(__file__).with_name("holder.py")
LAYER = """
from channels.generic.websocket import AsyncWebsocketConsumer

class Talk(AsyncWebsocketConsumer):
    groups = ["everybody"]

    async def receive(self, text_data):
        said = {"type": "said", "text": text_data}
        await self.channel_layer.group_send("everybody", said)

    async def said(self, event):
        await self.send(text_data=event["text"])
"""
USER = """
import random, sys, time
import redis
from checks.sandbox.embedded_redis import leased

port = int(sys.argv[1])
for _ in range(8):
    with leased(port) as lease:
        assert lease.embedded
        time.sleep(random.uniform(0, 0.05))  # As long as it is held, it answers.
        with redis.Redis(port=port) as client:
            assert client.ping()
"""
"""Takes a lease again and again, as many runs do."""
CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"


Holder = subprocess.Popen[str]


@contextlib.contextmanager
def held(port: int, folder: Path) -> Iterator[Holder]:
    """A process of its own that holds a lease, as a second terminal would."""
    with subprocess.Popen(
        [sys.executable, str(HOLDER), str(port)],
        env=environment(TMPDIR=str(folder)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        watch = threading.Timer(TIMEOUT, process.kill)
        watch.start()
        yield process
        watch.cancel()


def says(holder: Holder) -> str:
    """Whether a holder found a Redis or got the embedded one, once it has it."""
    assert holder.stdout
    return holder.stdout.readline().strip()


def lets_go(holder: Holder) -> None:
    """Let a holder end as a run does."""
    assert holder.stdin
    holder.stdin.close()
    assert holder.wait(TIMEOUT) == 0


@contextlib.contextmanager
def valkey(port: int, *options: str) -> Iterator[Any]:
    """A Redis that somebody else has started."""
    command = [embedded_redis._valkey(), "--port", str(port), "--save", "", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        assert until(lambda: embedded_redis.listens(port))
        try:
            yield redis.Redis(port=port)
        finally:
            process.kill()


def info(port: int) -> dict[str, Any]:
    """What the server that answers on a port says of itself."""
    client: Any = redis.Redis(port=port)
    return dict(client.info("server"))


def check(toy: Toy, host: str) -> Checked:
    """Check a project that talks through a layer, with its Redis at this address."""
    return toy.write("talk.py", LAYER).check(TOY_REDIS=host)


def test_the_last_to_let_go_stops_it(port: int, tmp_path: Path) -> None:
    with held(port, tmp_path) as one:
        assert says(one) == "embedded"
        with held(port, tmp_path) as two:
            assert says(two) == "embedded"
            lets_go(one)
            assert embedded_redis.listens(port)
            lets_go(two)
    assert not embedded_redis.listens(port)


def test_who_come_at_once_get_the_same(port: int, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        holders = [stack.enter_context(held(port, tmp_path)) for _ in range(3)]
        assert {says(holder) for holder in holders} == {"embedded"}
        assert len({info(port)["run_id"] for _ in holders}) == 1
        for holder in holders:
            lets_go(holder)
    assert not embedded_redis.listens(port)


def test_it_stops_when_its_holder_was_killed(port: int, tmp_path: Path) -> None:
    with held(port, tmp_path) as holder:
        assert says(holder) == "embedded"
        holder.kill()
    assert until(lambda: not embedded_redis.listens(port))


def test_one_can_come_while_the_last_one_leaves(port: int, tmp_path: Path) -> None:
    for _ in range(3):
        with held(port, tmp_path) as one, held(port, tmp_path) as two:
            says(one)
            assert one.stdin
            one.stdin.close()
            assert says(two) == "embedded"
            assert info(port)
            lets_go(two)


def test_many_who_come_and_go_leave_no_file(port: int, tmp_path: Path) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(port)],
            cwd=ROOT,
            env=environment(TMPDIR=str(tmp_path)),
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for user in users:
        _, stderr = user.communicate(timeout=TIMEOUT)
        assert (user.returncode, stderr) == (0, "")
    assert until(lambda: not embedded_redis.listens(port))
    (folder,) = tmp_path.iterdir()
    assert until(lambda: list(folder.iterdir()) == [])


def test_a_run_brings_its_own_and_takes_it_away(toy: Toy, port: int) -> None:
    result = check(toy, f"redis://localhost:{port}")
    assert result.status == 0, result.verdict["cause"]
    assert result.verdict["broker"].startswith("embedded valkey ")
    assert result.verdict["broker"].endswith(f" at localhost:{port}")
    assert not embedded_redis.listens(port)


def test_one_that_was_there_stays_as_it_was(toy: Toy, port: int) -> None:
    settings = (toy.project / "mysite/settings.py").read_text()
    toy.write("mysite/settings.py", settings.replace(CORE, PUBSUB))
    with valkey(port) as there:
        there.set("mine", "kept")
        result = check(toy, f"redis://localhost:{port}")
        assert result.status == 0, result.verdict["cause"]
        assert not result.verdict["broker"].startswith("embedded")
        assert there.keys("*") == [b"mine"]
        assert there.get("mine") == b"kept"


def test_one_that_does_not_let_us_in_is_the_machines(toy: Toy, port: int) -> None:
    with valkey(port) as there:
        there.acl_setuser("default", enabled=True, commands=["-zadd"])
        result = check(toy, f"redis://localhost:{port}")
    cause = result.verdict["cause"]
    assert result.verdict["verdict"] == "machine"
    assert cause["expected"] == f"a Redis to answer at localhost:{port}"
    assert cause["got"].startswith("its access list denies ")
    reached = [check["outcome"] for check in result.verdict["checks"]]
    assert reached == ["not_reached"] * 3


def test_a_port_that_cannot_be_had_is_the_machines(toy: Toy, port: int) -> None:
    with socket.socket() as taken:  # It listens to nobody, and lets nobody else listen.
        taken.bind(("127.0.0.1", port))
        result = check(toy, f"redis://127.0.0.1:{port}")
    assert (result.status, result.verdict["verdict"]) == (3, "machine")
    assert "the embedded Valkey does not start" in result.verdict["cause"]["got"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (None, True),
        ("localhost", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("redis", False),
    ],
)
def test_this_machine_goes_by_several_names(host: str | None, expected: bool) -> None:
    assert redis_hosts.is_loopback(host) is expected


def test_a_socket_of_this_machine_is_used_as_it_is(toy: Toy, port: int) -> None:
    path = toy.temporary / "redis.sock"
    with valkey(port, "--unixsocket", str(path)):
        assert until(path.exists)
        result = check(toy, f"unix://{path}")
    assert result.status == 0, result.verdict["cause"]
    assert result.verdict["broker"].endswith(f" at {path}")
    assert toy.left() == [path.name]


def test_a_broker_that_was_stopped_for_a_while_goes_on(port: int) -> None:
    with embedded_redis.leased(port):
        client: Any = redis.Redis(port=port)
        valkey = client.info("server")["process_id"]
        for signum in (signal.SIGSTOP, signal.SIGCONT):
            os.kill(valkey, signum)
        assert client.ping()
        client.close()
        assert embedded_redis.supervisors()
    assert until(lambda: not embedded_redis.listens(port))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_broker_ends_with_its_keeper(port: int, signum: int) -> None:
    marker = embedded_redis.LEASES / f"{port}.embedded"
    with embedded_redis.leased(port):
        os.kill(int(marker.read_text()), signum)
        assert until(lambda: not embedded_redis.listens(port))
        assert until(lambda: not marker.exists())
