"""With which environment `deploy/` starts the servers of a project.

`deploy/start.sh` is run with other programs in the place of those that it starts, which
note their environment and end. The Compose file is read as Compose reads it. What this
module answers is asked inside a process of the project.
"""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checks.observe.log import Event

START, COMPOSE = "deploy/start.sh", "deploy/docker-compose.yml"
VARIABLES = ("PRODUCTION", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE")
"""What both servers need to have the same of."""
SERVERS = ("daphne", "uvicorn", "hypercorn", "gunicorn")
NOTES = """#!/bin/sh
env -0 > "$CHECKS_STARTED/$$.part"
mv "$CHECKS_STARTED/$$.part" "$CHECKS_STARTED/$$.env"
"""
"""The program in the place of a server: it notes what it was started with."""
PYTHON = f"""#!/bin/sh
case "$*" in
  -m\\ daphne*|-m\\ uvicorn*|-m\\ hypercorn*|*runserver*) exec daphne ;;
  *manage.py*|-m\\ django*) exit 0 ;;
  *) exec {shlex.quote(sys.executable)} "$@" ;;
esac
"""
"""The one in the place of Python: what could change the database is left out."""
NGINX = """#!/bin/sh
tries=0
while [ "$tries" -lt 100 ] && [ "$(ls "$CHECKS_STARTED" | grep -c env)" -lt 2 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
"""
"""The one in the place of nginx: it ends once two servers have been started."""
ASKS_FOR_DEBUG = """
import mysite.asgi
from django.conf import settings
print(settings.DEBUG)
"""
INDENT = "Indent that line, and the one above it, as what belongs together."
SERVICES = "Write each service under services:, by its name, with what it has."
PATIENCE = 10.0
"""Seconds that the script may take, and each question whether DEBUG is on."""
LONGEST = 4 * PATIENCE
"""Seconds in which there is an answer on a busy machine, too: it is three of those."""


def environments(wait: Callable[[], object]) -> Event:
    """By the file of `deploy/`, the environments of the servers that it starts.

    Each has those of `VARIABLES` that are set. Under `debug` are the files whose
    servers have DEBUG on. Under `gone` is a database that is gone when the script ends,
    and under `apart` one that each container has for itself; empty where none is. Under
    `error` is why the Compose file cannot be read, if it cannot, under `line` where,
    and under `cure` what to do.
    """
    wait()
    found = _by_script() if Path(START).is_file() else {START: []}
    compose = Path(COMPOSE)
    found |= _by_compose(compose) if compose.is_file() else {}
    files = [file for file in (START, COMPOSE) if found.get(file)]
    known = [file for file in files if file == START or _is_literal(found[file][0])]
    debug = [file for file in known if _has_debug(found[file][0])]
    for file in files:
        found[file] = [{k: it[k] for k in VARIABLES if k in it} for it in found[file]]
    return found | {"debug": debug}


def _is_literal(service: dict[str, str]) -> bool:
    """Whether the file says what PRODUCTION is: else an image or a shell may."""
    value = service.get("PRODUCTION", "None")
    return value not in ("", "None") and "$" not in value and "" not in service


def _has_debug(server: dict[str, str]) -> bool:
    """Whether DEBUG is on where a server has this environment."""
    others = {name: v for name, v in os.environ.items() if name not in VARIABLES}
    try:
        asked = subprocess.run(
            [sys.executable, "-c", ASKS_FOR_DEBUG],
            env=others | server | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return False
    return asked.stdout.split()[-1:] == ["True"]


# The script ---------------------------------------------------------------------------


def _by_script() -> Event:
    """What each server that the script starts finds in its environment."""
    # Something that was killed may still write while the folder is deleted.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        project, programs = Path(folder, "project"), Path(folder, "programs")
        started = Path(folder, "started")
        for it in (project, programs, started):
            it.mkdir()
        _copy(project)
        _write(programs)
        _run(project, programs, started)
        servers = [*map(_noted, sorted(started.glob("*.env")))]
        gone = [it["DATABASE"] for it in servers if _is_gone(it.get("DATABASE", ""))]
        return {START: servers, "gone": "".join(gone[:1])}


def _is_gone(database: str) -> bool:
    """Whether a database was in a temporary folder that the script has deleted."""
    is_temporary = Path(database).is_relative_to(tempfile.gettempdir())
    return is_temporary and not Path(database).parent.is_dir()


def _noted(file: Path) -> dict[str, str]:
    """The environment that a program has noted in a file."""
    given = file.read_text(errors="replace").split("\0")
    return dict(it.split("=", 1) for it in given if "=" in it)


def _copy(project: Path) -> None:
    """Let a folder look like the project: `deploy/` is a copy, to write into."""
    for it in Path.cwd().iterdir():
        if it.name != "deploy":
            (project / it.name).symlink_to(it)
    (project / "deploy").mkdir()
    for file in filter(Path.is_file, Path("deploy").iterdir()):
        (project / "deploy" / file.name).write_bytes(file.read_bytes())


def _write(programs: Path) -> None:
    """Write the programs that are found in the place of others."""
    others = {"python": PYTHON, "python3": PYTHON, "nginx": NGINX}
    for name, text in {**dict.fromkeys(SERVERS, NOTES), **others}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o700)


def _run(project: Path, programs: Path, started: Path) -> None:
    """Run the script, and end what it has left running."""
    variables = {name: v for name, v in os.environ.items() if name not in VARIABLES}
    paths = (str(programs), os.environ.get("PATH", ""), os.defpath)
    variables["PATH"] = os.pathsep.join(paths)
    variables["CHECKS_STARTED"] = str(started)
    script = subprocess.Popen(
        ["/bin/sh", START],
        cwd=project,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        script.wait(PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(script.pid, signal.SIGKILL)
    script.wait()


# The Compose file ---------------------------------------------------------------------


def _by_compose(file: Path) -> Event:
    """The environment of each service that serves the chat, as Compose merges it."""
    import yaml  # 20 ms, which only this process needs.

    class Loader(yaml.SafeLoader):
        """Reads a file of Compose, whose tags (`!reset`) say how files are merged."""

    Loader.add_multi_constructor("!", lambda *_: None)
    try:
        found = yaml.load(file.read_text(), Loader)  # noqa: S506 (it is a safe one)
        services = found["services"]
        every = [_service(services, name) for name in services]
        serving = [service for service in every if _serves(service)]
        return {COMPOSE: [*map(_environment, serving)], "apart": _apart(serving)}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        words = f"it is no YAML: {error.problem or error}"
        return {"error": words, "line": line, "cure": INDENT}
    except (AttributeError, KeyError, TypeError, yaml.YAMLError):
        words = "it has no services that Compose knows"
        return {"error": words, "line": None, "cure": SERVICES}


def _service(services: Any, name: str, depth: int = 8) -> Event:
    """A service with what it takes over from another one of the file by `extends`."""
    service: Event = services[name]
    base = service.get("extends")
    base = base.get("service") if isinstance(base, dict) else base
    if base not in services or not depth:
        return service
    inherited = _service(services, str(base), depth - 1)
    variables = _variables(inherited) | _variables(service)
    return inherited | service | {"environment": variables}


def _serves(service: Event) -> bool:
    command = service.get("command") or service.get("entrypoint") or ""
    words = command if isinstance(command, str) else " ".join(map(str, command))
    return any(server in words for server in SERVERS)


def _variables(service: Event) -> dict[str, str]:
    """The variables of a service, which are a mapping, or a list of `NAME=value`."""
    given = service.get("environment") or {}
    if isinstance(given, dict):
        return {str(name): str(value) for name, value in given.items()}
    pairs = (str(it).partition("=") for it in given)
    return {name: value for name, _, value in pairs}


def _environment(service: Event) -> Event:
    """The variables that it has; a file of variables, noted under "", has any."""
    found = _variables(service)
    if files := service.get("env_file"):
        return dict.fromkeys((*VARIABLES, ""), f"of {files}") | found
    return found


def _apart(serving: list[Event]) -> str:
    """The file of a database that is in no folder which all of these share.

    Empty where it is one container, or where another file says what they mount.
    """
    elsewhere = any({"extends", "volumes_from"} & service.keys() for service in serving)
    if elsewhere or not serving[1:]:
        return ""
    shared = set.intersection(*map(_folders, serving))
    for path in {_variables(service).get("DATABASE", "") for service in serving}:
        inside = (Path(path).is_relative_to(folder) for _, folder in shared)
        if path.startswith("/") and "$" not in path and not any(inside):
            return path
    return ""


def _folders(service: Event) -> set[tuple[str, str]]:
    """What a service mounts: a volume or a folder, and where it is in the container."""
    mounted = service.get("volumes") or []
    pairs = [
        (it.get("source"), it.get("target"))
        if isinstance(it, dict)
        else [*str(it).split(":"), ""][:2]
        for it in mounted
    ]
    return {(str(source), str(target)) for source, target in pairs if source and target}
