"""Run the tests of a learner, inside a process of their project, on versions of code.

The process sets Django up and creates the test database, in memory. Then it forks, once
for each version: a fork has the text of that version in the place of a module, groups
of its own in the channel layer, and the database as it was created.
"""

import functools
import gc
import importlib
import json
import os
import signal
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from itertools import chain
from pathlib import Path
from select import select
from typing import Any

from checks.observe.log import Event
from checks.observe.recorder import Recorder
from checks.sandbox.daphne import django_set_up
from checks.sandbox.fault import ProjectFault
from checks.sandbox.one_suite import HANG, Version, pace, run_suite

LIBRARIES = (
    "django.core.management.commands.flush",
    "django.test.runner",
    "django.test.utils",
)
"""Imported before the project is read: every suite needs them."""
SHARED = (
    "channels.auth",
    "channels.db",
    "channels.generic.websocket",
    "channels.routing",
    "channels.security.websocket",
    "channels.testing",
    "channels_redis.core",
)
"""Imported once Django is set up, before the forks: no fork has to."""
AT_ONCE = 4
"""How many suites run at once for each processor: most of the time they wait."""
OTHER_LOOP = "is bound to a different event loop"
"""What asyncio says of a lock that was taken in an event loop which has ended."""
LONGER = 2
"""How many times as long time is not skipped, where a suite runs a second time."""
GRACE = 2
"""How many times as long it has to take until a fork is killed that cannot see it."""

ON_REAL_DATABASE = ProjectFault(
    "tests_on_real_database",
    "your tests to have a database of their own",
    "TEST in DATABASES names the database of the project",
    "mysite/settings.py",
)
"""The test runner deletes the file that is to become the database of the tests."""


def import_libraries() -> None:
    """Import what does not depend on the project."""
    for name in LIBRARIES:
        importlib.import_module(name)


def run_suites(
    record: Recorder,
    labels: list[str],
    versions: list[Version],
    wait: Callable[[], object],
) -> None:
    """Run the tests below `labels` on the first version; if they pass, on the others.

    No test is run before `wait` returns. Reports an event `tested` for each version as
    soon as its tests have ended, and those on the first one have passed.
    """
    sys.argv = ["manage.py", "test"]
    django_set_up()
    for name in (*SHARED, *_middleware()):
        importlib.import_module(name)
    _create_databases()
    # redis-py asks for its own version with each connection, and reads a file for it.
    vars(metadata)["version"] = functools.cache(metadata.version)
    gc.disable()  # A collection would touch, and so copy, what the forks share.
    gc.freeze()
    wait()
    for result in Forks(record, labels).run(versions):
        record("tested", **result)


def _middleware() -> list[str]:
    """The modules of the middleware of the project that is Django's own."""
    from django.conf import settings

    paths = (path.rpartition(".")[0] for path in settings.MIDDLEWARE)
    return [module for module in paths if module.startswith("django.")]


