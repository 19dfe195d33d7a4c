"""What is wrong with a Redis is named: a failure of the machine, or of the project."""

import contextlib
import re
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
import redis

from checks.explain.diagnosis import diagnose
from checks.observe.failure import Failure
from checks.observe.timeline import Timeline
from checks.sandbox import redis_server
from checks.sandbox.redis_hosts import share_a_key, unescaped, without_password
from checks.verdict import Finding
from tests.checker.odd_redis import INFO, Serve, answering, served, with_tls
from tests.checker.test_broker import valkey
from tests.machine import free_port

SNAPSHOTS = "-MISCONF Redis is configured to save RDB snapshots, but it's currently "
SNAPSHOTS += "unable to persist to disk."
DENIED = "-DENIED Redis is running in protected mode because protected mode is enabled"
LOADING = "-LOADING Redis is loading the dataset in memory"


def found(*hosts: str | dict[str, Any], pubsub: bool = False) -> str:
    """The name of what answers at these hosts, or what is wrong: voice and got."""
    options = [{"address": it} if isinstance(it, str) else it for it in hosts]
    try:
        with redis_server.connected(*options, pubsub=pubsub) as server:
            server.check_alive()
            return server.name
    except Finding as finding:
        return f"machine: {finding.cause.sentence()}"
    except Failure as failure:
        return f"project: {diagnose(failure, Timeline()).cause.sentence()}"


def local(port: int, options: str = "redis://{}") -> str:
    return options.format(f"localhost:{port}")


# Servers that are real ----------------------------------------------------------------


def test_a_redis_that_works_has_its_version_and_keeps_no_key(port: int) -> None:
    with valkey(port) as there:
        for pubsub in (False, True):
            name = found(local(port), pubsub=pubsub)
            assert name.startswith("valkey 9")
            assert name.endswith(f" at localhost:{port}")
        assert there.keys("*") == []


def test_all_hosts_are_asked(port: int) -> None:
    with valkey(port):
        both = found(local(port), {"host": "127.0.0.1", "port": port})
        assert " and " in both
        wrong = found(local(port), local(port, "redis://:tea@{}"))
    assert "that Redis has no password" in wrong


@pytest.mark.parametrize(
    ("options", "address", "words"),
    [
        ("--requirepass sesame", "redis://{}", "machine: .*asks for a password"),
        ("--requirepass sesame", "redis://:tea@{}", "project: .*rejects that password"),
        (
            "--requirepass sesame",
            "redis://ada:sesame@{}",
            "project: .*name of its user",
        ),
        ("--requirepass sesame", "redis://:sesame@{}", "^valkey"),
        ("--requirepass se/same", "redis://:se/same@{}", "project: .*it has / in it"),
        ("--requirepass se/same", "redis://:se%2Fsame@{}", "^valkey"),
        ("--port {}", "redis://:tea@{}", "project: .*has no password"),
        ("--port {}", "redis://{}/16", "project: .*no database of that number"),
        ("--port {}", "rediss://{}", "project: .*a Redis without TLS"),
        ("--replicaof 127.0.0.1 1", "redis://{}", "machine: .*READONLY"),
        ("--maxmemory 1", "redis://{}", "machine: .*its memory is full"),
        (
            # By itself, its second port is one that any connection may have.
            "--cluster-enabled yes --cluster-port {bus}",
            "redis://{}",
            "machine: .*knows no cluster",
        ),
    ],
)
def test_a_real_server_that_is_set_up_otherwise_is_named(
    options: str, address: str, words: str, port: int, tmp_path: Path
) -> None:
    here = ["--dir", str(tmp_path)]
    with valkey(port, *options.format(port, bus=free_port()).split(), *here):
        name = found(local(port, address))
    assert re.search(words, name), name
    assert "Stop the program" not in name


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (["-info"], ""),
        (["-zadd"], "denies this user what the layer needs"),
        (["resetkeys", "~asgi*"], "the keys that begin with checks-"),
    ],
)
def test_an_access_list_is_named_if_it_denies_what_the_layer_needs(
    rules: list[str], words: str, port: int
) -> None:
    with valkey(port) as there:
        there.execute_command("ACL", "SETUSER", "default", *rules)
        name = found(local(port))
    assert words in name
    assert name.startswith("machine: " if words else "redis at ")


def test_too_many_clients_are_named(port: int) -> None:
    with valkey(port, "--maxclients", "1"), redis.Redis(port=port) as taken:
        taken.ping()
        assert "as many clients as it accepts" in found(local(port))


def test_a_redis_that_ends_between_two_questions_is_no_mistake_of_the_settings(
    port: int,
) -> None:
    def end_after_the_first_key(visitor: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as there:
            while asked := visitor.recv(1 << 16):
                last = b"ZADD" in asked
                if last:
                    listening.shutdown(socket.SHUT_RDWR)
                there.sendall(asked)
                # The end comes in the same packet as the answer, so no question
                # is on its way by then.
                visitor.send(there.recv(1 << 16), socket.MSG_MORE if last else 0)
                if last:
                    return

    def serve() -> None:
        with contextlib.suppress(OSError):  # The listening socket was shut down.
            while True:
                with listening.accept()[0] as visitor:
                    end_after_the_first_key(visitor)

    with valkey(port), socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve)
        serving.start()
        words = found(local(listening.getsockname()[1]))
        serving.join()
    assert re.match("machine: .*stopped answering .*refused", words), words


