"""What can go wrong around a project, and what is then said; that nothing is left.

These are no submissions: the files are right, or there are none, and it is the machine,
the moment or the command that causes it.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis

from checks.author.projects import build
from checks.course.lessons import Course
from checks.sandbox import embedded_redis, file_lock
from tests.conftest import Check, Checked, command, environment
from tests.machine import TIMEOUT, free_port, processes_with, until

SUBMISSIONS = Path(__file__).parent / "submissions"
SLUGS = {lesson.step: lesson.slug for lesson in Course().lessons}
HOSTS = '"hosts": [("localhost", 6379)]'
MARK = "CHECKED_BY_TEST"

Solved = Callable[..., Path]


@pytest.fixture
def solved(tmp_path: Path) -> Solved:
    """`solved(3, {"chat/consumers.py": text})` builds lesson 3 with own files."""

    def solved(step: int, changed: dict[str, str] | None = None) -> Path:
        project = tmp_path / "project"
        build(SLUGS[step], project, solved=True)
        for path, text in (changed or {}).items():
            (project / path).parent.mkdir(exist_ok=True)
            (project / path).write_text(text)
        return project

    return solved


@pytest.fixture
def on_port(solved: Solved) -> Callable[..., Path]:
    """`on_port(7000)` builds a solved lesson 3 that looks for its Redis there."""

    def on_port(port: int, hosts: str = '[("localhost", {})]', more: str = "") -> Path:
        project = solved(3)
        settings = project / "mysite/settings.py"
        text = settings.read_text()
        assert HOSTS in text
        own = f'"hosts": {hosts.format(port)}{more}'
        settings.write_text(text.replace(HOSTS, own))
        return project

    return on_port


def text_of(project: Path, file: str) -> str:
    return (project / file).read_text()


def said(result: Checked) -> str:
    """The one red line of a verdict, with where and what to do."""
    cause = result.verdict["cause"]
    if cause is None:
        return "all passed"
    return " | ".join(str(cause[key]) for key in ("expected", "got", "where", "cure"))


def assert_failed(result: Checked) -> None:
    words = said(result)
    assert (result.verdict["verdict"], result.status) == ("failed", 1), words


def assert_machine(result: Checked) -> None:
    assert result.verdict["verdict"] == "machine", said(result)
    assert result.status == 3
    assert result.verdict["cause"]["voice"] == "machine"


def assert_passed(result: Checked) -> None:
    assert result.verdict["verdict"] == "passed", said(result)
    assert result.status == 0


# What was saved -----------------------------------------------------------------------


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: when it was written, and what it holds."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_code_saved_within_the_same_second_is_what_is_checked(
    solved: Solved, check: Check
) -> None:
    project = solved(1)
    consumers = project / "chat/consumers.py"
    tell = [sys.executable, "-c", "import chat.consumers as c; print(c.__file__)"]
    subprocess.run(tell, cwd=project, env=environment(), check=True)
    assert list(project.glob("chat/__pycache__/consumers.*.pyc"))
    saved = consumers.stat()
    right = consumers.read_text()
    wrong = right.replace('{"message": message}', '{"massage": message}')
    assert len(wrong) == len(right)
    assert wrong != right
    consumers.write_text(wrong)
    os.utime(consumers, ns=(saved.st_atime_ns, saved.st_mtime_ns))
    result = check(1, project)
    assert_failed(result)
    assert "massage" in said(result)


@pytest.mark.parametrize(
    ("file", "step"),
    [("chat/consumers.py", 1), ("mysite/settings.py", 1), ("mysite/asgi.py", 2)],
)
def test_a_deleted_file_is_named(
    file: str, step: int, solved: Solved, check: Check
) -> None:
    project = solved(step)
    (project / file).unlink()
    result = check(step, project)
    assert_failed(result)
    assert Path(file).stem in said(result)


@pytest.mark.parametrize(
    "line",
    ["import sys; sys.exit()", "import not_there", "PORT = 1 / 0", "DEBUG = (True"],
)
def test_settings_that_do_not_load_are_reported_with_their_line(
    line: str, solved: Solved, check: Check
) -> None:
    project = solved(1)
    with (project / "mysite/settings.py").open("a") as settings:
        settings.write(line + "\n")
    last = len(text_of(project, "mysite/settings.py").splitlines())
    result = check(1, project)
    assert_failed(result)
    assert result.verdict["cause"]["where"] == {
        "file": "mysite/settings.py",
        "line": last,
    }


def test_a_file_that_is_no_text_is_reported(solved: Solved, check: Check) -> None:
    project = solved(1)
    with (project / "chat/consumers.py").open("a", encoding="latin-1") as consumers:
        consumers.write('\nPLACE = "café"\n')
    result = check(1, project)
    assert_failed(result)
    assert "chat/consumers.py" in said(result)
    assert "utf-8" in said(result)


def test_no_file_of_the_learner_is_touched(solved: Solved, check: Check) -> None:
    project = solved(2)
    (project / "db.sqlite3").write_bytes(b"")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=project,
        env=environment(),
        check=True,
    )
    before = tree(project)
    assert before["db.sqlite3"][1]
    assert_passed(check(2, project))
    assert tree(project) == before


def test_a_database_that_is_being_migrated_is_no_mistake(
    solved: Solved, check: Check
) -> None:
    project = solved(2)
    migrate = [sys.executable, "manage.py", "migrate", "auth", "0001"]
    subprocess.run(migrate, cwd=project, env=environment(), check=True)
    assert check(2, project).status == 0


def test_no_file_is_added_to_a_project(solved: Solved, check: Check) -> None:
    project = solved(2)
    before = tree(project)
    assert_passed(check(2, project))
    assert tree(project) == before


def test_a_path_may_hold_spaces_and_umlauts(solved: Solved, check: Check) -> None:
    project = solved(1).rename(solved(1).parent / "Grüße an Ada (1) %20")
    result = check(1, project)
    assert_passed(result)
    assert result.verdict["project"] == str(project)


def test_a_link_to_a_project_is_that_project(
    solved: Solved, check: Check, tmp_path: Path
) -> None:
    project = solved(1)
    with (project / "chat/consumers.py").open("a") as consumers:
        consumers.write("1 / 0\n")
    (tmp_path / "link").symlink_to(project)
    result = check(1, tmp_path / "link")
    assert_failed(result)
    assert result.verdict["cause"]["where"]["file"] == "chat/consumers.py"


def test_a_path_may_be_relative(solved: Solved, check: Check) -> None:
    project = solved(1)
    result = check(1, project, "--project", project.name)
    assert_passed(result)
    assert result.verdict["project"] == str(project)


@pytest.mark.parametrize("name", ["redis", "json", "asyncio"])
def test_a_module_named_like_a_library_is_the_project_s_fault(
    name: str, solved: Solved, check: Check
) -> None:
    result = check(3, solved(3, {f"{name}.py": '"""Notes of my own."""\n'}))
    assert_failed(result)
    assert f"{name}.py" in said(result)


@pytest.mark.parametrize("name", ["checks", "pytest", "tests", "click"])
def test_a_module_named_like_one_of_the_checker_s_is_no_harm(
    name: str, solved: Solved, check: Check
) -> None:
    text = '"""Notes of my own."""\n\nMINE = True\n'
    use = f"\nfrom {name} import MINE\nassert MINE\n"
    project = solved(1, {f"{name}.py": text})
    with (project / "chat/consumers.py").open("a") as consumers:
        consumers.write(use)
    assert_passed(check(1, project))


# Who may read and write ---------------------------------------------------------------


OBEYING = """
import ctypes, os, sys

