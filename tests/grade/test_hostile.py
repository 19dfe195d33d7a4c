"""Projects that mean harm are graded beside one that does not, and do it none."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pytest

from checks.author import solution
from checks.course.folders import File, Files, read, write
from checks.course.lessons import ROOT, Course
from checks.grade.forked import Forks
from checks.grade.grade import Job, grade
from checks.grade.intake import Student
from checks.grade.results import Result
from checks.grade.workers import GRACE, Worker
from checks.run.events import CLEANUP
from checks.sandbox import own_namespaces, own_network
from checks.sandbox.one_suite import pace
from checks.verdict import Verdict
from tests.machine import TIMEOUT, processes_with, until

LESSON = Course().lesson("3")
SOLVED: Files = read(LESSON.starter) | solution.of(LESSON, ROOT)
CONSUMERS = "chat/consumers.py"
SHARED_MEMORY = "/dev/shm"  # noqa: S108 (a test writes there)
apart = pytest.mark.skipif(not own_network.is_possible(), reason="no namespaces")
alone = pytest.mark.skipif(not own_namespaces.is_possible(), reason="no namespaces")


def hostile(attack: str) -> Files:
    """The solution, which does this in a thread as long as it runs."""
    thread = f"""
import os, socket, threading, redis
def attack():
{attack}
threading.Thread(target=attack, daemon=True).start()
"""
    return SOLVED | {CONSUMERS: File((SOLVED[CONSUMERS].text + thread).encode())}


async def graded(*projects: Files) -> list[Verdict]:
    """The verdicts on these projects, side by side."""

    async def one(forks: Forks, files: Files) -> Verdict:
        async with Worker(LESSON, 15, forks) as worker:
            return (await worker.check(files))[0]

    async with Forks() as forks:
        return list(await asyncio.gather(*(one(forks, it) for it in projects)))


@apart
@pytest.mark.parametrize("command", ["FLUSHALL", "SHUTDOWN NOSAVE"])
def test_what_is_done_to_redis_harms_nobody_else(command: str) -> None:
    attack = f"""
    while True:
        try:
            redis.Redis().execute_command({command!r})
        except redis.RedisError:
            pass
"""
    bad, good = asyncio.run(graded(hostile(attack), SOLVED))
    assert good.verdict == "passed", good.cause
    # A Redis that is kept too busy to answer is not told from a machine that is.
    busy = {"machine"} if command == "FLUSHALL" else set()
    assert bad.verdict in {"failed"} | busy, bad.cause


@apart
def test_what_redis_saves_goes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, temporary = tmp_path / "elsewhere", tmp_path / "tmp"
    for folder in (elsewhere, temporary):
        folder.mkdir()
    attack = f"""
    client = redis.Redis()
    def change(name, value):
        try:
            client.config_set(name, value)
        except redis.ResponseError as refused:
            print(name, refused)
    while True:
        try:
            client.mset({{f"key{{n}}": "x" for n in range(5000)}})
            change("dir", {str(elsewhere)!r})
            print("saved", client.save())
            break
        except redis.ConnectionError:
            pass
