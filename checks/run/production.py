"""What a run starts for a project in production: its servers, and questions."""

from collections.abc import Callable

from checks.sandbox import production, started
from checks.sandbox.nginx import UPSTREAM
from checks.sandbox.process import Process
from checks.sandbox.processes import Asking, Project, Server

Start = Callable[[Project], Process]

SERVERS: dict[str, Start] = {
    "production": lambda project: _server(project, 0),
    "second_production": lambda project: _server(project, 1),
    "quiet_tab": lambda project: project.serve_later(
        production.application, "server of a quiet tab"
    ),
    "without_redis": lambda project: project.serve_later(
        production.without_redis, "server without Redis"
    ),
    "without_database": lambda project: project.serve_later(
        production.without_database, "server without a database"
    ),
}
"""The servers in production, by the word with which a check asks for each."""
QUESTIONS: dict[str, Start] = {
    "without_a_key": lambda project: Asking(project, production.without_a_key),
    "environments": lambda project: Asking(
        project, started.environments, patience=started.LONGEST
    ),
    "layer_in_production": lambda project: Asking(
        project, production.layer_in_production
    ),
    "deploy_check": lambda project: Asking(project, production.deploy_check),
}
"""The questions to a project in production, by the word of each."""


def _server(project: Project, number: int) -> Server:
    name = f"server {UPSTREAM[number]}"
    return project.serve_later(production.application, name)
