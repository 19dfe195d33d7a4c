"""The tests of lesson 7 that go through a real Daphne run as the page says."""

import shutil
import subprocess
import sys
from pathlib import Path

from checks.author.projects import build
from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.machine import TIMEOUT
from tests.plain import with_own_groups

SHOWN = ROOT / "tests/toy_course/live"


def test_the_test_through_daphne_passes(tmp_path: Path, lessons_redis: None) -> None:  # noqa: ARG001
    project = build("07_tests", tmp_path / "project", solved=True)
    with_own_groups(project)
    shutil.copy(SHOWN / "live_tests.py", project / "chat")
    settings = project / "mysite/settings.py"
    name = '"NAME": BASE_DIR / "db.sqlite3",\n'
    more = f"{name}        {(SHOWN / 'test_database.txt').read_text()}"
    settings.write_text(settings.read_text().replace(name, more))
    (project / "db.sqlite3").write_bytes(b"")
    done = subprocess.run(
        [sys.executable, "manage.py", "test", "chat.live_tests"],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert "Ran 1 test" in done.stderr
    assert done.returncode == 0, done.stderr
    assert (project / "db.sqlite3").exists()
    assert not (project / "test.sqlite3").exists()
