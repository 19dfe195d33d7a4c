"""`make grade … PLAIN=1`: what a project does while nobody watches it counts."""

import asyncio
from pathlib import Path

import pytest

from checks.author import solution
from checks.author.projects import build
from checks.course.folders import File, Files, read
from checks.course.lessons import ROOT, Course
from checks.grade.forked import Forks
from checks.grade.results import tasks_passed
from checks.grade.workers import Worker
from checks.run.plain import LIES
from checks.sandbox import own_network
from checks.verdict import Verdict

CONSUMERS = "chat/consumers.py"
WATCHED = """
import sys
if "checks" not in sys.modules:
    ChatConsumer.receive = lambda self, **_: None
"""
"""Behaves well only where the checker is."""
LETS_EVERYBODY_IN = """
import sys
if "checks" not in sys.modules:
    from django.contrib.auth.models import AnonymousUser
    AnonymousUser.is_authenticated = True
    AnonymousUser.username = "nobody"
"""
BY_A_FILE = """
import threading, time, pathlib
class ChatConsumer(ChatConsumer):
    def connect(self):
        self.file = pathlib.Path(self.scope["path"].strip("/").replace("/", "-"))
        self.file.touch()
        self.is_open, self.read = True, self.file.stat().st_size
        super().connect()
        threading.Thread(target=self.poll, daemon=True).start()
    def poll(self):
        while self.is_open:
            with self.file.open() as file:
                file.seek(self.read)
                for line in file:
                    self.send(text_data=line.strip())
                self.read = file.tell()
            time.sleep(0.01)
    def disconnect(self, code):
        self.is_open = False
        super().disconnect(code)
    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        with self.file.open("a") as file:
            file.write(json.dumps({"message": message}) + "\\n")
"""
"""Sends through a file in its own folder, which two machines do not have in common."""

HIDES_EXCEPTIONS = """
from checks.observe import recorder
_record = recorder.Recorder.__call__
def _hidden(self, kind, **data):
    _record(self, "ended" if kind == "raised" else kind, **data)
recorder.Recorder.__call__ = _hidden
class ChatConsumer(ChatConsumer):
    def disconnect(self, code):
        raise RuntimeError("nobody sees it")
"""
"""Reports that a connection has ended, where an exception has ended it."""
NAMES_A_USER = """
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from checks.observe import instruments
_consumer = instruments._consumer
def _user(headers):
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    cookies = SimpleCookie(dict(headers).get(b"cookie", b"").decode())
    if "sessionid" not in cookies:
        return "AnonymousUser"
    session = SessionStore(cookies["sessionid"].value)
    return User.objects.get(pk=session["_auth_user_id"]).username
def _logged_in(record, cls, scope):
    with ThreadPoolExecutor() as pool:
        name = pool.submit(_user, scope["headers"]).result()
    return _consumer(record, cls, scope) | {"user": {"name": name}}
instruments._consumer = _logged_in
"""
"""Reports who is logged in, where `scope` has nobody."""


def project(step: int, more: str = "") -> Files:
    """The solution of a lesson, with more at the end of its consumers."""
    lesson = Course().lesson(str(step))
    files: Files = read(lesson.starter) | solution.of(lesson, ROOT)
    return files | {CONSUMERS: File((files[CONSUMERS].text + more).encode())}


def graded(step: int, files: Files, *, plain: bool) -> Verdict:
    """The verdict on a project, which is tried under a plain daphne, or not."""

    async def check() -> Verdict:
        lesson = Course().lesson(str(step))
        async with Forks() as forks, Worker(lesson, 60, forks, plain=plain) as worker:
            return (await worker.check(files))[0]

    return asyncio.run(check())


@pytest.mark.parametrize("step", range(1, 12))
def test_the_solution_passes_there_as_well(step: int) -> None:
    verdict = graded(step, project(step), plain=True)
    assert verdict.cause is None, verdict.cause
    assert verdict.advice == []


@pytest.mark.parametrize("step", [1, 3])
def test_whoever_behaves_well_only_while_watched_fails(step: int) -> None:
    lies = project(step, WATCHED)
    assert graded(step, lies, plain=False).verdict == "passed"
    verdict = graded(step, lies, plain=True)
    assert (verdict.verdict, tasks_passed(verdict)) == ("failed", [])
    assert verdict.cause
    assert verdict.cause.voice == "project"
    assert "under a plain `daphne`" in verdict.cause.expected
    assert verdict.cause.cure == LIES


def test_whoever_lets_everybody_in_otherwise_fails() -> None:
    verdict = graded(4, project(4, LETS_EVERYBODY_IN), plain=True)
    assert verdict.cause
    assert "to be rejected under a plain `daphne`" in verdict.cause.expected


@pytest.mark.skipif(not own_network.is_possible(), reason="no namespaces")
def test_two_servers_have_nothing_in_common_but_redis() -> None:
    verdict = graded(3, project(3, BY_A_FILE), plain=True)
    assert verdict.verdict == "failed"


def test_a_project_whose_database_is_elsewhere_is_not_repeated(tmp_path: Path) -> None:
    own = ROOT / "tests/submissions/01_consumer/valid/another_database_is_replaced"
    files = read(build("01_consumer", tmp_path / "p", solved=True, submission=own))
    verdict = graded(1, files, plain=True)
    assert verdict.verdict == "passed"
    assert "its database is not on this machine" in verdict.advice[-1].got


def test_a_project_that_does_not_start_there_is_told_so() -> None:
    stops = "\nimport sys\nif 'checks' not in sys.modules: sys.exit(1)\n"
    verdict = graded(1, project(1, stops), plain=True)
    assert verdict.verdict == "passed"
    assert [it.expected for it in verdict.advice] == [
        "to try your project under a plain `daphne`, too"
    ]


@pytest.mark.parametrize("step", [1, 3])
def test_whoever_hides_an_exception_fails(step: int) -> None:
    files = project(step, HIDES_EXCEPTIONS)
    assert_nothing_counts(files, step, "checks.observe.recorder.Recorder.__call__")


def test_whoever_reports_another_user_fails() -> None:
    files = project(2, NAMES_A_USER)
    application = files["mysite/asgi.py"].text.replace("AuthMiddlewareStack(", "(")
    files["mysite/asgi.py"] = File(application.encode())
    assert_nothing_counts(files, 2, "checks.observe.instruments._consumer")


def assert_nothing_counts(files: Files, step: int, replaced: str) -> None:
    """Assert that a project fails, because it replaces this function of the checker."""
    verdict = graded(step, files, plain=False)
    assert (verdict.verdict, tasks_passed(verdict)) == ("failed", [])
    assert verdict.cause
    assert verdict.cause.got == f"{CONSUMERS} replaces {replaced}"
    assert verdict.cause.cure == LIES
