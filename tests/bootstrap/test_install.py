"""What `requirements/install` does, with a stand-in for pip that costs no time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.machine import TIMEOUT

from .conftest import Course

LEARN = "requirements/learn.txt"
SITE = "requirements/site.txt"


def python_that_says(course: Course, version: str) -> str:
    """A PATH that holds a `python3` of that version, and nothing newer."""
    says = f'[ "$1" = --version ] && echo "Python {version}" && exit\nexit 1\n'
    python = course.write("elsewhere/python3", f"#!/bin/sh\n{says}")
    python.chmod(0o755)
    for tool in ("dirname", "cmp"):
        (python.parent / tool).symlink_to(str(shutil.which(tool)))
    return str(python.parent)


def mark(course: Course) -> Path:
    """Something in .venv that is gone when .venv has been recreated."""
    return course.write(".venv/mark", "")


def test_the_first_try_installs_the_lock_and_then_the_checker(course: Course) -> None:
    done = course.install()
    assert done.returncode == 0
    assert done.stdout == ""
    assert done.stderr == (
        "Installing Django, Channels and the checker: about 30 seconds, this once.\n"
    )
    assert course.installed() == [LEARN, "."]


def test_the_next_try_starts_no_python(ready: Course) -> None:
    done = ready.install(PATH=python_that_says(ready, "2.7.18"))
    assert (done.returncode, done.stderr) == (0, "")
    assert ready.installed() == []


def test_another_part_is_added_to_what_is_there(ready: Course) -> None:
    marked = mark(ready)
    assert ready.install("learn", "site").returncode == 0
    assert ready.installed() == [SITE]
    assert marked.exists()


def test_a_changed_lock_is_installed_again(ready: Course) -> None:
    ready.write(LEARN, "# another lock\n")
    ready.install()
    assert ready.installed() == [LEARN]


def test_a_changed_pyproject_installs_the_checker_again(ready: Course) -> None:
    ready.write("pyproject.toml", "# other entry points\n")
    ready.install()
    assert ready.installed() == ["."]


def test_a_moved_folder_recreates_it(ready: Course) -> None:
    marked = mark(ready)
    ready.folder = ready.folder.rename(ready.folder.parent / "moved")
    done = ready.install()
    assert done.returncode == 0
    assert ".venv is incomplete, or of another folder" in done.stderr
    assert ready.installed() == [LEARN, "."]
    assert not (ready.folder / marked.relative_to(marked.parents[1])).exists()


def test_a_python_that_was_upgraded_away_recreates_it(ready: Course) -> None:
    marked = mark(ready)
    python = ready.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to(ready.folder / "elsewhere/python3.9")
    assert ready.install().returncode == 0
    assert ready.installed() == [LEARN, "."]
    assert not marked.exists()


def test_the_python_that_is_named_is_taken(ready: Course) -> None:
    other = shutil.which("python3.13") or shutil.which("python3.12") or sys.executable
    if subprocess.run([other, "-c", ""], check=False, capture_output=True).returncode:
        other = sys.executable
    assert ready.install(PYTHON=other).returncode == 0
    version = "import platform; print(platform.python_version())"
    wanted = subprocess.check_output([other, "-c", version])
    made = ready.folder / ".venv/bin/python"
    assert subprocess.check_output([made, "-c", version]) == wanted
    ready.installed()
    ready.install()
    assert ready.installed() == []


def test_an_old_python_gets_one_sentence(course: Course) -> None:
    done = course.install(PATH=python_that_says(course, "3.10.13"))
    assert done.returncode == 3
    assert done.stderr.startswith(
        "Python 3.11 or newer is needed, and python3 is Python 3.10.13: install"
    )
    assert done.stderr.count("\n") == 1


def test_a_newer_python_is_found_behind_an_old_one(course: Course) -> None:
    folder = python_that_says(course, "3.10.13")
    Path(folder, "python3.13").symlink_to(sys.executable)
    assert course.install(PATH=folder).returncode == 0


def test_no_python_at_all_gets_one_sentence(course: Course) -> None:
    folder = python_that_says(course, "3.10.13")
    Path(folder, "python3").unlink()
    done = course.install(PATH=folder)
    assert done.returncode == 3
    assert "and python3 is not there: install" in done.stderr


def test_a_named_python_that_is_not_there_gets_one_sentence(course: Course) -> None:
    done = course.install(PYTHON="no such/python3")
    assert done.returncode == 3
    assert "and no such/python3 is not there" in done.stderr


def test_a_python_without_venv_gets_one_sentence(course: Course) -> None:
    bare = course.write(
        "bare/ensurepip.py", "raise ImportError(name=__name__)\n"
    ).parent
    done = course.install(PYTHONPATH=str(bare))
    assert done.returncode == 3
    assert "has no module ensurepip: install it" in done.stderr
    assert "sudo apt install python" in done.stderr
    assert done.stderr.count("\n") == 1
    assert course.install().returncode == 0


CURES = {
    "WARNING: Retrying: NewConnectionError(...)": "connect to the network",
    "ERROR: No matching distribution found for a==1": "pip does not find a==1: connect",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES": "clear the cache of pip",
    "OSError: [Errno 28] No space left on device": "The disk is full: make room",
    "OSError: [Errno 13] Permission denied: 'x'": "take ownership of the folder",
    "something new": "remove it (`rm -rf .venv`)",
}


@pytest.mark.parametrize("says", CURES)
def test_what_pip_says_becomes_one_sentence(course: Course, says: str) -> None:
    done = course.install(PIP_SAYS=says, PIP_STATUS="1")
    assert done.returncode == 3
    announced, sentence = done.stderr.splitlines()
    assert announced.startswith("Installing ")
    assert CURES[says] in sentence
    assert sentence.endswith("type the command again (pip's words: build/install.log).")
    assert says in (course.folder / "build/install.log").read_text()


def test_the_next_try_after_a_failure_works(course: Course) -> None:
    assert course.install(PIP_SAYS="ConnectTimeout", PIP_STATUS="1").returncode == 3
    assert course.install().returncode == 0


def test_without_a_network_the_parts_that_are_there_stay(ready: Course) -> None:
    marked = mark(ready)
    failed = ready.install("site", PIP_SAYS="ERROR: ConnectTimeout", PIP_STATUS="1")
    assert failed.returncode == 3
    ready.installed()
    assert ready.install().returncode == 0
    assert ready.installed() == []
    assert marked.exists()


@pytest.mark.parametrize(
    ("says", "status"),
    [("Installing collected packages: a\nERROR: ...", "1"), ("Traceback ...", "2")],
)
def test_a_pip_that_fails_in_the_middle_leaves_nothing_half_made(
    ready: Course, says: str, status: str
) -> None:
    marked = mark(ready)
    assert ready.install("site", PIP_SAYS=says, PIP_STATUS=status).returncode == 3
    ready.installed()
    assert ready.install("learn").returncode == 0
    assert ready.installed() == [LEARN, "."]
    assert not marked.exists()


def test_a_venv_made_by_hand_is_kept(course: Course) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", course.folder / ".venv"],
        check=True,
    )
    marked = mark(course)
    assert course.install().returncode == 0
    assert course.installed() == [LEARN, "."]
    assert marked.exists()


def test_a_venv_without_a_python_is_recreated(course: Course) -> None:
    marked = mark(course)
    assert course.install().returncode == 0
    assert not marked.exists()


def test_a_venv_may_be_a_link_to_a_roomier_disk(course: Course) -> None:
    roomy = course.write("roomy/.venv/old", "").parent
    (course.folder / ".venv").symlink_to(roomy)
    assert course.install().returncode == 0
    assert (course.folder / ".venv").is_symlink()
    assert not (roomy / "old").exists()


def test_another_environment_that_is_activated_is_left_alone(course: Course) -> None:
    other = course.folder.parent / "other"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", other], check=True)
    before = sorted(other.rglob("*"))
    path = f"{other}/bin:{course.environment['PATH']}"
    assert course.install(PATH=path, VIRTUAL_ENV=str(other)).returncode == 0
    assert (course.folder / ".venv/bin/python").exists()
    assert sorted(other.rglob("*")) == before


def when_pip_is_at_work(course: Course, process: "subprocess.Popen[str]") -> None:
    while not (course.folder / "build/pip").exists():
        assert process.poll() is None
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("says", "kept"), [("", True), ("Installing collected", False)]
)
def test_ctrl_c_before_anything_is_installed_keeps_what_is_there(
    ready: Course, says: str, kept: bool
) -> None:
    marked = mark(ready)
    command = ["requirements/install", "site"]
    with ready.start(*command, PIP_SAYS=says, PIP_HANGS="1") as process:
        when_pip_is_at_work(ready, process)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert errors.endswith("Stopped: type the same command to start again.\n")
    assert ready.install().returncode == 0
    assert marked.exists() == kept


def test_sigterm_takes_pip_along(course: Course) -> None:
    with course.start("requirements/install", "learn", PIP_HANGS="1") as process:
        when_pip_is_at_work(course, process)
        process.terminate()
        assert process.wait(timeout=TIMEOUT) == 143
    assert course.install().returncode == 0


def test_a_kill_in_the_middle_leaves_no_trace_after_the_next_try(ready: Course) -> None:
    marked = mark(ready)
    with ready.start("requirements/install", "site", PIP_HANGS="1") as process:
        when_pip_is_at_work(ready, process)
        os.killpg(process.pid, signal.SIGKILL)
    ready.installed()
    assert ready.install().returncode == 0
    assert ready.installed() == [LEARN, "."]
    assert not marked.exists()


def test_two_at_once_take_turns(course: Course) -> None:
    with course.start("requirements/install", "learn", PIP_HANGS="1") as first:
        when_pip_is_at_work(course, first)
        with course.start("requirements/install", "learn") as second:
            assert second.stderr
            assert second.stderr.readline() == (
                "Another terminal is installing here: waiting for it to end.\n"
            )
            # Its pip goes on, and counts as at work.
            first.kill()
            first.wait()
            time.sleep(0.1)
            assert second.poll() is None
            os.killpg(first.pid, signal.SIGKILL)
            assert second.wait(timeout=TIMEOUT) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_without_write_permission_there_is_one_sentence(course: Course) -> None:
    for folder in [course.folder, *course.folder.parents]:
        if folder.owner() == "root" and folder != Path("/tmp"):  # noqa: S108
            folder.chmod(0o755)
    nobody = ["setpriv", "--reuid=65534", "--clear-groups"]
    done = course.type(*nobody, "requirements/install", "learn", PATH="/usr/bin:/bin")
    assert done.returncode == 3
    assert done.stderr.startswith("No permission to write here: take ownership of the")
    assert done.stderr.count("\n") == 1
