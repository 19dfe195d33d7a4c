"""In a fork of a process of the project: run its tests on one version of the code."""

import asyncio
import gc
import importlib
import inspect
import os
import selectors
import signal
import sys
import time
import traceback
import types
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from checks.observe.instruments import track_origins
from checks.observe.log import Event
from checks.observe.recorder import Recorder
from checks.sandbox.isolation import add_prefix, give_thread_for_sync_code
from checks.sandbox.source import SourceLoader

HANG = 8.0
"""Seconds after which a test that still runs is ended.

They are more on a busy machine.
"""
LIVE = "it starts a server, which reads no database that is in memory"
"""Why a test is not run here that a learner can run."""
MOST = 3.0
"""How many times as long everything may take on a busy machine."""


@dataclass(frozen=True)
class Version:
    """One version of the code: which files are replaced, by their paths.

    Tests have to pass where it is `right`. Time that passes while nothing happens is
    skipped after `idle` seconds, unless that is None. A suite ends with its first test
    that fails, unless `every` test has to run.
    """

    name: str
    files: dict[str, bytes]
    right: bool = False
    every: bool = False
    idle: float | None = None


def run_suite(
    record: Recorder, fd: int, labels: list[str], version: Version
) -> NoReturn:
    """Run the tests below `labels`, write what becomes of them, and end."""
    status = 1
    try:
        record.fd = fd
        _become(version)
        _run(record, labels, version)
        record("done")
        status = 0
    except BaseException:  # noqa: BLE001 (what tests raise is in their results)
        record("broke", traceback=traceback.format_exc())
    finally:
        os._exit(status)


def _become(version: Version) -> None:
    """Have the files of this version, groups of its own, and its own time."""
    from django.core.management.commands import flush

    for path, content in version.files.items():
        file = str(Path(path).resolve())
        if file in SourceLoader.executed:
            raise RuntimeError(f"{path} is loaded before there are versions of it")
        SourceLoader.replaced[file] = content
    for name, layer in (
        ("core", "RedisChannelLayer"),
        ("pubsub", "RedisPubSubLoopLayer"),
    ):
        if module := sys.modules.get(f"channels_redis.{name}"):
            add_prefix(getattr(module, layer), f"{version.name}-")
    give_thread_for_sync_code()
    set_clock(version.idle, pace())
    if version.right:
        _track_origins_in_loops()
    else:
        # After each test, it would take as long as the test itself.
        vars(flush)["emit_post_migrate_signal"] = lambda *_, **__: None


def _track_origins_in_loops() -> None:
    """Keep where coroutines are made: each event loop has a thread of its own."""
    run = asyncio.BaseEventLoop.run_forever

    def run_forever(self: Any) -> None:
        track_origins()
        run(self)

    asyncio.BaseEventLoop.run_forever = run_forever  # type: ignore[method-assign]


def _run(record: Recorder, labels: list[str], version: Version) -> None:
    from django.test.runner import DiscoverRunner

    result = Results(record)
    _count_tabs(result)
    _note_unmet(result)
    result.failfast = not version.every
    signal.signal(signal.SIGALRM, lambda *_: result.hangs())
    result.start_watch()
    try:
        suite = DiscoverRunner(verbosity=0, interactive=False).build_suite(labels)
    except ImportError as error:  # Such as of a package that hides a module.
        record("unreadable", **record.error(error))
        return
    unreadable = next(filter(is_unreadable, tests_in(suite)), None)
    if unreadable:
        record("unreadable", **record.error(_error_of_import(name_of(unreadable))))
    else:
        _skip_live_tests(suite)
        suite.run(result)
        gc.collect()  # A coroutine that nobody awaited is reported when it is deleted.


def _skip_live_tests(suite: Any) -> None:
    """Skip tests whose server is a process of its own, and say so."""
    from channels.testing import ChannelsLiveServerTestCase

    for case in map(type, tests_in(suite)):
        if issubclass(case, ChannelsLiveServerTestCase):
            unittest.skip(LIVE)(case)


def _count_tabs(result: "Results") -> None:
    """Count the tabs that reach a consumer: a test that opens none is not about it."""
    from channels.consumer import AsyncConsumer

    called: Any = AsyncConsumer.__call__

    async def watched(self: Any, *args: Any) -> None:
        result.tabs += 1
        await called(self, *args)

    AsyncConsumer.__call__ = watched


def _note_unmet(result: "Results") -> None:
    """Note where an assertion fails or nothing comes, even if the test passes."""
    from asgiref.testing import ApplicationCommunicator

    class Noted(AssertionError):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            result.unmet = result.record.here()

    receive: Any = ApplicationCommunicator.receive_output

    async def watched(self: Any, timeout: float = 1) -> Any:  # noqa: ASYNC109
        try:
            return await receive(self, timeout)
        except TimeoutError:
            result.unmet = result.record.here()
            raise

    Noted.__name__ = Noted.__qualname__ = AssertionError.__name__
    unittest.TestCase.failureException = Noted
    ApplicationCommunicator.receive_output = watched  # type: ignore[method-assign]


