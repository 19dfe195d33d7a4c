"""Every command of "Run a workshop", typed as the page has it."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port, until
from tests.site.test_commands import generated, share_the_environment

PAGE = ROOT / "docs/teach/workshop.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INSTALLING = 3 * TIMEOUT
EXAMPLE = "http://192.168.1.20:8004/abcd-efgh-jkmn"


def commands() -> list[str]:
    """The commands of the page, in its order."""
    return "".join(BLOCK.findall(PAGE.read_text(encoding="utf-8"))).splitlines()


CHECK, DOCTOR, INSTALL, DOWNLOAD, OFFLINE, WALL, LEARN = commands()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in which nothing has to be installed."""
    shutil.copytree(ROOT, tmp_path / "clone", ignore=generated)
    share_the_environment(tmp_path / "clone")
    return tmp_path / "clone"


def typed(command: str, folder: Path, seconds: float = TIMEOUT) -> tuple[int, str]:
    """The exit status of a command, and what it prints."""
    done = subprocess.run(  # noqa: S602 (as it is typed)
        command,
        shell=True,
        cwd=folder,
        env=environment(OPEN="0"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    return done.returncode, done.stdout


@contextlib.contextmanager
def running(command: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A command that runs until Ctrl-C, and all of its processes."""
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(OPEN="0", NO_COLOR="1", PYTHONUNBUFFERED="1", COLUMNS="200"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=TIMEOUT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def line_with(process: "subprocess.Popen[str]", pattern: str) -> str:
    """What the pattern finds in the first line that has it."""
    assert process.stdout
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(pattern)


def test_what_is_tried_before_the_day_works(clone: Path) -> None:
    status, printed = typed(CHECK, clone)
    assert status == 2  # That of make, where a check has failed.
    assert "Nothing has been changed yet" in printed
    assert typed(DOCTOR, clone)[0] == 0


@pytest.mark.when_changed("requirements/*", "pyproject.toml", "docs/teach/workshop.md")
def test_the_course_is_installed_from_a_folder_of_wheels(
    clone: Path, tmp_path: Path
) -> None:
    """Where the kernel allows it, without any network."""
    assert typed(INSTALL, clone)[0] == 0
    status, printed = typed(DOWNLOAD, clone, INSTALLING)
    assert status == 0, printed
    stick = tmp_path / "stick"
    shutil.copytree(clone, stick, ignore=shutil.ignore_patterns(".venv"))
    alone = "unshare --map-root-user --net "
    alone *= subprocess.run([*alone.split(), "true"], check=False).returncode == 0
    install = OFFLINE.replace("requirements/install", f"{alone}requirements/install")
    status, printed = typed(install, stick, INSTALLING)
    assert status == 0, printed
    status, printed = typed(f"{alone}{CHECK}", stick)
    assert "Nothing has been changed yet" in printed


def test_a_learner_joins_with_the_line_that_make_wall_prints(clone: Path) -> None:
    here = f"{WALL} HOST=localhost PORT={free_port()}"
    with running(here, clone) as wall:
        command = line_with(wall, r"Learners type +(make learn WALL=\S+)$")
        secret = line_with(wall, r"Your page +http://localhost:\d+/#(\S+)$")
        address = command.rpartition("=")[2]
        names = ("PORT", "SITE_PORT", "LIVE_PORT", "SECOND_PORT")
        ports = " ".join(f"{name}={free_port()}" for name in names)
        typed = LEARN.replace(EXAMPLE, address)
        assert typed.startswith(command)
        with running(f"{typed} {ports}", clone) as learner:
            assert line_with(learner, r"Wall +(joined as Ada)\.")
            assert until(lambda: "Ada" in shown(address, secret))
        assert until(lambda: shown(address, secret) == [])


def shown(address: str, secret: str) -> list[str]:
    """The names on the tiles that the teacher's page is sent."""
    own: Any = address.rpartition("/")[0]
    there = own.replace("http", "ws").replace("localhost", "127.0.0.1")
    with connect(f"{there}/watch/", origin=own, proxy=None) as page:
        for frame in ({"type": "watch", "secret": secret}, {"type": "next"}):
            page.send(json.dumps(frame))
        assert json.loads(page.recv())["type"] == "wall"
        return [tile["name"] for tile in json.loads(page.recv())["tiles"]]
