"""A browser on the pages of the site, and `make tabs` as a person types it."""

import contextlib
import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from checks.author import projects
from checks.course.lessons import Course
from tests import built
from tests.browser.live_events import SUBMISSIONS
from tests.browser.live_feed import BUILT, Feed, Pages, pages
from tests.browser.opened import (
    HIDDEN,
    LOOK,
    PATIENT,
    WIDE,
    Heard,
    Open,
    launch,
    leave,
    new_page,
)
from tests.conftest import Check, environment
from tests.machine import TIMEOUT, processes_with, until

MARK = "COURSE_TABS_TEST"
"""A variable that whatever a command starts inherits, and is found by."""


@dataclass(frozen=True)
class Seen:
    """What `python -m checks tabs` printed, and how it ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def sight(self) -> dict[str, Any]:
        """The JSON document that was asked for."""
        document: dict[str, Any] = json.loads(self.stdout)
        return document


Tabs = Callable[..., Seen]


class Running(NamedTuple):
    """The command, what all of its processes carry, and where its files lie."""

    process: "subprocess.Popen[str]"
    mark: str
    temporary: Path


@contextmanager
def started(
    step: int, project: Path, *options: str, **variables: str
) -> Iterator[Running]:
    """The command, running; no process and no file of its may be there afterwards."""
    mark = secrets.token_hex(8)
    command = [sys.executable, "-m", "checks", "tabs", str(step)]
    with TemporaryDirectory() as temporary:
        given = {MARK: mark, "TMPDIR": temporary}
        if Course().lesson(str(step)).broker:
            del given["TMPDIR"]  # All who share a broker find each other there.
        with subprocess.Popen(
            [*command, "--project", str(project), *options],
            cwd=project.parent,
            env=environment(**given | variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield Running(process, mark, Path(temporary))
            finally:
                process.kill()
        assert gone(mark) == []
        assert list(Path(temporary).iterdir()) == []


def marked(mark: str) -> list[str]:
    """The command lines of the processes that carry this mark."""
    return processes_with(MARK, mark)


def gone(mark: str) -> list[str]:
    """What still runs of what carries this mark, after a while to go."""
    until(lambda: not marked(mark))
    return marked(mark)


@pytest.fixture
def tabs() -> Tabs:
    """`tabs(step, project, *options, **environment)` looks at a project's tabs."""

    def look(step: int, project: Path, *options: str, **variables: str) -> Seen:
        with started(step, project, *options, **variables) as running:
            stdout, stderr = running.process.communicate(timeout=TIMEOUT)
        return Seen(running.process.returncode, stdout, stderr)

    return look


@pytest.fixture
def lay(tmp_path: Path) -> Callable[..., Path]:
    """`lay(step, solved=…, files={path: text})` makes a project, some files changed."""

    def lay(
        step: int, *, solved: bool = True, files: dict[str, str] | None = None
    ) -> Path:
        slug = Course().lesson(str(step)).slug
        folder = projects.build(slug, tmp_path / "project", solved=solved)
        for path, text in (files or {}).items():
            (folder / path).write_text(text)
        return folder

    return lay


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with the live results."""
    return built.site(tmp_path_factory, "live-site", BUILT)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives the browser."""
    expect.set_options(timeout=PATIENT)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser from which no name but localhost leads anywhere."""
    with launch(playwright) as browser:
        yield browser


@pytest.fixture(scope="package")
def served(site: Path) -> Iterator[Pages]:
    """The site at one address, whose scripts the browser then knows."""
    with pages(site) as served:
        yield served


@pytest.fixture(scope="package")
def used_page(browser: Browser) -> Iterator[Page]:
    """A page that one test after another opens something in.

    A new page has a new process of the browser, which needs 3 s of processor to show
    its first page, and 1 s for each that follows from the same address.
    """
    context = browser.new_context()
    context.set_default_timeout(PATIENT)
    context.add_init_script(HIDDEN)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def verdicts(
    check: Check, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, Any]]:
    """`verdicts(slug, name)` is what the checker says of a submission.

    Or of the untouched lesson, where the name is `start`, or `solved`.
    """
    folder = tmp_path_factory.mktemp("projects")

    @cache
    def verdict(slug: str, name: str) -> dict[str, Any]:
        found = [*(SUBMISSIONS / slug).glob(f"*/{name}"), None]
        project = projects.build(
            slug, folder / f"{slug}-{name}", solved=name != "start", submission=found[0]
        )
        return check(slug[:2], project).verdict

    return verdict


@pytest.fixture
def feed() -> Iterator[Feed]:
    """The live results, listening."""
    feed = Feed()
    feed.start()
    yield feed
    feed.stop()


@pytest.fixture
def open_page(
    browser: Browser, used_page: Page, served: Pages, feed: Feed
) -> Iterator[Open]:
    """`open_page(path, size=…, ports=…, **context)` opens a page of the site.

    Its clock goes only as the test says, where it is `stopped`.
    """
    heard = Heard()
    with contextlib.ExitStack() as stack:

        def open_page(
            path: str = "lessons/01_consumer/",
            size: tuple[int, int] = WIDE,
            ports: tuple[int, int] = (1, 1),
            *,
            folder: Path | None = None,
            stopped: bool = False,
            **options: Any,
        ) -> Page:
            at = stack.enter_context(pages(folder)) if folder else served
            at.ports = " ".join(map(str, (feed.port, *ports)))
            if stopped or options.keys() - LOOK.keys():
                page = new_page(browser, stack, options, stopped=stopped)
            else:
                page = used_page
                page.emulate_media(**LOOK | options)
                stack.callback(leave, page)
            page.set_viewport_size({"width": size[0], "height": size[1]})
            heard.listen(page, stack)
            page.goto(at.address + path)
            return page

        yield open_page
    heard.check()


@pytest.fixture(autouse=True)
def redis_stays(lessons_redis: None) -> None:
    """Redis runs before a command does, and after it."""