DROP_FROM_BOUNDING_SET, OVERRIDE, READ_SEARCH = 24, 1, 2
for capability in (OVERRIDE, READ_SEARCH):
    ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Runs a command to which the permissions of files mean something, even for root."""


def check_obeying(step: int, project: Path) -> Checked:
    done = subprocess.run(
        [sys.executable, "-c", OBEYING, *command(step, project)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Checked.of(done.returncode, done.stdout, done.stderr)


def test_a_file_that_may_not_be_read_is_named(solved: Solved) -> None:
    project = solved(1)
    (project / "chat/consumers.py").chmod(0)
    result = check_obeying(1, project)
    assert_failed(result)
    assert "it cannot be read (Permission denied)" in said(result)
    assert "chmod u+rw chat/consumers.py" in said(result)


def test_a_folder_that_may_not_be_written_to_is_no_harm(solved: Solved) -> None:
    project = solved(2)
    for path in (project, *project.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert_passed(check_obeying(2, project))
    finally:
        for path in (project, *project.rglob("*")):
            path.chmod(0o755)


# Redis --------------------------------------------------------------------------------


@contextlib.contextmanager
def server(port: int, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A Redis-compatible server of the test's own."""
    told = [embedded_redis._valkey(), "--port", str(port), "--bind", "127.0.0.1"]
    told += ["--save", "", "--appendonly", "no", *options]
    with subprocess.Popen(told, stdout=subprocess.DEVNULL) as process:
        try:
            assert until(lambda: embedded_redis.listens(port))
            yield process
        finally:
            process.kill()


