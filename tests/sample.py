"""What `--sample` leaves out of a run, as `make test` does, and what it says of it.

Of the files in `TAKE_TURNS`, which take long, each test runs on one day in `DAYS`, and
some tests of each file on every day; a file that has changed since its tests passed
here runs as a whole. Elsewhere, a test says by a marker that it may be left out:

- `in_sample(count)`: of the tests of this function, so many run, or so many for each
  lesson, where their names begin with one; `of_all="…"`: so many of those of all
  lessons that have this word there. Which ones follows from a seed, the date, so that
  others run tomorrow. A test of a submission or a lesson that is new, or not as it was
  when it passed here, runs in any case.
- `when_changed(*patterns)`: it runs when a file that it tests, or it itself, has
  changed since it passed here. Paths are relative to the root of the repository.
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

MARKERS = (
    "in_sample(count, of_all=''): --sample runs so many of them for each lesson",
    "when_changed(*patterns): --sample runs it when one of these files has changed",
)

DAYS = 7
"""In so many days, each test that takes turns runs once; in a week, all tests do."""
TAKE_TURNS = (
    "tests/author/test_commands.py",
    "tests/author/test_contributing.py",
    "tests/author/test_cures.py",
    "tests/author/test_finder.py",
    "tests/author/test_lesson.py",
    "tests/author/test_own_fixtures.py",
    "tests/bootstrap/",
    "tests/browser/",
    "tests/checker/test_attacks.py",
    "tests/checker/test_commands.py",
    "tests/checker/test_compose.py",
    "tests/checker/test_doctor.py",
    "tests/checker/test_limits.py",
    "tests/checker/test_nginx.py",
    "tests/checker/test_own_tests.py",
    "tests/checker/test_page.py",
    "tests/checker/test_predictions.py",
    "tests/checker/test_recheck.py",
    "tests/checker/test_terminal.py",
    "tests/checker/test_warm_runner.py",
    "tests/checker/test_watch.py",
    "tests/grade/",
    "tests/learn/",
    "tests/live/test_limits.py",
    "tests/load/",
    "tests/notebook/",
    "tests/site/",
    "tests/test_test_run.py",
    "tests/test_truth.py",
    "tests/wall/",
)
"""What took more than half a minute: files, and folders that have several of them."""
UNCHANGED = "the files that they test have not changed since they passed"
SUBMISSIONS, STARTERS, SOLUTIONS = "tests/submissions", "checks/starters", "solutions"
PASSED = "course/submissions"
"""In the cache: each submission, lesson and file of tests, by a digest of its files
when its tests passed."""


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
        # A worker of xdist is told, so that all of them find the same tests, also while
        # somebody saves a file.
        self.changed = set(getattr(config, "workerinput", {}).get("changed", ()))
        self.submissions: Submissions | None = None
        if self.wanted and not hasattr(config, "workerinput"):
            self.submissions = Submissions(config)
            self.changed = self.submissions.changed

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist what has changed."""
        node.workerinput["changed"] = sorted(self.changed)

    def pytest_report_header(self) -> str | None:
        """Say how to run the same tests again."""
        return f"sample: --sample-seed={self.seed}" if self.wanted else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave tests out."""
        if not self.wanted:
            return
        not_drawn, unchanged = self._not_drawn(items), self._unchanged(items)
        of_other_days = list(self._of_other_days(items))
        self.left_out = [
            *_not_today(not_drawn, of_other_days, self.seed),
            *_not_again(unchanged),
        ]
        out = {*not_drawn, *of_other_days}
        self.config.hook.pytest_deselected(items=list(out))
        items[:] = [item for item in items if item not in out]
        # All workers of xdist must find the same tests, also while somebody saves a
        # file: so this is no reason to deselect.
        for item in unchanged:
            item.add_marker(pytest.mark.skip(reason=UNCHANGED))

    def _not_drawn(self, items: list[pytest.Item]) -> list[pytest.Item]:
        groups = defaultdict(list)
        for item in items:
            if marker := item.get_closest_marker("in_sample"):
                # The lesson, if any, comes first in the brackets, before a slash.
                lesson, slash, _ = name_of(item.nodeid).partition("/")
                each = marker.kwargs.get("of_all") or (slash and lesson)
                function = item.nodeid.partition("[")[0]
                groups[function, each, marker.args[0]].append(item)
        return [
            item
            for (*_, count), group in groups.items()
            for item in sorted(group, key=self._draw)[count:]
            if about(item.nodeid) not in self.changed
        ]

    def _of_other_days(self, items: list[pytest.Item]) -> Iterator[pytest.Item]:
        """Those that take turns, and whose day this is not: of each file, some."""
        waiting = [
            item
            for item in items
            if item.nodeid.startswith(TAKE_TURNS)
            and not item.get_closest_marker("in_sample")
            and file_of(item.nodeid) not in self.changed
        ]
        waiting.sort(key=lambda it: (file_of(it.nodeid), _digest([it.nodeid.encode()])))
        day = _number(self.seed)
        # A test more in one file changes no other's day.
        for file, tests in groupby(waiting, lambda it: file_of(it.nodeid)):
            for place, item in enumerate(tests, day + _number(file)):
                if place % DAYS:
                    yield item

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

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what has passed, and what has not."""
        if self.submissions and report.when == "call":
            self.submissions.note(about(report.nodeid), passed=report.passed)
            self.submissions.note(file_of(report.nodeid), passed=report.passed)

    def pytest_sessionfinish(self) -> None:
        """Tell the process that started this worker of xdist what was left out."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["left_out"] = self.left_out
        elif self.submissions:
            self.submissions.keep()

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


class Submissions:
    """Which of them, of the lessons and of the tests have changed since they passed.

    In a clone in which the tests have not been run, none is: the seed decides.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.cache = config.cache
        known = self.cache.get(PASSED, {}) if self.cache else {}
        self.now = dict(_digests(config.rootpath))
        self.changed = {n for n in self.now if known and known.get(n) != self.now[n]}
        self.passed, self.failed = self.now.keys() - self.changed, set[str]()

    def note(self, name: str, *, passed: bool) -> None:
        """Note what became of a test about one of them."""
        (self.passed if passed else self.failed).add(name)

    def keep(self) -> None:
        """Keep the digests of those that have passed, now or before."""
        kept = self.now.keys() & self.passed - self.failed
        if self.cache:
            self.cache.set(PASSED, {name: self.now[name] for name in sorted(kept)})


