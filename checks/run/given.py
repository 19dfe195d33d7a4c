"""How a run that was begun elsewhere is handed to the pytest side of it."""

from collections.abc import Callable
from typing import Any

import pytest

from checks.run.plugin import RUN, page_of
from checks.run.run import QUESTIONS, SERVERS, Run

AHEAD = 4
"""How many of the next checks are searched for what can be done early."""


class Given:
    """Hands a run to the plugin, before any check is collected."""

    def __init__(self, run: Run, begin: Callable[[], None]) -> None:
        self.run, self.begin = run, begin
        self.interrupt: BaseException | None = None
        self.unreadable = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the run where the plugin looks for it."""
        config.stash[RUN] = self.run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start what the checks will ask for, and begin when it is time.

        A server takes long to start, so it is started first. A process that waits takes
        20 MiB, so those that answer a question are started when the run begins.
        """
        session.config.option.tbstyle = "no"  # The plugin says why a check failed.
        checks = [item for item in session.items if isinstance(item, pytest.Function)]
        codes = (check.function.__code__ for check in checks)
        words = {word for check in checks for word in check.fixturenames}
        words |= {word for code in codes for word in code.co_names}
        self.run.start_early(words, SERVERS)
        if "page" in words:
            page_of(session.config, self.run).start_early()
        self.begin()
        if not self.run.is_strict:  # In a class, memory counts for more than time.
            self.run.start_early(words, QUESTIONS)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Have the questions of the next checks answered while this one runs."""
        checks = item.session.items
        now = checks.index(item)
        for check in checks[now + 1 : now + AHEAD]:
            if isinstance(check, pytest.Function):
                self.run.answer_early(check.fixturenames)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[Any]) -> None:
        """Keep what ended the run early: pytest itself returns a number only."""
        if not isinstance(excinfo.value, pytest.Session.Interrupted):  # pytest's own
            self.interrupt = excinfo.value

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why checks cannot be read: an error of ours."""
        if report.failed:
            self.unreadable = str(report.longrepr)
