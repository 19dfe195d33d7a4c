"""How pytest-xdist gives the tests to its processes, here called workers.

What begins last must not take longest. So each worker takes the longest unit of tests
that nobody has begun, by the seconds that it took the last time.
"""

import os
import zlib
from collections import defaultdict
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

APART = (
    "tests/checker/",
    "tests/notebook/test_failures.py",
    "tests/notebook/test_outputs.py",
    "tests/site/test_recorded.py",
    "tests/test_",
)
"""Where each test is a unit. Elsewhere a file is: its tests share a server or a browser
of their own, which each further worker would have to start, too."""
TOGETHER = {
    "tests/author/test_lesson.py": "tests/author/test_contributing.py",
    "tests/browser/test_machine.py": "tests/browser/test_tabs.py",
    "tests/browser/test_every_page.py": "tests/browser/test_states.py",
    "tests/browser/test_logs.py": "tests/browser/test_states.py",
    "tests/browser/test_room.py": "tests/browser/test_states.py",
    "tests/browser/test_finder.py": "tests/browser/test_way.py",
    "tests/browser/test_history.py": "tests/browser/test_way.py",
    "tests/browser/test_own_code.py": "tests/browser/test_way.py",
    "tests/browser/test_predict.py": "tests/browser/test_way.py",
}
"""Files that are one unit: they share a copy of the course, what is in build/, or a
browser."""
PARTS = {"tests/browser/test_live_page.py": 2}
"""Files that are several units: nothing else would still run at the end."""
LONGEST = (
    "tests/learn/test_learn.py",
    "tests/browser/test_live_page.py::0",
    "tests/browser/test_live_page.py::1",
    "tests/learn/test_story.py",
    "tests/browser/test_tabs.py",
    "tests/author/test_contributing.py",
    "tests/site/test_commands.py",
    "tests/browser/test_way.py",
    "tests/browser/test_states.py",
    "tests/site/test_sights.py",
)
"""What begins first where it is not known from an earlier run how long it takes."""
SECONDS = "course/seconds"
WORKERS_PER_CORE = 2
"""For `-n auto`. Tests wait about half of the time; two keep a core busy, and each
further worker collects all tests once more."""


def unit(nodeid: str) -> str:
    """What a test is given to a worker together with."""
    file, _, name = nodeid.partition("::")
    if name.startswith("test_a_watcher_says"):  # One process for each lesson.
        return nodeid.partition("/wrong")[0].partition("/valid")[0]
    if file in PARTS:
        function = name.partition("[")[0].encode()
        return f"{file}::{zlib.crc32(function) % PARTS[file]}"
    return nodeid if file.startswith(APART) else TOGETHER.get(file, file)


def seconds(name: str, known: dict[str, float]) -> float:
    """How long a unit takes, as far as it is known."""
    if name in known:
        return known[name]
    if name in LONGEST:
        return 200.0 - LONGEST.index(name)
    return 5.0 if "::" in name else 60.0


def workers() -> int | None:
    """How many workers `-n auto` starts, unless the environment names a number."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return WORKERS_PER_CORE * (os.cpu_count() or 1)


class Units(LoadScopeScheduling):  # type: ignore[misc]
    """Gives whole units to workers, in the order in which the workers found them.

    Half of the workers begin with the files, and the others with the single tests:
    files use a browser or a site, and need the processor, while single tests wait.
    """

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        single = next((name for name in self.workqueue if "::" in name), None)
        if single and self.nodes.index(node) % 2:
            self.workqueue.move_to_end(single, last=False)
        super()._assign_work_unit(node)


class Schedule:
    """The plugin that orders the tests, and keeps for the next run how long they took.

    A test that is run by itself, or without xdist, is not affected.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.worker = hasattr(config, "workerinput")
        self.measured: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(
        self, config: pytest.Config, log: Any
    ) -> Units | None:
        """Distribute by unit, unless another way was asked for with --dist."""
        if config.option.dist != "load":
            return None
        config.option.loadscopereorder = False
        return Units(config, log)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker what it needs in order to find the same order as the others."""
        cache = self.config.cache
        node.workerinput["seconds"] = cache.get(SECONDS, {}) if cache else {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """In a worker, put the longest unit first."""
        if not self.worker:
            return
        known = vars(self.config)["workerinput"]["seconds"]
        units = [unit(item.nodeid) for item in items]
        first = {name: at for at, name in reversed([*enumerate(units)])}

        def place(item: pytest.Item) -> tuple[float, int]:
            name = unit(item.nodeid)
            return -seconds(name, known), first[name]

        items.sort(key=place)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long each unit takes."""
        self.measured[unit(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Keep it. A unit of which only a part was run is not kept as shorter."""
        cache = self.config.cache
        if self.worker or not cache:
            return
        known = cache.get(SECONDS, {})
        for name, took in self.measured.items():
            known[name] = round(max(took, known.get(name, 0.0) * 0.9), 2)
        cache.set(SECONDS, known)
