"""How the tests are run: what is left out, in which order, and at which ports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.machine import PORTS, free_port
from tests.sample import SUBMISSIONS as SUBMITTED
from tests.schedule import WORKERS_PER_CORE, seconds, unit
from tests.test_submissions import WATCHED

SUBMISSIONS = "tests/test_submissions.py"
SUBMITTED_TO = sorted((ROOT / "tests/submissions").iterdir())


def collected(*options: str) -> list[str]:
    """The tests that pytest would run with these options."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *options],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("tests/")]


def watched(*options: str) -> set[str]:
    """The submissions that a watcher would check, too."""
    return set(collected(SUBMISSIONS, "-k", "watcher", *options))


def drawn(lesson: Path) -> int:
    """How many submissions of a lesson a watcher checks on one day."""
    with_a_page = [it for it in lesson.glob("*/*/") if (it / "chat/templates").exists()]
    without = len(list(lesson.glob("*/*/"))) - len(with_a_page)
    return min(without, WATCHED[0]) + min(len(with_a_page), WATCHED[1])


def test_what_is_asked_for_by_name_is_never_left_out() -> None:
    assert len(watched()) == len(list((ROOT / "tests/submissions").glob("*/*/*/")))


def test_a_sample_is_the_same_for_a_seed_and_another_for_another() -> None:
    one, again, other = (watched("--sample", f"--sample-seed={word}") for word in "aab")
    assert one == again != other
    assert len(one) == len(other) == sum(map(drawn, SUBMITTED_TO))


def test_a_test_that_passed_is_left_out_until_a_file_changes(tmp_path: Path) -> None:
    (tmp_path / "tested.txt").write_text("before")
    (tmp_path / "test_it.py").write_text(
        'import pytest\n\n\n@pytest.mark.when_changed("tested.txt")\n'
        "def test_it():\n    pass\n"
    )
    assert "1 passed" in run_sample(tmp_path)
    left_out = run_sample(tmp_path)
    assert "1 skipped" in left_out
    assert "1 of test_it.py: the files that they test have not changed" in left_out
    (tmp_path / "tested.txt").write_text("after")
    assert "1 passed" in run_sample(tmp_path)


def test_a_submission_that_has_changed_is_always_in_the_sample(tmp_path: Path) -> None:
    names = [f"01_talk/wrong/{letter}" for letter in "abcde"]
    (tmp_path / "test_it.py").write_text(
        f"import pytest\n\n\n@pytest.mark.in_sample(1)\n"
        f'@pytest.mark.parametrize("name", {names})\ndef test_it(name):\n    pass\n'
    )

    def write(text: str) -> None:
        for name in names:
            file = tmp_path / SUBMITTED / name / "talk.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    write("before")
    assert "1 passed" in run_sample(tmp_path)
    write("after")
    assert "5 passed" in run_sample(tmp_path)
    left_out = run_sample(tmp_path)
    assert "1 passed" in left_out
    assert "4 of test_it.py::test_it: others run every day" in left_out


def run_sample(folder: Path) -> str:
    """What `pytest --sample` prints in a folder, with one worker."""
    options = ["-p", "tests.conftest", "-n", "1", "--sample", f"--rootdir={folder}"]
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
