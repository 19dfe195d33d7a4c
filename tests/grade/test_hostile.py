"""Projects that mean harm are graded beside one that does not, and do it none."""

import asyncio
import socket

import pytest

from checks.author import solution
from checks.course.folders import File, Files, read
from checks.course.lessons import ROOT, Course
from checks.grade.forked import Forks
from checks.grade.workers import Worker
from checks.sandbox import own_network
from checks.verdict import Verdict

LESSON = Course().lesson("3")
SOLVED: Files = read(LESSON.starter) | solution.of(LESSON, ROOT)
CONSUMERS = "chat/consumers.py"
apart = pytest.mark.skipif(not own_network.is_possible(), reason="no namespaces")


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
    assert bad.verdict == "failed", bad.cause


@apart
def test_nothing_outside_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        attack = f"    socket.create_connection({server.getsockname()!r})"
        server.settimeout(0)
        asyncio.run(graded(hostile(attack)))
        with pytest.raises(BlockingIOError):
            server.accept()