def everything(client: Any) -> dict[bytes, bytes]:
    """Every key of every database that holds one, with its value and its lifetime."""
    return {key: client.dump(key) for key in client.keys("*")}


PERSONS_KEYS: dict[str, Any] = {
    "asgi:group:chat_lobby": {"specific.abc!def": 1.0},
    "asgi:group:everybody": {"specific.xyz!uvw": 2.0},
    "asgispecific.abc!": {"a message": 3.0},
}
"""As another project on the same server keeps them, under the prefix of Channels."""


@pytest.mark.parametrize(
    "layer", ["core.RedisChannelLayer", "pubsub.RedisPubSubChannelLayer"]
)
def test_a_redis_that_was_there_is_left_as_it_was(
    layer: str, on_port: Callable[..., Path], check: Check
) -> None:
    port = free_port()
    project = on_port(port)
    settings = project / "mysite/settings.py"
    named = "channels_redis.core.RedisChannelLayer"
    settings.write_text(settings.read_text().replace(named, f"channels_redis.{layer}"))
    with server(port) as process, redis.Redis(port=port) as client:
        for key, members in PERSONS_KEYS.items():
            client.zadd(key, members)
        client.set("mine", "kept")
        before = everything(client)
        result = check(3, project)
        assert_passed(result)
        assert everything(client) == before
        assert client.pubsub_channels("*") == []
        assert process.poll() is None
    assert "embedded" not in result.verdict["broker"]
    assert str(port) in result.verdict["broker"]


def test_the_embedded_redis_ends_with_the_check(
    on_port: Callable[..., Path], check: Check
) -> None:
    port = free_port()
    result = check(3, on_port(port))
    assert_passed(result)
    assert "embedded" in result.verdict["broker"]
    assert not embedded_redis.listens(port)


def test_a_password_that_is_missing_is_reported(
    on_port: Callable[..., Path], check: Check
) -> None:
    port = free_port()
    with server(port, "--requirepass", "sesame"):
        result = check(3, on_port(port))
    assert_machine(result)
    assert "password" in said(result)


def test_a_password_in_the_address_opens(
    on_port: Callable[..., Path], check: Check
) -> None:
    port = free_port()
    with server(port, "--requirepass", "sesame"):
        result = check(3, on_port(port, '["redis://:sesame@127.0.0.1:{}/0"]'))
    assert_passed(result)


def test_a_redis_that_refuses_everybody_is_reported(
    on_port: Callable[..., Path], check: Check
) -> None:
    port = free_port()
    with server(port, "--maxclients", "1"), redis.Redis(port=port) as taken:
        taken.ping()
        result = check(3, on_port(port))
    assert_machine(result)
    assert str(port) in said(result)


