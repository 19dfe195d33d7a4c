"""The tabs that checks may ask for, and what must not stop them (see `run.plugin`)."""

from collections.abc import Callable, Iterator

import pytest

from checks.asking import loop
from checks.asking.gate import Held
from checks.asking.sockets import SocketTab
from checks.asking.tabs import Tab
from checks.asking.users import User
from checks.run.earlier_lessons import EarlierLessons
from checks.run.plugin import page_of
from checks.run.run import Run
from checks.run.tabs import Tabs
from checks.sandbox.processes import Server


@pytest.fixture
def tabs(request: pytest.FixtureRequest, run: Run) -> Iterator[Tabs]:
    """The tabs of a check, which are closed at its end."""
    tabs = Tabs(run, page_of(request.config, run))
    yield tabs
    tabs.close()


@pytest.fixture
def handshake(tabs: Tabs) -> Callable[..., Tab]:
    """A function that opens a tab, and does not wait for an answer."""
    return tabs.handshake


@pytest.fixture
def open_tab(tabs: Tabs) -> Callable[..., Tab]:
    """A function that opens a tab, and waits until it is connected."""
    return tabs.open


@pytest.fixture
def open_by_routes(tabs: Tabs) -> Callable[[str], Tab]:
    """A function that opens a tab on what chat/routing.py leads to."""
    return tabs.open_by_routes


@pytest.fixture
def reopen(tabs: Tabs) -> Callable[..., Tab]:
    """A function that opens a tab again after a break, with the id of its newest."""
    return tabs.reopen


@pytest.fixture
def hold() -> Callable[[Server, str], Held]:
    """A function that holds a server process at a place, for a `with` block."""
    return Held


@pytest.fixture
def open_tabs(tabs: Tabs) -> Callable[..., list[SocketTab]]:
    """A function that opens tabs, one for each path, and waits until all are there."""
    return tabs.open_together


@pytest.fixture
def first_tab(tabs: Tabs) -> Callable[[str], Tab]:
    """A function that opens a tab, once: it stays open, and is returned ever after."""
    return tabs.first


@pytest.fixture
def loop_goes_on(run: Run) -> Iterator[None]:
    """Nothing: at the end of the check, fails if code kept an event loop waiting."""
    yield
    loop.goes_on(run.timeline)


@pytest.fixture
def earlier_lessons(
    tabs: Tabs, new_user: Callable[[], User], new_words: Callable[[], str]
) -> EarlierLessons:
    """What the lessons before have taught, to be tried once more."""
    return EarlierLessons(tabs, new_user, new_words)
