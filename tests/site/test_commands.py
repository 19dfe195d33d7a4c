"""Every command on the pages is run: in a clone, with a port of its own."""

import fnmatch
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from checks.course.lessons import ROOT, Course
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port, until
from tests.site.test_start import KILL, START

AT_ONCE = 2
REPEATED = 3
"""How many of the commands that every lesson has `make test` runs each day."""
PAGES = [ROOT / "README.md", ROOT / "docs/index.md"]
PAGES += [ROOT / f"docs/lessons/{lesson.slug}.md" for lesson in Course().lessons]
BLOCK = re.compile(r"^ *```(?:sh|console)\n((?:.*\n)*?) *```$", re.MULTILINE)
IN_A_LINE = re.compile(
    r"`((?:make|docker compose|git|pip install|daphne|(?:python )?manage\.py"
    r"|\.venv/bin/python)(?: [^`]*)?)`"
)
NAMES = {"git", "make"}
"""In backticks these are what a reader needs to have."""

COURSE = "<the address of your fork>", "<the address of the course>"
FOLDER = "channels-step-by-step"


@dataclass(frozen=True)
class Typed:
    """A command, how it ends, and what is seen then."""

    command: str
    says: str = ""
    status: int = 0
    solved: bool = False
    """Whether it is typed where the lessons are solved."""
    answers: str = ""
    """The path that it serves, until it is ended; none when it ends by itself."""
    ours: str = ""
    """What is typed here: with a port, and with the folders of the test."""


def of_a_lesson(step: int) -> Iterator[Typed]:
    """What the page of every lesson asks for, on its own or all together."""
    yield Typed(f"make check STEP={step}", "Your project: expected", status=2)
    yield Typed(f"make run STEP={step}", "Starting ASGI/Daphne", answers="/chat/lobby/")
    yield Typed(f"make tabs STEP={step}", "tab B", solved=True)
    yield Typed(f"make notebook STEP={step}", "build/notebook", solved=True)
    if step > 1:
        yield Typed(f"make carry STEP={step}", "has to pass first", status=2)


