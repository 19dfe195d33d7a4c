"""How the tests are run: what is left out, in which order, and at which ports."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from tests.author.test_contributing import COLLECT
from tests.conftest import environment
from tests.machine import PORTS, free_port
from tests.sample import DAYS, STARTERS
from tests.sample import SUBMISSIONS as SUBMITTED
from tests.schedule import WORKERS_PER_CORE, seconds, unit
from tests.test_submissions import WATCHED, kind

SUBMISSIONS = "tests/test_submissions.py"
IN_SAMPLE = """
@pytest.mark.in_sample(1)
@pytest.mark.parametrize("name", {names})
def test_{name}(name):
    pass
"""
SUBMITTED_TO = ROOT / SUBMITTED


def watched(*typed: list[str]) -> list[set[str]]:
    """The submissions that a watcher would check, too, with each of these options."""
    command = [SUBMISSIONS, "--collect-only", "-q", "-k", "watcher"]
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, json.dumps([[*command, *it] for it in typed])],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lists = [output.splitlines() for output in json.loads(done.stdout)]
    return [{line for line in lines if line.startswith("tests/")} for lines in lists]


def drawn() -> int:
    """How many submissions a watcher checks on one day."""
    there = Counter((it.parents[1], kind(it)) for it in SUBMITTED_TO.glob("*/*/*/"))
    quick = (min(n, WATCHED[one]) for (_, one), n in there.items() if one != "page")
    return sum(quick) + WATCHED["page"]


def test_a_sample_is_the_same_for_a_seed_and_another_for_another(
    tmp_path: Path,
) -> None:
    # In a clone in which no test has passed: what has changed since is always drawn.
    sample = ["--sample", "-o", f"cache_dir={tmp_path}"]
    seeds = [[*sample, f"--sample-seed={word}"] for word in "aab"]
    everything, one, again, other = watched([], *seeds)
    assert len(everything) == len(list(SUBMITTED_TO.glob("*/*/*/")))
    assert one == again != other
    assert len(one) == len(other) == drawn()


def test_a_test_that_passed_is_left_out_until_a_file_changes(tmp_path: Path) -> None:
    (tmp_path / "tested.txt").write_text("before")
    (tmp_path / "test_it.py").write_text(
        'import pytest\n\n\n@pytest.mark.when_changed("tested.txt")\n'
        "def test_it():\n    pass\n"
    )
    assert "1 passed" in run_sample(tmp_path)
    left_out = run_sample(tmp_path, in_worker=True)
    assert "1 skipped" in left_out
    assert "1 of test_it.py: the files that they test have not changed" in left_out
    (tmp_path / "tested.txt").write_text("after")
    assert "1 passed" in run_sample(tmp_path)


def test_what_has_changed_is_always_in_the_sample(tmp_path: Path) -> None:
    lessons = [f"0{number}_talk" for number in range(1, 6)]
    submissions = [f"01_talk/wrong/{letter}" for letter in "abcde"]
    files = [tmp_path / STARTERS / name / "talk.py" for name in lessons]
    files += [tmp_path / SUBMITTED / name / "talk.py" for name in submissions]
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        + IN_SAMPLE.format(name="lesson", names=lessons)
        + IN_SAMPLE.format(name="submission", names=submissions)
    )

    def write(text: str) -> None:
        for file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    write("before")
    assert "2 passed" in run_sample(tmp_path)
    write("after")
    assert "10 passed" in run_sample(tmp_path, in_worker=True)
    left_out = run_sample(tmp_path)
    assert "2 passed" in left_out
    for name in ("lesson", "submission"):
        assert f"4 of test_it.py::test_{name}: others run every day" in left_out


def test_the_tests_of_a_long_file_take_turns(tmp_path: Path) -> None:
    file = tmp_path / "tests/load/test_it.py"
    file.parent.mkdir(parents=True)
    names = [f"number {n}" for n in range(7)]
    file.write_text(
        f'import pytest\n\n\n@pytest.mark.parametrize("name", {names})\n'
        "def test_it(name):\n    pass\n"
    )
    seeds = [f"--sample-seed=2026-11-{day}" for day in (29, 30)]
    days = [
        run_sample(tmp_path, "-v", it) for it in (*seeds, "--sample-seed=2026-12-01")
    ]
    ran = [name for day in days for name in names if f"test_it[{name}] PASSED" in day]
    assert sorted(ran) == names
    assert all(f"of tests/load/: each runs on one day in {DAYS}" in day for day in days)


def run_sample(folder: Path, *typed: str, in_worker: bool = False) -> str:
    """What `pytest --sample` prints in a folder, perhaps with one worker."""
    options = ["-p", "tests.conftest", "--sample", f"--rootdir={folder}", *typed]
    options += ["-n", "1"] * in_worker
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, *options, str(folder)],
        cwd=folder,
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("nodeid", "expected"),
    [
        ("tests/live/test_ends.py::test_a", "tests/live/test_ends.py"),
        ("tests/checker/test_text.py::test_a", "tests/checker/test_text.py::test_a"),
        (
            f"{SUBMISSIONS}::test_a_watcher_says_the_same[01_talk/wrong/x]",
            f"{SUBMISSIONS}::test_a_watcher_says_the_same[01_talk",
        ),
    ],
)
def test_tests_that_share_a_server_run_in_one_worker(
    nodeid: str, expected: str
) -> None:
    assert unit(nodeid) == expected


def test_what_took_longest_begins_first() -> None:
    known = {"tests/live/test_ends.py": 7.0}
    assert seconds("tests/live/test_ends.py", known) == 7.0
    assert seconds("tests/a.py", known) > seconds("tests/a.py::test_a", known)


def test_there_are_more_workers_than_cores(pytestconfig: pytest.Config) -> None:
    asked = pytestconfig.hook.pytest_xdist_auto_num_workers(config=pytestconfig)
    assert asked == WORKERS_PER_CORE * (os.cpu_count() or 1)


def test_workers_are_given_different_ports() -> None:
    ports = [json.loads(ports_of(f"gw{number}")) for number in range(3)]
    assert len({port for each in ports for port in each}) == 15
    assert all(port in PORTS for each in ports for port in each)
    assert free_port() != free_port()


def ports_of(worker: str) -> str:
    """Five free ports, as a worker of this name finds them."""
    code = "from tests.machine import free_port; print([free_port() for _ in range(5)])"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(PYTEST_XDIST_WORKER=worker),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