def test_a_redis_that_dies_in_the_middle_is_the_machine_s_fault(
    on_port: Callable[..., Path], check: Check
) -> None:
    port = free_port()
    with server(port) as process:

        def kill() -> None:
            with redis.Redis(port=port) as client:
                assert until(lambda: client.keys("checks-*"))
            process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        result = check(3, on_port(port))
        killer.join()
    assert_machine(result)
    assert str(port) in said(result)


def test_own_tests_are_not_run_before_the_redis_that_they_need_is_there(
    solved: Solved, cold_check: Check
) -> None:
    project, port = solved(7), free_port()
    settings = project / "mysite/settings.py"
    text = settings.read_text().replace("6379", str(port))
    settings.write_text(text)
    embedded_redis.LEASES.mkdir(mode=0o700, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        with file_lock.exclusive(embedded_redis.LEASES / f"{port}.start"):
            result = pool.submit(cold_check, 7, project)
            time.sleep(4)  # Only after that can it start the embedded one.
        assert_passed(result.result())


def answers_http(visitor: socket.socket) -> None:
    visitor.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    visitor.close()


def says_nothing(_: socket.socket) -> None:
    pass


def hangs_up(visitor: socket.socket) -> None:
    visitor.close()


@pytest.mark.parametrize("manner", [answers_http, says_nothing, hangs_up])
def test_a_port_that_something_else_holds_is_the_machine_s_fault(
    manner: Callable[[socket.socket], None], on_port: Callable[..., Path], check: Check
) -> None:
    visitors: list[socket.socket] = []

    def welcome() -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = listening.accept()
                visitors.append(visitor)
                manner(visitor)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=welcome, daemon=True).start()
        port = listening.getsockname()[1]
        result = check(3, on_port(port))
        listening.shutdown(socket.SHUT_RDWR)
    for visitor in visitors:
        visitor.close()
    assert_machine(result)
    assert str(port) in said(result)


@pytest.mark.parametrize("host", ["redis.invalid", "192.0.2.1"])
def test_an_address_elsewhere_that_does_not_answer_is_the_finding(
    host: str, on_port: Callable[..., Path], check: Check
) -> None:
    result = check(3, on_port(6379, f'[("{host}", {{}})]'))
    assert_failed(result)
    assert f"{host}:6379" in said(result)


LATE = """
import asyncio

from channels_redis.pubsub import RedisSingleShardConnection

subscribe = RedisSingleShardConnection.subscribe


async def late(self, channel):
    await asyncio.sleep(0.2)
    await subscribe(self, channel)


async def return_at_once(self, channel):
    self.late = asyncio.create_task(late(self, channel))


RedisSingleShardConnection.subscribe = return_at_once
"""
"""Lets `group_add` of the pub/sub layer return before Redis knows of it.

It always does, and a busy machine makes it show.
"""


def test_a_redis_that_subscribes_late_is_no_mistake(
    on_port: Callable[..., Path], check: Check
) -> None:
    project = on_port(free_port())
    settings = project / "mysite/settings.py"
    text = settings.read_text().replace("core.RedisCh", "pubsub.RedisPubSubCh")
    settings.write_text(text + LATE)
    assert_passed(check(3, project))


@pytest.mark.parametrize(
    "layer", ["core.RedisChannelLayer", "pubsub.RedisPubSubChannelLayer"]
)
def test_two_checks_at_once_do_not_reach_each_other(
    layer: str, on_port: Callable[..., Path], cold_check: Check
) -> None:
    # With the same seed, both use the same rooms and say the same words.
    project = on_port(free_port())
    settings = project / "mysite/settings.py"
    named = "channels_redis.core.RedisChannelLayer"
    settings.write_text(settings.read_text().replace(named, f"channels_redis.{layer}"))
    with ThreadPoolExecutor() as pool:
        for result in pool.map(lambda _: cold_check(3, project), range(2)):
            assert_passed(result)


