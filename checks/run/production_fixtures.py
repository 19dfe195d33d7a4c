"""What checks may ask for about a project in production (see `run.plugin`)."""

from collections.abc import Callable
from functools import partial

import pytest

from checks.asking.site import PINGS, Site
from checks.asking.users import User
from checks.run.run import Run
from checks.sandbox import quiet
from checks.sandbox.nginx import FASTER, Nginx
from checks.sandbox.processes import Asking, Server

BOTH = ("production", "second_production")
NGINX, QUIET = "nginx", "a quiet tab"
"""Where a run keeps these two; no process is started early under such a name."""


def _running(run: Run, name: str) -> Server:
    """One of the servers in production, started again where it has ended.

    Raises Failure when the project does not start.
    """
    server = run.server(name)
    run.monitor.look_after_processes()
    return server if server.status is None else _restarted(run, server)


def _restarted(run: Run, server: Server) -> Server:
    """A server that has ended, started again; it is not waited for."""
    again = run.project.serve_again(server)
    for name in BOTH:
        if run.processes.get(name) is server:
            run.processes[name] = again
    for process in run.project.processes:
        if isinstance(process, Nginx):
            process.servers.append(again)
    return again


def _nginx(run: Run) -> Nginx:
    """The nginx of a run in front of both servers, which are running.

    Raises Finding where this machine has none, and Failure where a server does not
    start.
    """
    servers = [_running(run, name) for name in BOTH]
    if NGINX not in run.processes:
        run.processes[NGINX] = _started(run, servers)
    return run.processes[NGINX]  # type: ignore[no-any-return]


def _quiet_tab(run: Run, path: str = "", user: User | None = None) -> Asking:
    """A tab on an nginx whose time passes twenty times as fast, opened once.

    Its server is one of its own: those of other tabs end while it is quiet.
    """
    if QUIET not in run.processes:
        server = run.server("quiet_tab")
        fast = _started(run, [server, server], in_fast_motion=True)
        question = quiet.listen(
            fast.port,
            fast.site,
            path,
            user.cookie if user else "",
            seconds=PINGS / FASTER,
        )
        run.processes[QUIET] = Asking(run.project, question, "quiet tab")
        run.processes[QUIET].start_signal.send()
    return run.processes[QUIET]  # type: ignore[no-any-return]


def _started(run: Run, servers: list[Server], **how: bool) -> Nginx:
    """Another nginx in front of these servers."""
    found = Nginx(run.project, servers, **how)
    found.start_signal.send()
    return found


@pytest.fixture
def production(run: Run) -> Server:
    """A Daphne that serves the project in production."""
    return _running(run, "production")


@pytest.fixture
def second_production(run: Run) -> Server:
    """Another Daphne, in another process, that serves it in production."""
    return _running(run, "second_production")


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
    return _nginx(run)


@pytest.fixture
def restart(run: Run) -> Callable[[Server], Server]:
    """A function that starts a server again which has ended, and does not wait."""
    return lambda server: _restarted(run, server)


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
    return partial(_quiet_tab, run)
