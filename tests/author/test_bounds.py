"""Why some versions are kept out: what they break, tried.

`.github/workflows/weekly.yml` runs this with the newest redis, too, where it is to
fail; when it passes there, the bound has done its time.
"""

import subprocess
import sys
from pathlib import Path

from checks.author.projects import build
from checks.course.lessons import ROOT, Course
from tests.conftest import environment

QUIET = '''\
import time

from checks import task


@task(1)
def test_goes_on_after_silence(open_tab, new_room, new_words):
    """A chat in which nobody speaks for six seconds goes on."""
    tab = open_tab(f"/ws/chat/{new_room()}/")
    time.sleep(6)
    tab.receives(tab.sends(new_words()))
'''


def test_a_chat_in_which_nobody_speaks_goes_on(tmp_path: Path) -> None:
    lesson = Course().lesson("3")
    project = build(lesson.slug, tmp_path / "quiet", solved=True)
    (test,) = project.glob("test_*.py")
    test.write_text(QUIET)
    done = subprocess.run(
        [sys.executable, "-m", "pytest"],
        cwd=project,
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