def _digests(root: Path) -> Iterator[tuple[str, str]]:
    """Each submission, lesson and file of tests, and a digest of its files."""
    for test in root.glob("tests/**/test_*.py"):
        yield str(test.relative_to(root)), _digest_of_files([test])
    for submission in (root / SUBMISSIONS).glob("*/*/*/"):
        name = str(submission.relative_to(root / SUBMISSIONS))
        yield name, _digest_of_files(submission.rglob("*"))
    for starter in (root / STARTERS).glob("*/"):
        solution = root / SOLUTIONS / starter.name
        files = [*starter.rglob("*"), *solution.rglob("*")]
        yield starter.name, _digest_of_files(it for it in files if it.suffix != ".pyc")


def about(nodeid: str) -> str:
    """The submission that a test is about; else the lesson, or any name."""
    name = name_of(nodeid)
    return name if name.count("/") == 2 else name.partition("/")[0]


def name_of(nodeid: str) -> str:
    """What a test is about: the words in brackets."""
    return nodeid.partition("[")[2].removesuffix("]")


def file_of(nodeid: str) -> str:
    """The file of a test."""
    return nodeid.partition("::")[0]


def _not_today(
    not_drawn: list[pytest.Item], of_other_days: list[pytest.Item], seed: str
) -> Iterator[str]:
    drawn = Counter(item.nodeid.partition("[")[0] for item in not_drawn)
    for name, count in drawn.items():
        yield f"{count} of {name}: others run every day (--sample-seed={seed} today)"
    for name in TAKE_TURNS:
        if count := sum(item.nodeid.startswith(name) for item in of_other_days):
            yield f"{count} of {name}: each runs on one day in {DAYS}"


def _not_again(unchanged: list[pytest.Item]) -> Iterator[str]:
    for file, count in Counter(file_of(item.nodeid) for item in unchanged).items():
        yield f"{count} of {file}: {UNCHANGED}"


def _number(seed: str) -> int:
    """A number of a seed: one more on the next day, where it is a date."""
    try:
        return dt.date.fromisoformat(seed).toordinal()
    except ValueError:
        return int(_digest([seed.encode()]), 16)


def _key(item: pytest.Item) -> str:
    return f"course/passed/{_digest([item.nodeid.encode()])}"


@cache
def _digest_of(root: Path, test: Path, patterns: tuple[str, ...]) -> str:
    files = {file for pattern in patterns for file in root.glob(pattern)}
    files |= {test, *test.parent.glob("conftest.py")}
    return _digest_of_files(files)


def _digest_of_files(files: Iterable[Path]) -> str:
    written = (file for file in sorted(files) if file.is_file())
    return _digest(part for file in written for part in _parts(file))


def _parts(file: Path) -> Iterator[bytes]:
    yield file.name.encode()
    yield file.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
