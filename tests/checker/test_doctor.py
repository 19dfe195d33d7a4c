"""`python -m checks doctor`: what a project runs on, and what is wrong with it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.lessons import ROOT, Course
from checks.doctor import machine
from checks.doctor.listeners import is_ours, listener
from checks.sandbox import embedded_redis
from tests.conftest import environment
from tests.machine import free_port

LESSON = Course().lesson("10")
HOSTS = '"hosts": [("localhost", 6379)]'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A lesson, solved, with its Redis on a port of the test's own."""
    build(LESSON.slug, tmp_path / "project", solved=True)
    return tmp_path / "project"


def set_config(project: Path, config: str) -> None:
    """Write what CHANNEL_LAYERS has under CONFIG."""
    settings = project / "mysite/settings.py"
    settings.write_text(settings.read_text().replace(HOSTS, config))


def examined(project: Path, *options: str) -> tuple[int, str]:
    """What the command prints about a project, and its exit status."""
    command = [sys.executable, "-m", "checks", "doctor", LESSON.slug, *options]
    done = subprocess.run(
        [*command, "--project", str(project)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


def report(project: Path) -> dict[str, Any]:
    """The report as JSON, without what depends on the ports of this machine."""
    _, printed = examined(project, "--format", "json")
    lines = json.loads(printed)["lines"]
    return {it["about"]: it for it in lines if not it["about"].startswith("port ")}


def test_a_project_that_works_has_a_line_for_each_thing(project: Path) -> None:
    port = free_port()
    set_config(project, f'"hosts": ["redis://localhost:{port}"]')
    lines = report(project)
    assert {"Python", "packages", "browser", "saves", "disk"} < set(lines)
    assert not any(line["cause"] for line in lines.values())
    assert lines["Redis"]["found"].startswith("embedded valkey")
    assert f"at localhost:{port}," in lines["Redis"]["found"]
    assert lines["Redis"]["found"].endswith("written as a URL")
    assert not embedded_redis.listens(port)


@pytest.mark.parametrize(
    ("config", "about", "mistake"),
    [
        ('"hosts": [None]', "Redis", "host_is_none"),
        ('"hosts": ["redis://:tea@localhost:{}"]', "Redis", "password_not_wanted"),
        ('"hosts": [("localhost", {})], "capacity": 1', "layer", "capacity_is_small"),
        ('"hosts": "localhost"', "layer", "hosts_as_string"),
    ],
)
def test_what_is_wrong_with_the_settings_is_the_project_s(
    config: str, about: str, mistake: str, project: Path
) -> None:
    set_config(project, config.format(free_port()))
    causes = {name: it["cause"] for name, it in report(project).items() if it["cause"]}
    assert {name: cause["mistake"] for name, cause in causes.items()} == {
        about: mistake
    }


def test_what_is_wrong_is_marked_in_the_text(project: Path) -> None:
    set_config(project, '"hosts": "localhost"')
    status, printed = examined(project)
    assert status in (1, 3)  # A port of this machine may be taken, too.
    assert "Your project: " in printed
    assert "✗ layer" in printed


def test_settings_that_do_not_load_are_reported(project: Path) -> None:
    (project / "mysite/settings.py").write_text("DEBUG = (\n")
    line = report(project)["settings"]
    assert line["cause"]["where"]["file"] == "mysite/settings.py"


def test_who_listens_on_a_port_is_named() -> None:
    port = free_port()
    server = [sys.executable, "-u", "-m", "http.server", str(port), "-b", "127.0.0.1"]
    with subprocess.Popen(
        server, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/"
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(b"Serving")
        line = machine._port("PORT", port, "your project")
        program = listener(port)
        process.kill()
    assert "http.server" in program
    assert f"(process {process.pid})" in program
    assert line.cause
    assert line.cause.voice == "machine"
    assert not is_ours(program)
    assert is_ours("python -m checks.learn.forkserver")


def test_a_python_without_the_course_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-m", "checks", "doctor"]  # -S: no packages
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "Your machine: " in done.stderr
    assert "without click" in done.stderr
    assert "Traceback" not in done.stderr
