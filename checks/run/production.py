"""What a run starts for a project in production: its servers, nginx, and questions."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from checks.asking.site import PINGS
from checks.asking.users import User
from checks.sandbox import production, quiet
from checks.sandbox.nginx import FASTER, UPSTREAM, Nginx
from checks.sandbox.process import Process
from checks.sandbox.processes import Asking, Server

if TYPE_CHECKING:
    from checks.run.run import Run

SERVERS: "dict[str, Callable[[Run], Process]]" = {
    "production": lambda run: _server(run, 0),
    "second_production": lambda run: _server(run, 1),
    "without_redis": lambda run: run.project.serve_later(
        production.ClosedPort().without_redis, "server without Redis"
    ),
    "without_database": lambda run: run.project.serve_later(
        production.without_database, "server without a database"
    ),
}
"""The servers in production, by the word with which a check asks for each."""
QUESTIONS: "dict[str, Callable[[Run], Process]]" = {
    "without_a_key": lambda run: Asking(run.project, production.without_a_key),
    "deploy_check": lambda run: Asking(run.project, production.deploy_check),
}
"""The questions to a project in production, by the word of each."""
BOTH = ("production", "second_production")
QUIET = "a quiet tab"
"""Where a run keeps that one; no word of a check."""


def _server(run: "Run", number: int) -> Server:
    name = f"server {UPSTREAM[number]}"
    return run.project.serve_later(production.application, name)


def running(run: "Run", name: str) -> Server:
    """One of the servers in production, started again where it has ended.

    Raises Failure when the project does not start.
    """
    server: Server = run.server(name)
    run.project.monitor.look_after_processes()
    return server if server.status is None else restarted(run, server)


def restarted(run: "Run", server: Server) -> Server:
    """A server that has ended, started again; it is not waited for."""
    again = run.project.serve_again(server)
    for name in BOTH:
        if run.processes.get(name) is server:
            run.processes[name] = again
    for process in run.project.processes:
        if isinstance(process, Nginx):
            process.servers.append(again)
    return again


def nginx(run: "Run") -> Nginx:
    """The nginx of a run in front of both servers, which are running.

    Raises Finding where this machine has none, and Failure where a server does not
    start.
    """
    servers = [running(run, name) for name in BOTH]
    if "nginx" not in run.processes:
        run.processes["nginx"] = started(run, servers)
    return run.processes["nginx"]  # type: ignore[no-any-return]


def quiet_tab(run: "Run", path: str = "", user: User | None = None) -> Asking:
    """A tab on an nginx whose time passes twenty times as fast, opened once."""
    if QUIET not in run.processes:
        servers = [running(run, name) for name in BOTH]
        front = started(run, servers, in_fast_motion=True)
        question = quiet.listen(
            front.port,
            front.site,
            path,
            user.cookie if user else "",
            seconds=PINGS / FASTER,
        )
        run.processes[QUIET] = Asking(run.project, question, "quiet tab")
        run.processes[QUIET].start_signal.send()
    return run.processes[QUIET]  # type: ignore[no-any-return]


def started(run: "Run", servers: list[Server], **how: bool) -> Nginx:
    """Another nginx in front of these servers."""
    found = Nginx(run.project, servers, **how)
    found.start_signal.send()
    return found
