"""What the tabs need of a machine, and that they leave nothing on it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.browser import chromium
from tests.browser.conftest import Tabs, gone, marked, started
from tests.machine import TIMEOUT

Lay = Callable[..., Path]

APT_GET = """\
#!/bin/sh
PATH=/usr/bin:/bin
cd "{folder}" || exit
case $1 in
    update) touch updated ;;
    install) [ -e updated ] && mv chromium.deb chromium && echo "$*" >installed ;;
esac
"""
BUSY = """\
import pathlib
import time

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        pathlib.Path("connected").touch()
        time.sleep(60)
"""
CHROMIUM = """\
#!/bin/sh
PATH=/usr/bin:/bin exec {browser} "$@"
"""


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which there is no browser."""
    if any(os.access(place, os.X_OK) for place in chromium.PLACES):
        pytest.skip("this machine has a browser where none can be hidden")
    folder = tmp_path / "bin"
    folder.mkdir()
    return {"PATH": str(folder), "PLAYWRIGHT_BROWSERS_PATH": str(folder)}


def test_without_a_browser_it_says_what_to_type(
    lay: Lay, tabs: Tabs, bare: dict[str, str]
) -> None:
    seen = tabs(1, lay(1), **bare)
    words = " ".join(seen.stdout.split())
    assert words.startswith(
        "Your machine: expected a browser that can be driven, "
        "but there is none on this machine."
    )
    assert ".venv/bin/python -m playwright install chromium" in words
    assert seen.status == 3


def test_a_browser_that_does_not_start_is_named(
    lay: Lay, tabs: Tabs, bare: dict[str, str]
) -> None:
    browser = Path(bare["PATH"], "chromium")
    browser.write_text("#!/bin/sh\necho [1:ERROR:x.cc] No libnss3.so >&2\nexit 1\n")
    browser.chmod(0o755)
    seen = tabs(1, lay(1), "--format", "json", **bare)
    assert seen.sight["cause"]["got"] == f"{browser} says: No libnss3.so"
    assert (seen.sight["verdict"], seen.status) == ("machine", 3)


def test_a_driver_that_breaks_is_no_fault_of_the_project(
    lay: Lay, tabs: Tabs, tmp_path: Path
) -> None:
    package = tmp_path / "instead" / "playwright"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "async_api.py").write_text("raise OSError('a disk is full')\n")
    seen = tabs(1, lay(1), PYTHONPATH=str(package.parent))
    assert seen.stdout.startswith("The checker broke: ")
    assert "OSError: a disk is full" in seen.stdout
    assert seen.status == 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_root_gets_chromium_installed_and_reads_so_first(
    lay: Lay, tabs: Tabs, bare: dict[str, str]
) -> None:
    browser = next(iter(chromium.find_browsers()), None)
    if browser is None:
        pytest.skip("no browser on this machine")
    folder = Path(bare["PATH"])
    for name, text in (("apt-get", APT_GET), ("chromium.deb", CHROMIUM)):
        (folder / name).write_text(text.format(folder=folder, browser=browser))
        (folder / name).chmod(0o755)
    seen = tabs(1, lay(1), **bare)
    assert seen.stderr == "There is no browser: apt-get install -y chromium …\n"
    assert (folder / "installed").read_text() == "install -y chromium\n"
    assert seen.status == 0, seen.stdout


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it looks into /proc")
@pytest.mark.in_sample(1)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_nothing_behind(lay: Lay, signum: int) -> None:
    project = lay(1, files={"chat/consumers.py": BUSY})
    with started(1, project) as (process, mark, temporary):
        while not (project / "connected").exists():
            assert process.poll() is None
            time.sleep(0.02)
        assert any("--remote-debugging-pipe" in line for line in marked(mark))
        process.send_signal(signum)
        process.communicate(timeout=TIMEOUT)
        assert gone(mark) == []
        assert list(temporary.iterdir()) == []
    assert process.returncode == (130 if signum == signal.SIGINT else -signum)