DEPLOY = "cd lessons/10_production && ../../.venv/bin/python manage.py check --deploy"
LOAD = "make load STEP=11 SERVERS=1 RATE=80 SECONDS=5"
HALF = "make load STEP=11 TABS=2 RATE=10 SECONDS=2"
SMALL = " TABS=4 RATE=5 SECONDS=2"
CHECK = "make check STEP=3 PROJECT=path FORMAT=json"
MIGRATE = "cd lessons/04_users && ../../.venv/bin/python manage.py migrate"
TEST = ".venv/bin/python lessons/07_tests/manage.py test chat"
ANNOUNCE = (
    '.venv/bin/python lessons/08_push/manage.py announce lobby ada "Lunch is ready"'
)
ADA = (
    "cd lessons/08_push && "
    "../../.venv/bin/python manage.py createsuperuser --noinput"
    " --username ada --email ada@example.com"
)
SAVED = (
    "cd lessons/08_push && ../../.venv/bin/python manage.py shell -c "
    '"from chat.models import Message; print(Message.objects.get())"'
)
SECOND = Typed(
    "make run STEP=3 PORT=8003", "Starting ASGI/Daphne", answers="/chat/lobby/"
)
RUN = [
    Typed("make", "make check STEP=1"),
    Typed("make docs", "Serving on", answers="/"),
    Typed("make learn", "The lessons", answers="/"),
    Typed("make doctor", "Python"),
    Typed("make doctor STEP=3", "sets no CHANNEL_LAYERS", status=2),
    Typed("make hint STEP=1", "Hint 1 of 3 for task 1"),
    Typed("make diff STEP=1", "Nothing differs."),
    Typed("make solution STEP=1", "self.accept()", ours="make solution STEP=1 <<<y"),
    Typed("make reset STEP=1", "Nothing differs from the starter."),
    SECOND,
    *(typed for lesson in Course().lessons for typed in of_a_lesson(lesson.step)),
    Typed(
        CHECK,
        '"verdict": "failed"',
        status=2,
        ours=CHECK.replace("path", "lessons/03_channel_layer"),
    ),
    Typed(
        ANNOUNCE,
        "Lunch is ready",
        ours=" && ".join(
            f"({it})"
            for it in (MIGRATE.replace("04_users", "08_push"), ADA, ANNOUNCE, SAVED)
        ),
    ),
    Typed(
        "make load STEP=11", "Received", solved=True, ours=f"make load STEP=11{SMALL}"
    ),
    Typed(LOAD, "Received", ours=f"make load STEP=11{SMALL} SERVERS=1"),
    Typed("make load STEP=11 TABS=25 RATE=40", "Received", ours=HALF),
    Typed(MIGRATE, "Running migrations"),
    Typed(TEST, "Ran 1 test"),
    Typed(
        ".venv/bin/python -m asyncio",
        "coroutine object sleep",
        ours=".venv/bin/python -m asyncio <<< 'asyncio.sleep(3)'",
    ),
    Typed("python manage.py check --deploy", "security.W", ours=DEPLOY),
    Typed("python manage.py migrate", "Running migrations", ours=MIGRATE),
    Typed(
        "manage.py runserver",
        "Starting ASGI/Daphne",
        answers="/chat/lobby/",
        ours="cd lessons/01_consumer && ../../.venv/bin/python manage.py runserver",
    ),
    Typed(
        "daphne mysite.asgi:application",
        "Listening on TCP",
        solved=True,
        answers="/chat/lobby/",
        ours="cd lessons/02_routing && ../../.venv/bin/daphne mysite.asgi:application",
    ),
    Typed(
        'pip install "channels[daphne]"',
        "Requirement already satisfied: daphne",
        ours='.venv/bin/python -m pip install --no-index "channels[daphne]"',
    ),
]
CLONED = {f"git clone {COURSE[0]} {FOLDER}", f"cd {FOLDER}"}
MERGED = {f"git remote add course {COURSE[1]}", "git pull --no-rebase course main"}
"""These make the clone in which the others are run."""
ELSEWHERE = {
    "make wall": "tests/wall/test_workshop.py types it",
    "make grade FROM=submissions/ TO=report/": "tests/grade types it",
    "make test": ".ci/run types it; it is what runs this",
    ".venv/bin/python lessons/07_tests/manage.py test chat.live_tests": (
        "test_live_tests.py types it"
    ),
    "docker compose up --wait": "not every machine has Docker; no test needs it",
    "docker compose up --build --detach": "the same",
    "docker compose down": "the same",
    **dict.fromkeys(
        (
            "cd lessons/10_production/deploy",
            "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \\",
            (
                "-addext subjectAltName=DNS:localhost "
                "-keyout localhost.key -out localhost.crt"
            ),
            "export SECRET_KEY=$(openssl rand -hex 32)",
        ),
        "for Docker; `deploy/start.sh` makes a certificate and a key in the same way",
    ),
    **dict.fromkeys((START, KILL), "test_start.py types them"),
}


def found() -> set[str]:
    """Every command on the pages."""
    commands = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = "".join(BLOCK.findall(text)).splitlines()
        commands |= {line.strip().removeprefix("$ ") for line in lines}
        commands |= set(IN_A_LINE.findall(text)) - NAMES
    return commands | {"make"}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as somebody gets it who types what the README says."""
    folder = tmp_path_factory.mktemp("reader")
    # Git must not pack its objects in the background: the clone is copied below.
    calm = {"COUNT": "1", "KEY_0": "gc.auto", "VALUE_0": "0"}
    variables = os.environ | {f"GIT_CONFIG_{name}": it for name, it in calm.items()}
    shutil.copytree(ROOT, folder / "course", ignore=generated)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]
    for line in ("init -q -b main", "add -A", "commit -q -m course"):
        typed_here = [*git, *line.split()]
        subprocess.run(typed_here, check=True, cwd=folder / "course", env=variables)
    typed = [*sorted(CLONED, reverse=True), *sorted(MERGED, reverse=True)]
    script = "\n".join(typed)
    for address in COURSE:
        script = script.replace(address, str(folder / "course"))
    subprocess.run(["bash", "-ec", script], check=True, cwd=folder, env=variables)
    share_the_environment(folder / FOLDER)
    return folder / FOLDER


def generated(folder: str, names: list[str]) -> set[str]:
    """What git does not know, and does not copy."""
    top = {".git", ".venv", "build", "kept", *fnmatch.filter(names, ".*_cache")}
    return {"__pycache__", *(top if Path(folder) == ROOT else ())}.intersection(names)


def share_the_environment(clone: Path) -> None:
    """Give a clone a `.venv` that holds what ours does: nothing is installed."""
    installed = clone / ".venv/installed"
    installed.mkdir(parents=True)
    for path in Path(sys.prefix).iterdir():
        if path.name != "installed":
            (clone / ".venv" / path.name).symlink_to(path)
    for file in (clone / "pyproject.toml", *clone.glob("requirements/*.txt")):
        shutil.copy(file, installed)
    here = f"{clone.resolve()}\n{Path(sys.executable).resolve()}\n"
    (installed / "here").write_text(here)


@pytest.fixture(scope="module")
def solved(clone: Path) -> Path:
    """A clone in which the solutions lie over the lessons."""
    folder = clone.parent / "solved"
    shutil.copytree(clone, folder, symlinks=True)
    shutil.copytree(folder / "solutions", folder / "lessons", dirs_exist_ok=True)
    (folder / "lessons/.ruff.toml").unlink()
    share = folder / ".venv/installed/here"
    share.write_text(share.read_text().replace(str(clone), str(folder)))
    return folder


@pytest.fixture(scope="module")
def printing(
    request: pytest.FixtureRequest,
    clone: Path,
    solved: Path,
    lessons_redis: None,  # noqa: ARG001 (tests of people need one that runs already)
) -> Iterator[dict[str, Future[str]]]:
    """What the commands of all tests that were asked for print, some at a time."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    asked = [call.params.get("typed") for call in calls if call]
    wanted = [typed for typed in asked if isinstance(typed, Typed)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            typed.command: pool.submit(run, typed, solved if typed.solved else clone)
            for typed in wanted
        }
        pool.shutdown(cancel_futures=True)