def _print_nothing() -> None:
    """Let what the tests print be seen once, and not for each version."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nothing, stream.fileno())


def passed(result: Event) -> bool:
    """Whether there were tests, and none of them failed."""
    outcomes = {test["outcome"] for test in result["tests"]}
    return bool(result["done"]) and "passed" in outcomes and "failed" not in outcomes


def _create_databases() -> None:
    """Create the databases of the tests: in memory, whatever the settings name.

    Raises ProjectFault where tests would replace the database of the project.
    """
    from django.db import connections
    from django.test.utils import setup_databases, setup_test_environment

    for settings in connections.settings.values():
        if _is_same_file(settings["TEST"]["NAME"], settings["NAME"]):
            raise ON_REAL_DATABASE
        settings["TEST"]["NAME"] = None
    setup_test_environment(debug=False)  # As `manage.py test` does.
    setup_databases(verbosity=0, interactive=False)


def _is_same_file(one: Any, other: Any) -> bool:
    return bool(one and other) and Path(one).resolve() == Path(other).resolve()


Ended = tuple[Version, Event]
"""A version, and what became of the tests on it."""


@dataclass
class Fork:
    """One fork: what it runs, and what it has written so far."""

    version: Version
    pid: int
    lines: int
    ends_at: float
    written: bytes = b""

    def result(self, status: int) -> Event:
        """What became of the tests, as one event."""
        events = [json.loads(line) for line in self.written.splitlines()]
        last = {event["kind"]: event for event in events}
        return {
            "variant": self.version.name,
            "tests": [event for event in events if event["kind"] == "test"],
            "unawaited": [e for e in events if e["kind"] == "never_awaited"],
            **{
                kind: last.get(kind)
                for kind in ("runs", "hangs", "unreadable", "broke")
            },
            "done": "done" in last,
            "status": status,
        }


class Forks:
    """Runs suites in forks, as many side by side as the processors bear."""

    def __init__(self, record: Recorder, labels: list[str]) -> None:
        self.record, self.labels = record, labels
        self.most = AT_ONCE * (os.cpu_count() or 1)
        self.running: dict[int, Fork] = {}
        self.first = ""

    def run(self, versions: Sequence[Version]) -> Iterator[Event]:
        """Yield what became of each suite, in the order in which they end.

        That of the first version comes first: the others begin while it runs, and are
        ended where it does not pass.

        What says nothing of the code is tried once more, alone: right code on which a
        test has waited too long, with more time, and a failure of channels_redis.
        """
        first, *others = versions
        self.first = first.name
        ended = self._side_by_side(versions)
        early = []
        for version, result in ended:
            if version is first:
                break
            early.append((version, result))
        if longer := _another_try(first, result):
            self.kill()
            (result,) = self._alone(longer)
            early, ended = [], self._side_by_side(others)
        yield result
        if passed(result):
            yield from self._others(early, ended)
        self.kill()

    def _others(self, early: list[Ended], ended: Iterator[Ended]) -> Iterator[Event]:
        """Yield what became of the other suites, as far as it says something."""
        again = []
        for version, result in chain(early, ended):
            if longer := _another_try(version, result):
                again.append(longer)
            else:
                yield result
        for version in again:
            yield from self._alone(version)

    def _alone(self, version: Version) -> Iterator[Event]:
        return (result for _, result in self._side_by_side([version]))

    def kill(self) -> None:
        """End the suites that still run."""
        for lines, fork in self.running.items():
            os.kill(fork.pid, signal.SIGKILL)
            os.waitpid(fork.pid, 0)
            os.close(lines)
        self.running.clear()

    def _side_by_side(self, versions: Sequence[Version]) -> Iterator[Ended]:
        waiting = deque(versions)
        while waiting or self.running:
            while waiting and len(self.running) < self.most:
                self._start(waiting.popleft())
            for lines in select([*self.running], [], [], 0.2)[0]:
                data = os.read(lines, 1 << 16)
                fork = self.running[lines]
                fork.written += data
                fork.ends_at = time.monotonic() + GRACE * HANG * pace()
                if not data:
                    yield self._ended(lines)
            for fork in self.running.values():
                if time.monotonic() > fork.ends_at:
                    os.kill(fork.pid, signal.SIGKILL)

    def _start(self, version: Version) -> None:
        lines, writing = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with warnings.catch_warnings():  # No thread of ours holds a lock for long.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            os.close(lines)
            for other in self.running:
                os.close(other)
            if version.name != self.first:
                _print_nothing()
            run_suite(self.record, writing, self.labels, version)
        os.close(writing)
        ends_at = time.monotonic() + GRACE * HANG * pace()
        self.running[lines] = Fork(version, pid, lines, ends_at)

    def _ended(self, lines: int) -> Ended:
        fork = self.running.pop(lines)
        os.close(lines)
        _, status = os.waitpid(fork.pid, 0)
        return fork.version, fork.result(os.waitstatus_to_exitcode(status))


def _another_try(version: Version, result: Event) -> Version | None:
    """The version to try once more, with more time, if this result says nothing."""
    too_long = version.right and _waited_too_long(result)
    if too_long or _fails_in_the_layer(result):
        return replace(version, idle=version.idle and LONGER * version.idle)
    return None


def _fails_in_the_layer(result: Event) -> bool:
    """Whether the lock of a layer was left to a test by one that had ended before it.

    A tab whose `receive()` is cancelled just when it gets that lock does not release it
    (`channels_redis.core`, 4.3). The next test that waits for it fails, whatever the
    code under test does.
    """
    raised = (test["raised"] or {} for test in result["tests"])
    return any(OTHER_LOOP in error.get("words", "") for error in raised)


def _waited_too_long(result: Event) -> bool:
    raised = (test["raised"] or {} for test in result["tests"])
    return any(error.get("error") == "TimeoutError" for error in raised)
