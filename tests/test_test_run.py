"""How the tests are run: what is left out, in which order, and at which ports."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.machine import PORTS, free_port
from tests.sample import DAYS, STARTERS
from tests.sample import SUBMISSIONS as SUBMITTED
from tests.schedule import WORKERS_PER_CORE, seconds, unit
from tests.test_submissions import WATCHED

SUBMISSIONS = "tests/test_submissions.py"
LONG = "tests/load/test_it.py"
"""A file that would take turns with others, in a folder of its own."""
COLLECT = """
import contextlib, io, json, sys
import pytest

outputs = []
for options in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        status = pytest.main(options)
    assert status == 0, output.getvalue()
    outputs.append(output.getvalue())
print(json.dumps(outputs))
"""
"""Collects for many commands in one process, which imports the tests once."""
IN_SAMPLE = """
@pytest.mark.in_sample(1)
@pytest.mark.parametrize("name", {names})
def test_{name}(name):
    pass
"""
SUBMITTED_TO = ROOT / SUBMITTED


def collected(folder: Path, *typed: list[str]) -> list[list[str]]:
    """What pytest prints with each of these options where it collects only."""
    commands = [["--collect-only", "-q", *options] for options in typed]
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, json.dumps(commands)],
        cwd=folder,
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [output.splitlines() for output in json.loads(done.stdout)]


def watched(*typed: list[str]) -> list[set[str]]:
    """The submissions that a watcher would check, too, with each of these options."""
    options = ([SUBMISSIONS, "-k", "watcher", *it] for it in typed)
    printed = collected(ROOT, *options)
    return [{line for line in lines if line.startswith("tests/")} for lines in printed]


def test_a_sample_is_the_same_for_a_seed_and_another_for_another(
    tmp_path: Path,
) -> None:
    # In a clone in which no test has passed: what has changed since is always drawn.
    sample = ["--sample", "-o", f"cache_dir={tmp_path}"]
    seeds = [[*sample, f"--sample-seed={word}"] for word in "aab"]
    everything, one, again, other = watched([], *seeds)
    assert len(everything) == len(list(SUBMITTED_TO.glob("*/*/*/")))
    assert one == again != other
    assert len(one) == len(other) == sum(WATCHED.values())


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
    names = long_file(tmp_path)
    seeds = [dt.date(2026, 11, 29) + dt.timedelta(days=day) for day in range(DAYS)]
    days = collected(tmp_path, *([*in_(tmp_path), f"--sample-seed={s}"] for s in seeds))
    ran = [name for day in days for name in names if f"{LONG}::test_it[{name}]" in day]
    assert sorted(ran) == names
    for day in days:
        assert any(f"tests/load/: each runs on one day in {DAYS}" in it for it in day)


def test_a_long_file_that_has_changed_runs_as_a_whole(tmp_path: Path) -> None:
    names = long_file(tmp_path)
    assert f"{len(names)} passed" not in run_sample(tmp_path)
    long_file(tmp_path, more="\n\ndef test_another():\n    pass\n")
    assert f"{len(names) + 1} passed" in run_sample(tmp_path)
    assert f"{len(names) + 1} passed" not in run_sample(tmp_path)


def long_file(folder: Path, more: str = "") -> list[str]:
    """Write a file of tests that take turns; return what is in their brackets."""
    names = [f"number {n}" for n in range(9)]
    (folder / LONG).parent.mkdir(parents=True, exist_ok=True)
    (folder / LONG).write_text(
        f'import pytest\n\n\n@pytest.mark.parametrize("name", {names})\n'
        f"def test_it(name):\n    pass\n{more}"
    )
    return names


def in_(folder: Path) -> list[str]:
    """The options of a run in a folder that is no part of the course."""
    course = ["-c", os.devnull, "-p", "tests.conftest", "--sample"]
    return [*course, f"--rootdir={folder}", str(folder)]


def run_sample(folder: Path, *, in_worker: bool = False) -> str:
    """What `pytest --sample` prints in a folder, perhaps with one worker."""
    options = [*in_(folder), *(["-n", "1"] * in_worker)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
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
