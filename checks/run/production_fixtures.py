"""What checks may ask for about a project in production (see `run.plugin`)."""

from collections.abc import Callable
from functools import partial

import pytest

from checks.asking.site import Site
from checks.run import production as of_run
from checks.run.run import Run
from checks.sandbox.nginx import Nginx
from checks.sandbox.processes import Asking, Server


@pytest.fixture
def production(run: Run) -> Server:
    """A Daphne that serves the project in production."""
    return of_run.running(run, "production")


@pytest.fixture
def second_production(run: Run) -> Server:
    """Another Daphne, in another process, that serves it in production."""
    return of_run.running(run, "second_production")


@pytest.fixture
def without_redis(run: Run) -> Server:
    """A Daphne in production whose Redis is not there."""
    return run.server("without_redis")


@pytest.fixture
def without_database(run: Run) -> Server:
    """A Daphne in production whose database cannot be opened."""
    return run.server("without_database")


@pytest.fixture
def nginx(run: Run) -> Nginx:
    """The nginx with the configuration of the project, in front of both servers."""
    return of_run.nginx(run)


@pytest.fixture
def restart(run: Run) -> Callable[[Server], Server]:
    """A function that starts a server again which has ended, and does not wait."""
    return lambda server: of_run.restarted(run, server)


@pytest.fixture
def site(run: Run, production: Server) -> Site:
    """The project in production, to be asked other things than a tab can see."""
    return Site(production, run.answer)


@pytest.fixture
def quiet_tab(run: Run) -> Callable[..., Asking]:
    """A function that opens a tab through nginx, and lets it be quiet.

    It does so once, and returns that one ever after. The time that this nginx waits for
    a server passes twenty times as fast.
    """
    return partial(of_run.quiet_tab, run)
