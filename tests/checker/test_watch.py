"""A watcher tells a verdict on every save, and leaves nothing behind."""

import asyncio
import contextlib
import json
import os
import queue
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.lessons import ROOT, Course
from checks.learn.saves import MIGRATING, migrated, schemas
from checks.sandbox import embedded_redis
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port, until

CONSUMERS = "chat/consumers.py"
SLEEPS = "import time\nwhile True:\n    time.sleep(1)\n"
"""A loop that leaves the processor to others."""


class Watching:
    """`python -m checks watch --format json` on a project, and what it prints."""

    def __init__(self, step: int, project: Path, **variables: str) -> None:
        options = ["--format", "json", "--project", str(project), "--seed", "course"]
        command = [sys.executable, "-m", "checks", "watch", str(step), *options]
        self.project = project
        self.process = subprocess.Popen(
            command,
            cwd=project.parent,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line)

    def verdict(self) -> dict[str, Any]:
        """The next verdict."""
        verdict: dict[str, Any] = json.loads(self.lines.get(timeout=TIMEOUT))
        return verdict

    def save(self, file: str, text: str) -> dict[str, Any]:
        """Save a file, and return the verdict on it."""
        self.write(file, text)
        return self.verdict()

    def write(self, file: str, text: str) -> None:
        """Save a file in one step, so that it counts as one save on a busy machine."""
        new = self.project / f"{file}.tmp"
        new.write_text(text)
        new.replace(self.project / file)

    def end(self, signum: int = signal.SIGINT) -> tuple[int, str]:
        """End it; return the exit status, and what it said on the standard error."""
        self.process.send_signal(signum)
        _, stderr = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, stderr


def processes(project: Path) -> set[int]:
    """What runs for this project: a fork keeps the command line that names it."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(project).encode() in (entry / "cmdline").read_bytes():
                found.add(int(entry.name))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return build(Course().lesson("1").slug, tmp_path / "project", solved=True)


@pytest.fixture
def watching(project: Path) -> Iterator[Watching]:
    watching = Watching(1, project)
    yield watching
    if watching.process.poll() is None:
        watching.end()


def test_each_save_is_answered_and_runs_are_numbered(watching: Watching) -> None:
    right = (watching.project / CONSUMERS).read_text()
    first = watching.verdict()
    assert (first["verdict"], first["run"]) == ("passed", 1)
    wrong = watching.save(CONSUMERS, right.replace("self.accept()", "pass"))
    assert wrong["verdict"] == "failed"
    assert wrong["cause"]["where"]["file"] == CONSUMERS
    mended = watching.save(CONSUMERS, right)
    assert (mended["verdict"], mended["run"]) == ("passed", 3)


def test_a_verdict_is_what_check_says(watching: Watching, project: Path) -> None:
    watching.verdict()
    broken = watching.save(CONSUMERS, "import nowhere\n")
    command = [sys.executable, "-m", "checks", "check", "1", "--format", "json"]
    checked = json.loads(
        subprocess.run(
            [*command, "--project", str(project)],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    )
    assert checked["cause"] == broken["cause"]
    assert checked.keys() | {"run"} == broken.keys()


def migrate(project: Path, *apps: str) -> None:
    """Type `python manage.py migrate`, for all apps or one."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0", *apps]
    subprocess.run(command, cwd=project, env=environment(), check=True)


def test_a_migration_is_answered_without_a_save(tmp_path: Path) -> None:
    wrong = ROOT / "tests/submissions/01_consumer/wrong/tables_are_not_migrated"
    slug = Course().lesson("1").slug
    project = build(slug, tmp_path / "project", solved=True, submission=wrong)
    watching = Watching(1, project)
    try:
        assert watching.verdict()["cause"]["mistake"] == "tables_are_not_migrated"
        migrate(project)
        after = watching.verdict()
        assert (after["verdict"], after["run"]) == ("passed", 2)
    finally:
        watching.end()


def test_adding_renaming_and_deleting_a_file_count(watching: Watching) -> None:
    watching.verdict()
    urls = watching.project / "chat/consumers.py"
    urls.rename(urls.with_name("consumer.py"))
    assert watching.verdict()["verdict"] == "failed"
    (watching.project / "chat/consumer.py").rename(urls)
    assert watching.verdict()["verdict"] == "passed"
    assert watching.save("chat/new.py", "")["verdict"] == "passed"
    (watching.project / "chat/new.py").unlink()
    assert watching.verdict()["run"] == 5


def test_what_no_editor_saves_does_not_count(watching: Watching) -> None:
    watching.verdict()
    for name in (
        *("db.sqlite3", "db.sqlite3-journal", "chat/.consumers.py.swp"),
        *("chat/consumers.py~", "chat/#consumers.py#", "chat/4913", ".git/index"),
        "chat/__pycache__/consumers.cpython-311.pyc",
    ):
        file = watching.project / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x")
    assert watching.save("chat/later.py", "")["run"] == 2


def test_a_save_during_a_run_cuts_it_short(watching: Watching) -> None:
    right = (watching.project / CONSUMERS).read_text()
    watching.verdict()
    for run in range(3, 12, 2):
        watching.write(CONSUMERS, "while True:\n    pass\n")
        time.sleep(run / 20)  # Somewhere in the run; not a wait for anything.
        verdict = watching.save(CONSUMERS, right)
        assert (verdict["verdict"], verdict["run"]) == ("passed", run)


