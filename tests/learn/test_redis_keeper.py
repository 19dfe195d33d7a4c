"""The Redis that a project's settings name runs for as long as a command does."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.author.projects import build
from checks.course.lessons import ROOT, Course
from checks.learn import redis_keeper
from checks.run import events
from checks.sandbox import embedded_redis
from checks.verdict import Cause
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port, until

LAST = Course().lessons[-1]
HOSTS = '"hosts": [("localhost", {})]'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The last lesson, solved."""
    build(LAST.slug, tmp_path / "project", solved=True)
    return tmp_path / "project"


def move(project: Path, old: int, new: int) -> None:
    """Name another port in the settings."""
    settings = project / "mysite/settings.py"
    text = settings.read_text()
    assert HOSTS.format(old) in text
    settings.write_text(text.replace(HOSTS.format(old), HOSTS.format(new)))


@contextlib.contextmanager
def kept(project: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A keeper, until the context is left."""
    with subprocess.Popen(
        redis_keeper.command(LAST, project),
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as keeper:
        yield keeper
        assert keeper.stdin
        keeper.stdin.close()
        assert keeper.wait(TIMEOUT) == 0


def said(keeper: "subprocess.Popen[bytes]") -> str | Cause:
    """What it reports next."""
    assert keeper.stdout
    found = events.decoded(keeper.stdout.readline())
    assert isinstance(found, str | Cause)
    return found


def test_it_runs_where_the_settings_say_and_follows_them(project: Path) -> None:
    one, two = free_port(), free_port()
    move(project, 6379, one)
    with kept(project) as keeper:
        assert str(said(keeper)).endswith(f" at localhost:{one}")
        assert embedded_redis.listens(one)
        move(project, one, two)
        assert str(said(keeper)).endswith(f" at localhost:{two}")
        assert until(lambda: not embedded_redis.listens(one))
    assert until(lambda: not embedded_redis.listens(two))


def test_settings_that_do_not_load_change_nothing(project: Path) -> None:
    port, other = free_port(), free_port()
    move(project, 6379, port)
    with kept(project) as keeper:
        assert str(said(keeper)).endswith(f" at localhost:{port}")
        settings = project / "mysite/settings.py"
        right = settings.read_text()
        settings.write_text(right + "DEBUG = (\n")
        assert not until(lambda: not embedded_redis.listens(port), 2)
        settings.write_text(right)
        move(project, port, other)
        assert str(said(keeper)).endswith(f" at localhost:{other}")


def test_one_that_dies_is_reported_and_started_again(project: Path) -> None:
    port = free_port()
    move(project, 6379, port)
    with kept(project) as keeper:
        name = said(keeper)
        marker = embedded_redis.LEASES / f"{port}.embedded"
        os.kill(int(marker.read_text()), signal.SIGTERM)
        lost = said(keeper)
        assert isinstance(lost, Cause)
        assert "it stopped answering" in lost.got
        assert said(keeper) == name
        assert embedded_redis.listens(port)


def test_what_the_settings_cannot_mean_is_reported(project: Path) -> None:
    settings = project / "mysite/settings.py"
    settings.write_text(
        settings.read_text().replace(HOSTS.format(6379), '"hosts": [None]')
    )
    with kept(project) as keeper:
        wrong = said(keeper)
        assert isinstance(wrong, Cause)
        assert (wrong.voice, wrong.mistake) == ("project", "host_is_none")
