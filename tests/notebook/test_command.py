"""What `make notebook` prints, writes, opens, and ends with."""

import io
import os
import re
import signal
import subprocess
import sys
import webbrowser
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from checks.course.lessons import ROOT
from checks.notebook import document, notebook, page
from checks.show import webpage
from checks.verdict import Finding
from tests.machine import TIMEOUT, until
from tests.notebook.conftest import LESSONS, Make

PAGE = ROOT / "build/notebook/01_consumer.html"
LOADED = r"url\((?!['\"]?data:)[^)]*|import\(|@import|fetch\("
"""What loads something from within a style sheet or a script."""
BUSY = """\
from pathlib import Path
from checks.explore import open_tab
open_tab("/ws/chat/lobby/")
Path("begun").touch()
while True:
    try:
        while True: pass
    except BaseException: pass
"""


def run(project: Path) -> tuple[int, str]:
    """The exit status of the command on a project of lesson 1, and what it printed."""
    output = io.StringIO()
    console = Console(file=output, width=80)
    return notebook.run_notebook(LESSONS[0], project, console), output.getvalue()


class Loaded(HTMLParser):
    """Collects what a page makes a browser load, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = re.findall(LOADED, page)
        self.feed(page)

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses that the element holds."""
        self.addresses += [
            str(value) for name, value in attrs if name in ("src", "href", "srcset")
        ]


@pytest.mark.usefixtures("leaves_nothing")
def test_the_starter_of_lesson_1_fails_with_its_sentence(make: Make) -> None:
    project = make(1, solved=False)
    before = (project / document.NAME).read_bytes()
    status, printed = run(project)
    assert status == 1
    assert printed.startswith("Your project: expected the server to accept the ")
    assert "  Do      Accept the connection." in printed
    assert printed.endswith(f"\nThe page: {PAGE}\n")
    written = PAGE.read_text()
    assert "Your project: expected the server to accept" in written
    assert written.count("Not run: a cell above failed.") == 5
    assert (project / document.NAME).read_bytes() == before


@pytest.mark.usefixtures("leaves_nothing")
def test_the_page_loads_nothing_and_the_browser_opens_it(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setenv("BROWSER", "some-browser")
    monkeypatch.delenv("OPEN")
    project = make(1, "print('hello')")
    assert run(project) == (0, f"Every cell of explore.ipynb ran.\nThe page: {PAGE}\n")
    assert opened == [PAGE.as_uri()]
    assert Loaded(PAGE.read_text()).addresses == []


def test_a_browser_opens_only_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("OPEN", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert webpage.may_open() is (sys.platform == "darwin")
    monkeypatch.setenv("DISPLAY", ":0")
    assert webpage.may_open()
    monkeypatch.setenv("OPEN", "0")
    assert not webpage.may_open()


def test_without_jupyter_the_command_that_installs_it_is_reported(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook, "find_spec", lambda name: name != "nbconvert")
    with pytest.raises(Finding, match=r"there is no nbconvert\. Type: make notebook"):
        run(make(1))


def test_a_page_that_cannot_be_written_is_the_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page, "ROOT", Path(os.devnull))
    executed = document.read(LESSONS[0], LESSONS[0].starter)
    with pytest.raises(Finding, match="Make that folder one in which you may write"):
        page.write(executed, LESSONS[0])


def test_without_a_notebook_the_courses_own_is_read(make: Make) -> None:
    project = make(1)
    (project / document.NAME).unlink()
    read = document.read(LESSONS[0], project)
    assert "open_tab" in read.cells[1].source
    assert all(cell.outputs == [] for _, cell in document.code_cells(read))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("leaves_nothing")
def test_an_interrupt_ends_even_a_cell_that_does_not_listen(
    make: Make, signum: signal.Signals
) -> None:
    project = make(1, BUSY)
    options = ["notebook", "1", "--project", str(project)]
    with subprocess.Popen([sys.executable, "-m", "checks", *options]) as process:
        assert until((project / "begun").exists)
        process.send_signal(signum)
        assert process.wait(TIMEOUT) == 128 + signum
