"""nginx with a project's own configuration: what is adapted, and that it ends."""

import os
import signal
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.lessons import Course
from checks.sandbox import nginx
from checks.verdict import Finding
from tests.conftest import command, environment
from tests.machine import until

LESSON = next(it for it in Course().lessons if nginx.CONFIGURATION in it.files)
CONFIGURATION = (LESSON.starter / nginx.CONFIGURATION).read_text()


def adapted(text: str, *, in_fast_motion: bool = False) -> list[str]:
    """The lines of a configuration for a run on port 1234, of servers on 1 and 2."""
    it: Any = SimpleNamespace(
        port=1234,
        copies=Path("/run"),
        servers=[SimpleNamespace(port=1), SimpleNamespace(port=2)],
        _in_fast_motion=in_fast_motion,
    )
    it._listens = lambda match: nginx.Nginx._listens(it, match)
    return nginx.Nginx.adapted(it, text).splitlines()


def test_every_line_of_a_configuration_stays_where_it_is() -> None:
    lines, before = adapted(CONFIGURATION), CONFIGURATION.splitlines()
    changed = [
        line.strip() for line, old in zip(lines, before, strict=True) if line != old
    ]
    assert changed == ["", "", "server 127.0.0.1:1;", "listen 127.0.0.1:1234 ssl;"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("listen 8443 ssl;", "listen 127.0.0.1:1234 ssl;"),
        ("listen 127.0.0.1:8443 ssl;", "listen 127.0.0.1:1234 ssl;"),
        ("listen *:8443 ssl http2;", "listen 127.0.0.1:1234 ssl http2;"),
        ("listen 80 default_server;", "listen unix:/run/0 default_server;"),
        ("listen [::]:8443 ssl ipv6only=on;", "listen unix:/run/0 ssl ;"),
        ("server localhost:8102 max_fails=0;", "server localhost:2 max_fails=0;"),
        ("daemon on;", ""),
        ("user www-data;", ""),
        ("proxy_read_timeout 10s;", "proxy_read_timeout 10s;"),
    ],
)
def test_a_directive_of_the_machine_becomes_one_of_the_run(
    written: str, read: str
) -> None:
    assert "\n".join(adapted(written)) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("10s", "500ms"), ("60", "3000ms"), ("1m", "3000ms"), ("1h", "180000ms")],
)
def test_in_fast_motion_nginx_waits_for_a_twentieth(written: str, read: str) -> None:
    assert adapted(f"proxy_read_timeout {written};", in_fast_motion=True) == [
        f"proxy_read_timeout {read};"
    ]


def test_where_there_is_no_nginx_the_machine_is_named_and_what_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(nginx, "FOLDERS", ())
    with pytest.raises(Finding) as found:
        nginx.find()
    assert found.value.cause.voice == "machine"
    assert "sudo apt-get install nginx-light" in found.value.cause.cure


def running_in(project: Path) -> list[str]:
    """The processes of nginx whose folder is that of a project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            here = (process / "cwd").readlink() == project
            name = (process / "comm").read_text().strip()
        except OSError:  # It has ended.
            continue
        if here and name == "nginx":
            found.append(process.name)
    return found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it looks into /proc")
@pytest.mark.usefixtures("lessons_redis")
@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_nginx_is_left_when_a_check_is_ended(
    ends: signal.Signals, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    build(LESSON.slug, project, solved=True)
    with subprocess.Popen(
        command(LESSON.step, project), env=environment(), stdout=subprocess.DEVNULL
    ) as checking:
        assert until(lambda: running_in(project))
        os.kill(checking.pid, ends)
    assert until(lambda: not running_in(project), seconds=10)