def tried() -> Iterator[Any]:
    """Each command; of those that every lesson has, a sample."""
    repeated = [it for lesson in Course().lessons for it in of_a_lesson(lesson.step)]
    for typed in RUN:
        marks = [pytest.mark.in_sample(REPEATED)] if typed in repeated else []
        yield pytest.param(typed, id=typed.command, marks=marks)


@pytest.mark.parametrize("typed", list(tried()))
def test_a_command_does_what_the_page_says(
    typed: Typed, printing: dict[str, Future[str]]
) -> None:
    assert typed.says in printing[typed.command].result()


def test_every_command_on_the_pages_is_run() -> None:
    """A command that is only named, such as `make check`, is run in some lesson."""
    run = {typed.command for typed in RUN} | CLONED | MERGED | set(ELSEWHERE)
    named = {c for c in found() if any(one.startswith(f"{c} ") for one in run)}
    assert found() - named == run - named


def test_ci_types_what_no_test_can() -> None:
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text()
    weekly = (ROOT / ".github/workflows/weekly.yml").read_text()
    assert "make test ALL=1\n" in weekly


def run(typed: Typed, folder: Path) -> str:
    """Type a command into a shell, wait for its end or for an answer, and read."""
    line = typed.ours or typed.command
    port = free_port()
    if typed.answers:
        line = with_port(line, port)
    with subprocess.Popen(
        ["bash", "-c", line],
        cwd=folder,
        env=environment(OPEN="0", NO_COLOR="1", PYTHONUNBUFFERED="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            if typed.answers:
                served = serves(f"http://localhost:{port}{typed.answers}", process)
                end(process)
            printed, _ = process.communicate(timeout=TIMEOUT)
        finally:
            end(process, signal.SIGKILL)
    if typed.answers:
        assert served, f"{line} does not answer:\n{printed}"
    else:
        assert process.returncode == typed.status, printed
    return printed


def end(process: "subprocess.Popen[str]", signum: int = signal.SIGINT) -> None:
    """End all processes of a command, if it still runs."""
    if process.poll() is None:
        os.killpg(process.pid, signum)


def with_port(line: str, port: int) -> str:
    """The command, on a port that nobody else uses."""
    if line == "make learn":
        others = ("PORT", "LIVE_PORT", "SECOND_PORT")
        ports = " ".join(f"{name}={free_port()}" for name in others)
        return f"{line} SITE_PORT={port} {ports}"
    if line.startswith("make"):
        return f"{re.sub(' PORT=.*', '', line)} PORT={port}"
    return f"{line} -p {port}" if "daphne" in line else f"{line} {port}"


def serves(url: str, process: "subprocess.Popen[str]") -> bool:
    """Whether a page comes to be there before its server ends."""
    until(lambda: process.poll() is not None or is_there(url), TIMEOUT)
    return process.poll() is None and is_there(url)


def is_there(url: str) -> bool:
    """Whether a page is there now."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
