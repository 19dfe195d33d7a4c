"""The dev container starts what somebody would type in a terminal of their own.

It is plain JSON, without comments, so that any tool can read it. `make learn` opens no
browser there, because the editor does, once, when it forwards the port of the site.
"""

import json
import subprocess
from typing import Any

import click

from checks.__main__ import main
from tests.conftest import environment

from .conftest import ROOT

CONTAINER: dict[str, Any] = json.loads(
    (ROOT / ".devcontainer/devcontainer.json").read_text()
)


def ports_of_learn() -> dict[str, int]:
    """The ports on which `make learn` listens, by the names of their options."""
    options = main.commands["learn"].params
    return {
        str(option.name): int(str(option.default))
        for option in options
        if isinstance(option, click.Option) and str(option.name).endswith("port")
    }


def test_it_forwards_the_ports_of_make_learn_and_names_them() -> None:
    assert sorted(CONTAINER["forwardPorts"]) == sorted(ports_of_learn().values())
    named = {int(port) for port in CONTAINER["portsAttributes"]}
    assert named == set(CONTAINER["forwardPorts"])
    assert all(port["label"] for port in CONTAINER["portsAttributes"].values())


def test_only_the_site_opens_in_a_browser() -> None:
    opened = {
        int(port): attributes["onAutoForward"]
        for port, attributes in CONTAINER["portsAttributes"].items()
        if attributes["onAutoForward"].startswith("open")
    }
    assert opened == {ports_of_learn()["site_port"]: "openBrowserOnce"}
    assert "OPEN=0" in CONTAINER["postAttachCommand"].split()


def test_it_installs_beforehand_what_its_command_needs() -> None:
    """Asked of make itself, which prints what it would run."""
    command = CONTAINER["postAttachCommand"].split()
    assert command[:2] == ["make", "learn"]
    dry = ["make", "--dry-run", *command[1:]]
    would = subprocess.run(
        dry, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert would.stdout.startswith(f"{CONTAINER['onCreateCommand']} && ")
    assert "-m checks learn" in would.stdout


def test_its_python_is_one_that_the_course_supports() -> None:
    version = CONTAINER["image"].rpartition(":")[2]
    workflow = (ROOT / ".github/workflows/test.yml").read_text()
    assert f'"{version}"' in workflow
