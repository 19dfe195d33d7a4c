"""What Docker Compose runs in a container, run here: there is no Docker engine."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from checks.author.projects import build
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port, until

SLUG = "10_production"
VALID = Path(__file__).parents[1] / "submissions" / SLUG / "valid"


@pytest.mark.parametrize("settings", [None, "hsts_and_redirect"])
@pytest.mark.usefixtures("lessons_redis")
def test_a_server_that_is_healthy_is_found_healthy(
    settings: str | None, tmp_path: Path
) -> None:
    submission = VALID / settings if settings else None
    project = build(SLUG, tmp_path / "chat", solved=True, submission=submission)
    compose = yaml.safe_load((project / "deploy/docker-compose.yml").read_text())
    first = compose["services"]["chat-1"]
    port, asks = str(free_port()), [sys.executable, *first["healthcheck"]["test"][2:]]
    own = first["environment"] | {"PORT": port, "SECRET_KEY": "a" * 50}
    own |= {"ALLOWED_HOSTS": "chat.example", "DATABASE": str(tmp_path / "db.sqlite3")}
    where = {"cwd": project, "env": environment() | own}
    subprocess.run([sys.executable, "manage.py", "migrate"], **where, check=True)
    serves = [sys.executable, "-m", "daphne", "-p", port, "mysite.asgi:application"]
    with subprocess.Popen(serves, **where) as server:
        try:
            assert until(lambda: subprocess.call(asks, **where) == 0, TIMEOUT)
        finally:
            server.terminate()
