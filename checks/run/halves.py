"""Two halves of a lesson's checks, run side by side, each in a process of its own.

A server process is busy for most of a run, and uses one processor. So where a lesson
names the check at which its second half begins, a warm process lets another run, with
servers of its own, make that half at the same time.

What that run finds counts only if every check of both halves passes, and there is no
advice. Otherwise the first run goes on by itself: so a failure is found, and explained,
as if there were no second half.
"""

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from checks.run import events
from checks.run.run import Run
from checks.verdict import Check, Verdict


class SecondHalf:
    """The process that makes the second half, as the one of the first half knows it.

    `pid` is its number; it reads `requests`, and writes events to `out`.
    """

    pid = 0

    def __init__(self) -> None:
        self.requests, self._ask = os.pipe()
        self._told, self.out = os.pipe()
        self._has_begun = self._is_ending = False

    def close(self, *, first: bool = False, second: bool = False) -> None:
        """Close those ends of the pipes that the other process uses, or all."""
        ends = [self._ask, self._told] * first + [self.requests, self.out] * second
        for end in ends:
            os.close(end)

    def begin(self) -> None:
        """Let it begin its run, unless it has begun."""
        if not self._has_begun:
            self._has_begun = True
            os.write(self._ask, b".")

    def passed(self, run: Run, on_check: Callable[[Check], None]) -> Verdict | None:
        """Its verdict, once it has passed; None where it has not, within the time.

        Nor where it has advice: that names users and words as a whole run draws them.
        """
        for event in self._events(run.monitor.ends_at):
            if isinstance(event, Check):
                on_check(event)
            elif isinstance(event, Verdict):
                every = (check.outcome for check in event.checks)
                told = event.cause or event.advice
                return None if told or {*every} != {"passed"} else event
        return None

    def _events(self, until: float) -> Iterator[events.Event]:
        """What it reports up to its end, or up to this moment."""
        unread = b""
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._told], [], [], left)[0]:
                return
            if not (data := os.read(self._told, 1 << 20)):
                return
            *lines, unread = (unread + data).split(b"\n")
            yield from map(events.decoded, lines)

    def request_end(self) -> None:
        """Ask it to clean up and end, once: a second signal would cut that short."""
        if not self._is_ending:
            self._is_ending = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def end(self) -> None:
        """End it, and wait until it has cleaned up."""
        self.request_end()
        for _ in self._events(time.monotonic() + events.CLEANUP):
            pass


class FirstHalf:
    """A pytest plugin of the run that takes the results of the second half over."""

    def __init__(
        self, second: SecondHalf, run: Run, on_check: Callable[[Check], None]
    ) -> None:
        self.second, self.run, self.on_check = second, run, on_check
        self.left: list[pytest.Item] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note which checks the other process makes."""
        self.left = _second_half(self.run, items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Leave out the checks whose results were taken over."""
        if item is self.left[0] and all(
            check.outcome == "passed" for check in self.run.checks
        ):
            self.run.take_over(self.second.passed(self.run, self.on_check))
        return True if self.run.taken_over and item in self.left else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Begin the second half once a check has passed; end it if one does not.

        Most of what people save does not start, and needs no second process.
        """
        if report.outcome != "passed":
            self.second.request_end()
        elif report.when == "call":
            self.second.begin()

    def pytest_keyboard_interrupt(self) -> None:
        """Let the other process clean up while this one does."""
        self.second.request_end()


class OnlySecondHalf:
    """A pytest plugin of the run that makes the second half, up to a failure."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Leave out the checks of the first half."""
        items[:] = _second_half(self.run, items)
        self.session = session

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What comes after a failure is of no use."""
        if report.failed:
            self.session.shouldstop = "it does not pass"


def _second_half(run: Run, items: list[pytest.Item]) -> list[pytest.Item]:
    """The checks from the one on at which the lesson's second half begins."""
    names = [item.name for item in items]
    return items[names.index(run.lesson.second_half) :]