def test_a_run_that_cannot_be_cut_short_is_killed(
    project: Path, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    watching = Watching(1, project, TMPDIR=str(temporary))
    right = (watching.project / CONSUMERS).read_text()
    watching.verdict()
    begun = watching.project.parent / "begun"
    endless = f"open({str(begun)!r}, 'w').close()\n{SLEEPS}"
    watching.write(CONSUMERS, endless)
    assert until(begun.exists)
    for pid in processes(watching.project) - {watching.process.pid}:
        if os.getsid(pid) == os.getsid(0):  # Servers have sessions of their own.
            os.kill(pid, signal.SIGSTOP)
    verdict = watching.save(CONSUMERS, right)
    assert (verdict["verdict"], verdict["run"]) == ("passed", 3)
    watching.end()
    assert until(lambda: processes(watching.project) == set())
    assert list(temporary.iterdir()) == []


def test_saves_while_it_starts_are_answered(watching: Watching) -> None:
    right = (watching.project / CONSUMERS).read_text()
    for number in range(40):  # It takes a second to stand by.
        (watching.project / CONSUMERS).write_text(f"{right}# {number}\n")
        time.sleep(0.05)
    wrong = right.replace("self.accept()", "pass")
    verdict = watching.save(CONSUMERS, wrong)
    while verdict["verdict"] == "passed":  # Of an earlier save.
        verdict = watching.verdict()
    assert verdict["verdict"] == "failed"
    assert verdict["cause"]["where"]["file"] == CONSUMERS


def handles(pid: int, signum: int) -> bool:
    """Whether a process has a handler for this signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    (caught,) = re.findall(r"^SigCgt:\s*(\w+)", status, re.MULTILINE)
    return bool(int(caught, 16) >> (signum - 1) & 1)


@pytest.mark.in_sample(2)
@pytest.mark.parametrize("after", [0.0, 0.3, 0.6, 0.9])
def test_a_signal_while_it_starts_leaves_nothing(
    project: Path, tmp_path: Path, after: float
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    watching = Watching(1, project, TMPDIR=str(temporary))
    # Before, Python itself starts, and answers Ctrl-C with a traceback.
    assert until(lambda: handles(watching.process.pid, signal.SIGHUP))
    time.sleep(after)
    status, stderr = watching.end()
    assert (status, stderr.strip()) == (128 + signal.SIGINT, "")
    assert processes(project) == set()
    assert list(temporary.iterdir()) == []


def test_a_save_of_which_no_event_tells_is_found(project: Path) -> None:
    """As on a network mount: here the file itself lies outside of the project."""
    elsewhere = project.with_name("elsewhere.py")
    (project / CONSUMERS).rename(elsewhere)
    (project / CONSUMERS).symlink_to(elsewhere)
    right = elsewhere.read_text()
    watching = Watching(1, project)
    assert watching.verdict()["verdict"] == "passed"
    for text, verdict in (("import nowhere\n", "failed"), (right, "passed")):
        elsewhere.write_text(text)
        assert watching.verdict()["verdict"] == verdict
    watching.end()


@pytest.mark.in_sample(2)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("text", [None, "while True:\n    pass\n"])
def test_it_ends_at_a_signal_and_leaves_nothing(
    watching: Watching, project: Path, signum: int, text: str | None
) -> None:
    watching.verdict()
    if text:
        (project / CONSUMERS).write_text(text)
    assert processes(project) > {watching.process.pid}
    status, stderr = watching.end(signum)
    assert (status, stderr.strip()) == (128 + signum, "")
    assert until(lambda: not processes(project))  # The last one dies of the others.


def test_a_watcher_that_is_killed_leaves_nothing(
    watching: Watching, project: Path
) -> None:
    watching.verdict()
    (project / CONSUMERS).write_text("while True:\n    pass\n")
    watching.end(signal.SIGKILL)
    assert until(lambda: not processes(project))


def test_a_broker_that_a_run_started_stays_while_others_need_it(tmp_path: Path) -> None:
    lesson = Course().lesson("3")
    project = build(lesson.slug, tmp_path / "project", solved=True)
    port = free_port()
    settings = project / "mysite/settings.py"
    settings.write_text(settings.read_text().replace("6379", str(port)))
    watching = Watching(3, project)
    assert until(lambda: embedded_redis.listens(port))
    with embedded_redis.leased(port):
        assert watching.verdict()["verdict"] == "passed"
        watching.end()
        assert embedded_redis.listens(port)
    assert until(lambda: not embedded_redis.listens(port))


def test_tables_that_change_are_a_migration_and_rows_are_none(tmp_path: Path) -> None:
    def execute(words: str) -> None:
        with contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
            database.execute(words)
            database.commit()

    async def wait() -> list[str]:
        waiting = asyncio.create_task(migrated(tmp_path, schemas(tmp_path)))
        await asyncio.sleep(0)
        for _ in range(3):
            execute("INSERT INTO a VALUES (1)")
            done, _ = await asyncio.wait([waiting], timeout=3 * MIGRATING)
            assert not done
        execute("CREATE TABLE b (c)")
        return await waiting

    execute("PRAGMA journal_mode=WAL")
    execute("CREATE TABLE a (b)")
    earlier = schemas(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["db.sqlite3"]
    assert asyncio.run(wait()) == ["db.sqlite3"]
    assert asyncio.run(migrated(tmp_path, earlier)) == ["db.sqlite3"]