# What is left -------------------------------------------------------------------------


@pytest.fixture
def mark() -> str:
    """What the environment of every process carries that a check starts."""
    return uuid.uuid4().hex


def running(mark: str) -> list[str]:
    """The command lines of processes that carry the mark."""
    return processes_with(MARK, mark)


UNTIDY = """
import subprocess, sys, threading, time

subprocess.Popen(["sleep", "3600"])
threading.Thread(target=time.sleep, args=[3600]).start()
for number in range(10_000):
    print("x" * 99, number)
sys.stderr.write("y" * 100_000)
"""


def test_what_a_project_starts_and_prints_is_gone_afterwards(
    solved: Solved, cold_check: Check, mark: str, tmp_path: Path
) -> None:
    project = solved(1)
    with (project / "chat/consumers.py").open("a") as consumers:
        consumers.write(UNTIDY)
    (tmp_path / "tmp").mkdir()
    result = cold_check(1, project, **{MARK: mark, "TMPDIR": str(tmp_path / "tmp")})
    assert running(mark) == []
    assert_passed(result)
    assert len(result.stdout) < 20_000
    assert result.verdict["printed"].endswith("x 9999\n")
    assert list((tmp_path / "tmp").glob("checks-*")) == []


def test_a_child_in_a_session_of_its_own_is_gone_afterwards(
    solved: Solved, cold_check: Check, mark: str
) -> None:
    project = solved(1)
    with (project / "chat/consumers.py").open("a") as consumers:
        start = '\nsubprocess.Popen(["sleep", "3600"], start_new_session=True)\n'
        consumers.write("\nimport subprocess\n" + start)
    assert_passed(cold_check(1, project, **{MARK: mark}))
    assert running(mark) == []


def test_printing_without_end_is_stopped(solved: Solved, check: Check) -> None:
    project = solved(1)
    with (project / "chat/consumers.py").open("a") as consumers:
        consumers.write('\nwhile True:\n    print("x" * 100_000)\n')
    result = check(1, project)
    assert_failed(result)
    assert "chat/consumers.py" in said(result)


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_a_process_that_ends_by_itself_is_reported(
    seconds: float, solved: Solved, check: Check
) -> None:
    project = solved(1)
    with (project / "chat/consumers.py").open("a") as consumers:
        consumers.write("\nimport os, threading\n")
        consumers.write(f"threading.Timer({seconds}, os._exit, [3]).start()\n")
    result = check(1, project)
    assert_failed(result)
    assert "ended by itself, with status 3" in said(result)


SLOW = "        import time; time.sleep(30)\n"