def test_tls_is_named_both_ways(port: int, tmp_path: Path) -> None:
    with valkey(port), served(with_tls(tmp_path, port)) as secure:
        assert "machine: " in found(local(secure))
        assert "it speaks TLS alone" in found(local(secure))
        untrusted = found(local(secure, "rediss://{}"))
        assert untrusted.startswith("project: ")
        assert "ssl_ca_certs" in untrusted
        trusted = {"ssl_ca_certs": str(tmp_path / "ca.crt")}
        name = found({"address": local(secure, "rediss://{}"), **trusted})
        assert name.startswith("valkey")


def test_a_sentinel_that_is_no_sentinel_is_named(port: int) -> None:
    host = {"sentinels": [("localhost", port)], "master_name": "main"}
    assert "nothing listens there" in found(host)
    with valkey(port):
        assert "is no Sentinel" in found(host)


def test_a_sentinel_says_where_redis_is(port: int) -> None:
    with valkey(port) as there:
        master = f"*2\r\n$9\r\n127.0.0.1\r\n${len(str(port))}\r\n{port}"
        with served(answering({"SENTINEL": master})) as sentinel:
            host = {"sentinels": [("localhost", sentinel)], "master_name": "main"}
            assert found(host).endswith(f" at 127.0.0.1:{port}")
        with served(answering({"SENTINEL": "*-1"})) as sentinel:
            host = {"sentinels": [("localhost", sentinel)], "master_name": "main"}
            assert "knows no master named 'main'" in found(host)
        assert there.ping()


# Servers with answers of the test's own -----------------------------------------------


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"ZADD": SNAPSHOTS}, "MISCONF"),
        (
            {"ZADD": "-READONLY You can't write against a read only replica."},
            "READONLY",
        ),
        ({"*": LOADING}, "still loading its data"),
        ({"*": DENIED}, "protected mode"),
        ({"ZADD": "-MOVED 1 127.0.0.1:7001"}, "knows no cluster"),
        ({"ZADD": "-CLUSTERDOWN Hash slot not served"}, "knows no cluster"),
        ({"ZADD": "-NOREPLICAS Not enough good replicas to write."}, "missing"),
        ({"*": "-BUSY Redis is busy running a script."}, "busy with a script"),
        (
            {"BZPOPMIN": "-ERR unknown command", "ZPOPMIN": "*0", "EVAL": "*0"},
            "lacks a command",
        ),
        ({"ZADD": "-ERR something new"}, "something new"),
    ],
)
def test_what_redis_refuses_is_the_machine_s(
    answers: dict[str, str], words: str
) -> None:
    with served(answering(answers)) as port:
        name = found(local(port))
    assert name.startswith("machine: "), name
    assert words in name
    assert "Stop the program" not in name


def test_an_old_redis_is_named_by_its_version() -> None:
    old = answering({}, INFO.replace("7.2.4", "3.0.504"))
    with served(old) as port:
        assert "it is redis 3.0.504, which has no BZPOPMIN" in found(local(port))
        assert found(local(port), pubsub=True).startswith("redis 3.0.504 at ")


def serve_http(visitor: socket.socket) -> None:
    if visitor.recv(1024).startswith(b"HEAD"):
        visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


def greet(visitor: socket.socket) -> None:
    visitor.sendall(b"220 mail.example ready\r\n")
    visitor.recv(1024)


def hang_up(visitor: socket.socket) -> None:
    visitor.close()


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (serve_http, "it is an HTTP server"),
        (greet, "it answers '220 mail.example ready'"),
        (hang_up, "does not answer a PING"),
    ],
)
def test_what_is_no_redis_is_named(serve: Serve, words: str) -> None:
    with served(serve) as port:
        name = found(local(port))
    assert name.startswith("machine: "), name
    assert words in name


# Settings -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ({"address": None}, "it has None"),
        ({"host": "localhost", "port": None}, "it has ('localhost', None)"),
        ({"address": "localhost:6379"}, "must specify one of the following schemes"),
        ({"master_name": "main"}, "'sentinels'"),
        ({"host": "locahost.invalid", "port": 6379}, "nothing did"),
        ({"host": "localhost", "port": 6379, "ssl": True}, "argument 'ssl'"),
    ],
)
def test_settings_that_name_no_redis_are_the_project_s(
    host: dict[str, Any], words: str
) -> None:
    name = found(host)
    assert name.startswith("project: "), name
    assert words in name


def test_a_socket_on_which_nothing_listens_is_the_machine_s() -> None:
    name = found("unix:///nowhere/redis.sock")
    assert name.startswith("machine: ")
    assert "No such file" in name


@pytest.mark.parametrize(
    ("address", "breaks"),
    [
        ("redis://:a/b@localhost", "/"),
        ("redis://:a#?b@localhost", "?#"),
        ("redis://localhost:6379/0?x=1", ""),
        ("redis://:a@b@localhost", ""),
        (None, ""),
    ],
)
def test_characters_that_end_a_password_are_found(address: Any, breaks: str) -> None:
    assert unescaped(address) == breaks


def test_no_password_is_shown() -> None:
    assert without_password("redis://ada:tea@b@there:1") == "redis://…@there:1"
    assert "tea" not in found("redis://:tea@localhost:port")


def test_two_processes_need_a_key_that_both_have() -> None:
    def keys(*encryption: str) -> dict[str, Any]:
        return {"encryption": list(encryption)}

    share_a_key(keys("a", "b"), keys("a", "c"))
    share_a_key(keys(), keys("a"))
    with pytest.raises(Failure, match="the same key"):
        share_a_key(keys("b", "a"), keys("c", "a"))
