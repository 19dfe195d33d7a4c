"""What `--sample` leaves out of a run, as `make test` does, and what it says of it.

A test says by a marker that it may be left out:

- `in_sample(count)`: of the tests of this function, so many run for each lesson. Which
  ones follows from a seed, the date, so that others run tomorrow.
- `when_changed(*patterns)`: it runs when a file that it tests, or it itself, has
  changed since it passed here. Paths are relative to the root of the repository.
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

MARKERS = (
    "in_sample(count): --sample runs so many of these tests for each lesson",
    "when_changed(*patterns): --sample runs it when one of these files has changed",
)

UNCHANGED = "the files that they test have not changed since they passed"


class Sample:
    """The plugin that leaves tests out, when asked, and says at the end which."""

    def __init__(self, config: pytest.Config) -> None:
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)
        self.config = config
        self.wanted = bool(config.option.sample)
        # The workers of xdist get the options of the process that starts them.
        config.option.sample_seed = self.seed = (
            config.option.sample_seed or f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
        )
        self.left_out: list[str] = []

    def pytest_report_header(self) -> str | None:
        """Say how to run the same tests again."""
        return f"sample: --sample-seed={self.seed}" if self.wanted else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave tests out."""
        if not self.wanted:
            return
        not_drawn, unchanged = self._not_drawn(items), self._unchanged(items)
        self.left_out = list(_reasons(not_drawn, unchanged, self.seed))
        self.config.hook.pytest_deselected(items=not_drawn)
        items[:] = [item for item in items if item not in set(not_drawn)]
        # All workers of xdist must find the same tests, also while somebody saves a
        # file: so this is no reason to deselect.
        for item in unchanged:
            item.add_marker(pytest.mark.skip(reason=UNCHANGED))

    def _not_drawn(self, items: list[pytest.Item]) -> list[pytest.Item]:
        groups = defaultdict(list)
        for item in items:
            if marker := item.get_closest_marker("in_sample"):
                # The lesson comes first in the name, before a slash.
                groups[item.name.partition("/")[0], marker.args[0]].append(item)
        return [
            item
            for (_, count), group in groups.items()
            for item in sorted(group, key=self._draw)[count:]
        ]

    def _draw(self, item: pytest.Item) -> str:
        return _digest([self.seed.encode(), item.nodeid.encode()])

    def _unchanged(self, items: list[pytest.Item]) -> list[pytest.Item]:
        marked = (item for item in items if item.get_closest_marker("when_changed"))
        return [item for item in marked if self._passed(item) == self._files(item)]

    def _files(self, item: pytest.Item) -> str:
        """A digest of the files that a test tests, and of its own."""
        marker = item.get_closest_marker("when_changed")
        return _digest_of(
            self.config.rootpath, item.path, marker.args if marker else ()
        )

    def _passed(self, item: pytest.Item) -> Any:
        return self.config.cache and self.config.cache.get(_key(item), None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note with which files a test has passed."""
        report = yield
        marked = item.get_closest_marker("when_changed")
        if marked and report.when == "call" and report.passed and self.config.cache:
            self.config.cache.set(_key(item), self._files(item))
        return report

    def pytest_sessionfinish(self) -> None:
        """Tell the process that started this worker of xdist what was left out."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["left_out"] = self.left_out

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker of xdist has left out."""
        told = getattr(node, "workeroutput", {}).get("left_out", [])
        self.left_out += [reason for reason in told if reason not in self.left_out]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was left out, and how to run it."""
        if self.left_out:
            terminalreporter.section("left out")
            for reason in self.left_out:
                terminalreporter.line(reason)
            terminalreporter.line("make test ALL=1 runs all of them.")


def _reasons(
    not_drawn: list[pytest.Item], unchanged: list[pytest.Item], seed: str
) -> Iterator[str]:
    counts: dict[str, int] = defaultdict(int)
    for item in not_drawn:
        counts[item.nodeid.partition("[")[0]] += 1
    for name, count in counts.items():
        yield f"{count} of {name}: others run every day (--sample-seed={seed} today)"
    files = Counter(item.nodeid.partition("::")[0] for item in unchanged)
    for file, count in files.items():
        yield f"{count} of {file}: {UNCHANGED}"


def _key(item: pytest.Item) -> str:
    return f"course/passed/{_digest([item.nodeid.encode()])}"


@cache
def _digest_of(root: Path, test: Path, patterns: tuple[str, ...]) -> str:
    files = {file for pattern in patterns for file in root.glob(pattern)}
    files |= {test, *test.parent.glob("conftest.py")}
    written = (file for file in sorted(files) if file.is_file())
    return _digest(part for file in written for part in _parts(file))


def _parts(file: Path) -> Iterator[bytes]:
    yield file.name.encode()
    yield file.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