@contextlib.contextmanager
def interrupted(
    project: Path, mark: str, signum: int, folder: Path
) -> Iterator["subprocess.Popen[str]"]:
    """A check that was hit by a signal while a tab waited for its server."""
    (folder / "tmp").mkdir()
    told = {MARK: mark, "TMPDIR": str(folder / "tmp")}
    with subprocess.Popen(
        command(3, project),
        env=environment(**told),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert until((project / "reached").exists)
            process.send_signal(signum)
            yield process
        finally:
            process.kill()


@pytest.fixture
def slow(on_port: Callable[..., Path]) -> tuple[Path, int]:
    """A solved lesson 3 whose consumer takes very long, and the port of its Redis."""
    port = free_port()
    project = on_port(port)
    consumers = project / "chat/consumers.py"
    first = "        # Task 2.2"
    slowly = f'        open("reached", "w").close()\n{SLOW}'
    consumers.write_text(consumers.read_text().replace(first, slowly + first, 1))
    return project, port


@pytest.mark.parametrize(
    ("signum", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_nothing_is_left_when_it_is_interrupted(
    signum: int, status: int, slow: tuple[Path, int], mark: str, tmp_path: Path
) -> None:
    project, port = slow
    with interrupted(project, mark, signum, tmp_path) as process:
        stdout, stderr = process.communicate(timeout=TIMEOUT)
    assert running(mark) == []
    assert process.returncode == status
    assert stdout == ""
    assert "Traceback" not in stderr
    assert not embedded_redis.listens(port)
    assert list((tmp_path / "tmp").glob("checks-*")) == []


def test_nothing_runs_on_when_the_checker_is_killed(
    slow: tuple[Path, int], mark: str, tmp_path: Path
) -> None:
    project, port = slow
    with interrupted(project, mark, signal.SIGKILL, tmp_path) as process:
        process.communicate(timeout=TIMEOUT)
    assert until(lambda: running(mark) == [])
    assert not embedded_redis.listens(port)
    assert list((tmp_path / "tmp").glob("checks-*")) == []


def test_a_run_ends_at_its_limit(solved: Solved, check: Check) -> None:
    project = solved(1)
    consumers = project / "chat/consumers.py"
    slowly = "        import time; time.sleep(0.4)\n        # Task 2"
    text = consumers.read_text().replace("        # Task 2", slowly)
    consumers.write_text(text)
    began = time.monotonic()
    result = check(1, project, "--limit", "2")
    assert_failed(result)
    assert "2 s" in said(result)
    assert time.monotonic() - began < 8


def test_words_differ_from_run_to_run(solved: Solved, check: Check) -> None:
    wrong = SUBMISSIONS / "01_consumer/wrong/answers_always_the_same"
    project = solved(1, {"chat/consumers.py": text_of(wrong, "chat/consumers.py")})
    told = {said(check(1, project, "--seed", str(n))) for n in range(2)}
    assert len(told) == 2


# How it is asked for ------------------------------------------------------------------


def ask(*words: str) -> "subprocess.CompletedProcess[str]":
    """Type a command."""
    return subprocess.run(
        [sys.executable, "-m", "checks", *words],
        env=environment(),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


@pytest.mark.parametrize("step", [[], ["99"], ["three"], ["0"], ["-1"], [""], ["3x"]])
def test_a_step_that_is_none_is_answered_with_those_there_are(step: list[str]) -> None:
    done = ask("check", "--format", "json", "--", *step)
    assert (done.returncode, done.stdout) == (2, "")
    assert "03_channel_layer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("step", ["3", "03", "03_channel_layer"])
def test_a_step_has_three_names(step: str, solved: Solved, check: Check) -> None:
    project = solved(3, {"mysite/settings.py": "DEBUG = (\n"})
    result = check(step, project)
    assert (result.verdict["step"], result.verdict["lesson"]) == (3, "03_channel_layer")


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_holds_no_project_is_wrong_use(
    there: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "empty"
    if there:
        folder.mkdir()
    done = ask("check", "1", "--format", "json", "--project", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert str(folder) in done.stderr


HOSTILE = {
    "DJANGO_SETTINGS_MODULE": "somebody.elses.settings",
    "http_proxy": "http://127.0.0.1:9",
    "PYTEST_ADDOPTS": "-k nothing --maxfail=1",
    "PYTEST_PLUGINS": "no_such_plugin",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTHONWARNINGS": "error",
    "PYTHONIOENCODING": "ascii",
    "COLUMNS": "20",
}


def test_what_else_the_environment_says_changes_nothing(
    solved: Solved, cold_check: Check
) -> None:
    assert_passed(cold_check(1, solved(1), **HOSTILE))


@pytest.mark.parametrize(("is_solved", "status"), [(True, 0), (False, 1)])
def test_plain_pytest_works_in_a_copy_of_a_lesson(
    is_solved: bool, status: int, tmp_path: Path
) -> None:
    project = build(SLUGS[1], tmp_path / "a copy", solved=is_solved)
    before = tree(project)
    done = subprocess.run(
        [sys.executable, "-m", "pytest"],
        cwd=project,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert re.search(r"\d+ (passed|failed)", done.stdout.splitlines()[-1])
    assert tree(project) == before