"""
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (verdict,) = asyncio.run(graded(hostile(attack)))
    assert "dir CONFIG SET failed" in verdict.printed
    assert "saved True" in verdict.printed
    assert [*elsewhere.iterdir(), *temporary.iterdir()] == []


@apart
def test_nothing_outside_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        attack = f"    socket.create_connection({server.getsockname()!r})"
        server.settimeout(0)
        asyncio.run(graded(hostile(attack)))
        with pytest.raises(BlockingIOError):
            server.accept()


def said(attack: str) -> list[str]:
    """The lines that a project prints which does this; it passes."""
    (verdict,) = asyncio.run(graded(hostile(attack)))
    assert verdict.verdict == "passed", verdict.cause
    return verdict.printed.splitlines()


@alone
def test_no_process_outside_can_be_seen_or_signalled() -> None:
    mark = str(uuid.uuid4())
    command = [sys.executable, "-c", "input()", mark]
    attack = f"""
    import pathlib, signal
    numbers = sorted(int(it) for it in os.listdir("/proc") if it.isdigit())
    print(numbers[0], os.getppid(), len(numbers) < 50)
    commands = [pathlib.Path(f"/proc/{{n}}/cmdline") for n in numbers]
    seen = [it for it in commands if it.exists() and {mark!r} in it.read_text()]
    print("seen", seen)
    for signum in (0, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(OTHER, signum)
        except OSError as error:
            print(type(error).__name__)
"""
    with subprocess.Popen(command, stdin=subprocess.PIPE) as other:
        lines = said(attack.replace("OTHER", str(other.pid)))
        assert other.poll() is None
        other.communicate(b"\n")
    # Several processes of the project print the same.
    assert {*lines} == {"1 1 True", "seen []", "ProcessLookupError"}


@alone
@pytest.mark.parametrize("folder", own_namespaces.EMPTY)
def test_nothing_is_met_in_folders_of_everybody(folder: str) -> None:
    if not os.access(folder, os.W_OK):
        pytest.skip(f"only root writes to {folder}")
    with (
        tempfile.TemporaryDirectory(prefix="met-", dir=folder) as others,
        socket.socket(socket.AF_UNIX) as server,
    ):
        server.bind(f"{others}/socket")
        server.listen()
        server.settimeout(0)
        attack = f"""
    print({Path(others).name!r} in os.listdir({folder!r}))
    try:
        socket.socket(socket.AF_UNIX).connect({others + "/socket"!r})
    except OSError as error:
        print(type(error).__name__)
"""
        lines = said(attack)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert {*lines} == {"False", "FileNotFoundError"}


@alone
def test_shared_memory_is_gone_with_the_run() -> None:
    file = Path(SHARED_MEMORY, str(uuid.uuid4()))
    assert {*said(f"    print(open('{file}', 'w').write('xy'))")} == {"2"}
    assert not file.exists()


DAEMON = """
    import signal
    if os.fork() == 0:
        os.setsid()
        os.environ["DAEMON"] = MARK
        for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(signum, signal.SIG_IGN)
        if os.fork() == 0:
            os.execvpe("sleep", ["sleep", "120"], os.environ)
        os._exit(0)
"""
"""What lets go of its parent, and hears no signal but SIGKILL; bounded by its sleep."""


async def killed_while_a_daemon_runs(mark: str) -> None:
    """Kill a run, and nothing else, while a daemon of its project runs."""
    async with Forks() as forks, Worker(LESSON, 15, forks) as worker:
        attack = hostile(DAEMON.replace("MARK", repr(mark)))
        checking = asyncio.create_task(worker.check(attack))
        while not processes_with("DAEMON", mark):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)
        assert worker.runner.pid
        os.kill(worker.runner.pid, signal.SIGKILL)
        assert until(lambda: not processes_with("DAEMON", mark), TIMEOUT)
        checking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await checking


@alone
def test_a_daemon_ends_with_the_run() -> None:
    mark = str(uuid.uuid4())
    (verdict,) = asyncio.run(graded(hostile(DAEMON.replace("MARK", repr(mark)))))
    assert verdict.verdict == "passed", verdict.cause
    assert processes_with("DAEMON", mark) == []


@alone
def test_a_daemon_ends_where_the_run_is_killed() -> None:
    asyncio.run(killed_while_a_daemon_runs(str(uuid.uuid4())))


async def graded_while_stopped(limit: float, job: Job) -> tuple[Result, float, Result]:
    """The result of a run that is suspended, its seconds, and that of one after it."""
    async with Forks() as forks, Worker(job.lesson, limit, forks) as worker:
        checking = asyncio.create_task(grade(worker, job))
        while worker.runner.pid is None:  # noqa: ASYNC110 (a pipe has no event for it)
            await asyncio.sleep(0.01)
        began = time.monotonic()
        os.kill(worker.runner.pid, signal.SIGSTOP)
        result = await checking
        seconds = time.monotonic() - began
        return result, seconds, await grade(worker, job)


def test_a_run_that_does_not_hold_its_limit_is_stopped(tmp_path: Path) -> None:
    for path, file in SOLVED.items():
        write(file, tmp_path / "Ada" / path)
    job = Job(Student("Ada", tmp_path / "Ada"), LESSON, {}, [])
    result, seconds, after = asyncio.run(graded_while_stopped(8, job))
    assert (result.status, after.status) == ("timeout", "passed"), after.words
    assert seconds < 8 + GRACE + CLEANUP + 0.5 * pace()
    assert "expected all checks to be done within 8 s" in result.words
    assert "was stopped from outside" in result.words