def tests_in(suite: Any) -> Iterator[Any]:
    """The tests of a suite, and of those that it consists of."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_in(test)
        else:
            yield test


def is_unreadable(test: Any) -> bool:
    """Whether it stands for a module that cannot be imported."""
    return type(test).__name__ == "_FailedTest"


def name_of(test: Any) -> str:
    """The name of the method; of what is no method, such as `setUpClass`, its own."""
    return str(getattr(test, "_testMethodName", test))


def _error_of_import(name: str) -> BaseException:
    """What is raised where a module is imported: unittest keeps its text alone."""
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 (a SystemExit is a result too)
        return error
    return ImportError(f"{name} cannot be imported a first time")


class Results(unittest.TestResult):
    """Reports each test when it begins, and its outcome with what it has raised."""

    def __init__(self, record: Recorder) -> None:
        super().__init__()
        self.record = record
        self.file = ""
        self.told: set[str] = set()
        self.tabs = 0
        self.unmet: Event | None = None

    def startTest(self, test: Any) -> None:
        """From now on the test has `HANG` seconds."""
        super().startTest(test)
        self.tabs, self.unmet = 0, None
        self.start_watch()
        there = self._described(test)
        self.file = there["file"]
        self.record("runs", **there)

    def stopTest(self, test: Any) -> None:
        """The next one has as many."""
        super().stopTest(test)
        self.start_watch()

    def addSuccess(self, test: Any) -> None:
        """It has passed."""
        super().addSuccess(test)
        self._report(test, "passed")

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        """It has failed, as it says itself that it does."""
        super().addExpectedFailure(test, err)
        self._report(test, "passed")

    def addSkip(self, test: Any, reason: str) -> None:
        """It was not run."""
        super().addSkip(test, reason)
        self._report(test, "skipped", is_live=reason == LIVE)

    def addFailure(self, test: Any, err: Any) -> None:
        """One of its assertions does not hold."""
        super().addFailure(test, err)
        self._report(test, "failed", err[1])

    def addError(self, test: Any, err: Any) -> None:
        """It has raised something else."""
        super().addError(test, err)
        self._report(test, "failed", err[1])

    def addUnexpectedSuccess(self, test: Any) -> None:
        """It has passed, and says itself that it fails."""
        super().addUnexpectedSuccess(test)
        self._report(test, "failed")

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        """A part of it has ended."""
        super().addSubTest(test, subtest, err)
        if err:
            self._report(test, "failed", err[1])

    def _report(
        self,
        test: Any,
        outcome: str,
        error: BaseException | None = None,
        **more: bool,
    ) -> None:
        """Report a test once; again, if it fails in its teardown."""
        if outcome == "failed" or test.id() not in self.told:
            self.told.add(test.id())
            raised = self.record.error(error) if error else None
            there = self._described(test) | {"tabs": self.tabs, "unmet": self.unmet}
            self.record("test", outcome=outcome, raised=raised, **there, **more)

    def _described(self, test: Any) -> Event:
        """A test by its name, and where it is; the latter only if it is a method."""
        name = name_of(test)
        method = inspect.unwrap(getattr(type(test), name, len))
        code = getattr(method, "__code__", None)
        file = code and self.record.own(code.co_filename)
        return {"name": name, "file": file or "", "line": code and code.co_firstlineno}

    def start_watch(self) -> None:
        """Have it ended in `HANG` seconds; later, where the machine is busy."""
        signal.setitimer(signal.ITIMER_REAL, HANG * pace())

    def hangs(self) -> NoReturn:
        """Report where the test is that does not end, and end the process."""
        at = self.record.here() or self._awaits()
        self.record("hangs", where=at)
        os._exit(1)

    def _awaits(self) -> Event | None:
        """The line of the tests that awaits something: of several, the innermost."""
        own = [
            it
            for it in gc.get_objects()
            if isinstance(it, types.CoroutineType)
            and self.record.own(it.cr_code.co_filename) == self.file
        ]
        frames = (it.cr_frame for it in own if it.cr_await not in own)
        lines = (frame.f_lineno for frame in frames if frame)
        return next(({"file": self.file, "line": line} for line in lines), None)


def pace() -> float:
    """By how much slower than usual things happen here, as the machine is busy."""
    return min(max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), MOST)


def set_clock(idle: float | None, slower: float) -> None:
    """Let the time of event loops go slower, as everything else does on this machine.

    It jumps to the next timer after `idle` seconds in which nothing happens, unless
    that is None: who waits in a test for what does not come, waits for a time limit.
    """
    began, skipped = time.monotonic(), 0.0
    wait = selectors.DefaultSelector.select

    def now(_: Any) -> float:
        return began + (time.monotonic() - began) / slower + skipped

    def select(self: Any, timeout: float | None = None) -> Any:
        nonlocal skipped
        if timeout is None or idle is None or timeout <= idle:
            return wait(self, timeout and timeout * slower)
        ready = wait(self, idle * slower)
        if not ready:
            skipped += timeout - idle
        return ready

    asyncio.BaseEventLoop.time = now  # type: ignore[assignment, method-assign]
    selectors.DefaultSelector.select = select  # type: ignore[method-assign]
