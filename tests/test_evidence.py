"""To be watched changes nothing: a solved lesson behaves as under `daphne` itself."""

import contextlib
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from checks.author.projects import build
from checks.course.lessons import Course, Lesson
from checks.observe.monitor import Monitor
from checks.sandbox import redis_server
from checks.sandbox.processes import Project
from tests.conftest import environment
from tests.machine import TIMEOUT
from tests.plain import served, with_own_groups

LESSONS = [pytest.param(lesson, id=lesson.slug) for lesson in Course().lessons]
ROOM = "/ws/chat/lobby/"
FRAMES: list[str | bytes] = [
    '{"message": "hello"}',
    "no JSON",
    b"\x00\xff",
    '{"message": ""}',
    '{"message": "\\u00e4 \\ud83c\\udf89", "more": 1}',
    '{"massage": "hello"}',
    '{"message": "the last"}',
]
ATTEMPTS = 9
HOSTS = {"the site": None, "another": "https://elsewhere.example", "none": ""}


@contextlib.contextmanager
def plain(project: Path) -> Iterator[int]:
    """The command `daphne`, as people type it; gives its port."""
    with served(project) as daphne:
        yield daphne.port


@contextlib.contextmanager
def watched(project: Path) -> Iterator[int]:
    """The same project as a check runs it, all evidence being collected."""
    with contextlib.closing(Project(project, Monitor())) as served:
        served.begin()
        server = served.serve()
        server.first("ready")
        yield server.port


LOGS_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
request = HttpRequest()
request.session = import_module(settings.SESSION_ENGINE).SessionStore()
user = auth.get_user_model().objects.create_user("ada")
auth.login(request, user, settings.AUTHENTICATION_BACKENDS[0])
request.session.save()
print(f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}")
"""


def cookie_of_a_user(project: Path) -> str:
    """The cookie of somebody who has logged in: some lessons let in nobody else."""
    printed = ""
    for command in (["migrate", "-v", "0"], ["shell", "-v", "0", "-c", LOGS_IN]):
        printed = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=project,
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    return printed.splitlines()[-1]


@dataclass(frozen=True)
class Client:
    """Who opens WebSockets to a server: with a cookie if the lesson asks for one."""

    port: int
    cookie: str

    def opens(self, path: str, origin: str | None = None) -> ClientConnection:
        """A tab on a page of this site, unless another origin is given."""
        here = f"http://localhost:{self.port}"
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            origin=here if origin is None else origin or None,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            compression=None,
            proxy=None,
        )


def answer(client: Client, path: str, origin: str | None = None) -> int:
    """The status with which a handshake is answered."""
    try:
        with client.opens(path, origin) as tab:
            return tab.response.status_code if tab.response else 0
    except InvalidStatus as error:
        return error.response.status_code


def conversation(client: Client) -> list[Any]:
    """What two tabs of a room receive from each other, until both have been closed."""
    seen: list[Any] = []
    with client.opens(ROOM) as a, client.opens(ROOM) as b:
        for frame in FRAMES:
            a.send(frame)
        seen.append(received(a, "the last"))  # Whatever b sends comes after that.
        b.send('{"message": "from b"}')
        seen.append(received(b, "from b"))
        a.close(4001)
        settle(b)
        b.send('{"message": "still here"}')
        seen.append(received(b, "still here"))
    return [*seen, a.close_code, b.close_code]


def settle(tab: ClientConnection) -> None:
    """Ask until it answers: what a tab takes while it closes is lost to all others."""
    for _ in range(ATTEMPTS):
        tab.send('{"message": "gone?"}')
        with contextlib.suppress(TimeoutError):
            deque(_until(tab, "gone?", TIMEOUT / ATTEMPTS), maxlen=0)
            return


def received(tab: ClientConnection, last: str) -> list[str]:
    """Everything that comes until these words, sorted: two tabs have no one order."""
    frames = _until(tab, last, TIMEOUT)
    return sorted(re.sub(r'"id": \d+', '"id": 0', str(it)) for it in frames)


def _until(tab: ClientConnection, last: str, seconds: float) -> Iterator[str | bytes]:
    frame: str | bytes = ""
    while last not in str(frame):
        frame = tab.recv(timeout=seconds)
        yield frame


def test_a_thread_that_the_process_had_before_is_not_missed(tmp_path: Path) -> None:
    SyncToAsync.single_thread_executor.submit(int).result()
    with watched(build("01_consumer", tmp_path, solved=True)) as port:
        assert answer(Client(port, ""), ROOM) == HTTPStatus.SWITCHING_PROTOCOLS


@pytest.mark.in_sample(1)
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solved_lesson_behaves_the_same_with_evidence_and_without(
    lesson: Lesson, tmp_path: Path
) -> None:
    paths = [ROOM, "/ws/nowhere/", "/ws/chat/lobby/more/", "/chat/lobby/"]
    seen = []
    with contextlib.ExitStack() as stack:
        if lesson.broker:
            stack.enter_context(redis_server.connected({"address": lesson.broker[0]}))
        for serve in (plain, watched):  # Each begins with a database of its own.
            folder = tmp_path / serve.__name__
            project = with_own_groups(build(lesson.slug, folder, solved=True))
            has_users = (project / "chat/templates/registration").exists()
            cookie = cookie_of_a_user(project) if has_users else ""
            client = Client(stack.enter_context(serve(project)), cookie)
            statuses = [answer(client, path) for path in paths]
            origins = [answer(client, ROOM, origin) for origin in HOSTS.values()]
            seen.append((statuses, origins, conversation(client)))
    assert seen[0] == seen[1]
