"""Code that means harm, or runs wild: it is not green, and it ends in time.

Each test is bounded, so that it cannot hurt the machine that runs it. `ATTACK` writes a
consumer whose `receive()` runs that code before it answers as it should.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from checks.sandbox import landlock
from checks.sandbox.confinement import LARGEST_FILE
from checks.sandbox.one_suite import pace
from checks.sandbox.processes import PRINTED
from tests.checker.toys import HOLD, Toy, is_free
from tests.conftest import Checked, environment

IMPORTS = """
import ctypes, fcntl, gc, json, os, signal, socket, sys, threading, time
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
"""
FINDS = """
def found(name):
    return next(it for it in gc.get_objects() if type(it).__name__ == name)
"""
LIMIT, LATE = 10, 2
"""Seconds that a run may take, and by how much it may be late; more if it is busy."""


def consumer(attack: str) -> str:
    """A consumer that does this when a message comes, and answers."""
    lines = "".join(f"        {line}\n" for line in attack.strip().splitlines())
    return f"""{IMPORTS}{FINDS}
class Talk(WebsocketConsumer):
    def receive(self, text_data):
{lines}        self.send(text_data=text_data)
"""


def attacked(toy: Toy, attack: str, **variables: str) -> Checked:
    """The verdict on a consumer that attacks: nothing is left, and it came in time."""
    return in_time(toy.write("talk.py", consumer(attack)), LIMIT, **variables)


def in_time(toy: Toy, limit: float = LIMIT, **variables: str) -> Checked:
    """The verdict on the project as it is: nothing is left, and it came in time."""
    result = toy.check("--limit", str(limit), **variables)
    assert result.verdict["seconds"] < limit + LATE * pace()
    assert toy.left() == []
    return result


def is_of_project(result: Checked, got: str) -> None:
    """It failed, the project is at fault, and this was found."""
    assert (result.status, result.verdict["verdict"]) == (1, "failed"), result.verdict
    assert got.lower() in result.verdict["cause"]["got"].lower()


def test_garbage_in_every_pipe_is_the_projects(toy: Toy) -> None:
    attack = """
for fd in range(3, 50):
    try:
        os.write(fd, b"garbage\\n[]\\n")
    except OSError:
        pass
"""
    result = attacked(toy, attack)
    is_of_project(result, "something else was written to it")


def test_a_line_without_an_end_in_the_pipe_is_the_projects(toy: Toy) -> None:
    attack = "for _ in range(100): os.write(found('Recorder').fd, b'x' * 2**16)"
    result = attacked(toy, attack)
    is_of_project(result, "something else was written to it")


def test_a_flood_of_events_ends_at_once(toy: Toy) -> None:
    attack = """
line = b'{"at": 1, "kind": "ready", "socket": null}\\n'
while True: os.write(found('Recorder').fd, line * 100)
"""
    result = attacked(toy, attack)
    is_of_project(result, "more than 100,000 events came through it")
    assert result.verdict["seconds"] < LIMIT - LATE


@pytest.mark.parametrize("how", ["sync", "async"])
def test_sending_without_end_is_told_within_seconds(toy: Toy, how: str) -> None:
    is_async = how == "async"
    text = f"""{IMPORTS}
class Talk({"Async" * is_async}WebsocketConsumer):
    {"async " * is_async}def receive(self, text_data):
        while True:
            {"await " * is_async}self.send(text_data=text_data)
"""
    toy.checks(
        """
@task(1)
def test_answers_twice(open_tab, new_words):
    "A tab receives what it sends, and what it sends next."
    tab = open_tab("/")
    tab.receives(tab.sends(new_words()))
    tab.receives(tab.sends(new_words()))
"""
    )
    result = in_time(toy.write("talk.py", text), 6 * LIMIT)
    is_of_project(result, "one call of your code sent more than 2000 messages")
    # Not the limit ended it, nor what a tab waits for: the count of messages did.
    assert result.verdict["seconds"] < 3 * LIMIT


def test_frames_that_nobody_has_reported_are_bounded_too(toy: Toy) -> None:
    attack = """
protocol = found("WebSocketProtocol")
from twisted.internet import reactor
frame = b"\\x82\\x7e\\xff\\xff" + b"x" * 65535
for _ in range(400): reactor.callFromThread(protocol.transport.write, frame)
while True: pass
"""
    result = attacked(toy, attack)
    is_of_project(result, "its server sent so much that the tab stopped reading")


def test_a_frame_of_brackets_is_the_projects(toy: Toy) -> None:
    attack = "text_data = '[' * 200_000"
    result = attacked(toy, attack)
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


@pytest.mark.parametrize("name", ["talk.py", "mysite/settings.py", "mysite/asgi.py"])
@pytest.mark.parametrize("what", ["a pipe", "an endless device", "a huge file"])
def test_source_that_is_no_file_is_told(toy: Toy, name: str, what: str) -> None:
    replace(toy.project / name, what)
    result = in_time(toy)
    # To Python, what is no regular file is not there.
    is_of_project(result, "it is larger than 8 MiB" if "huge" in what else "no")


def replace(path: Path, what: str) -> None:
    """Put something that is no file of code in the place of a file."""
    path.unlink(missing_ok=True)
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "an endless device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(2**30)  # It has no blocks on the disk.


@pytest.mark.parametrize("what", ["a pipe", "an endless device", "a huge file"])
def test_other_files_that_are_none_do_no_harm(toy: Toy, what: str) -> None:
    for name in ("db.sqlite3", "room.html", "test_talk.py", "script.js", "data.py"):
        replace(toy.project / name, what)
    assert in_time(toy).status == 0


def test_a_page_that_comes_drop_by_drop_ends_in_time(toy: Toy) -> None:
    text = """
import asyncio
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await asyncio.sleep(0.2)
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
"""
    toy.checks(
        """
@task(1)
def test_page(server):
    "The page comes."
    server.fetch("/", "a page to come")
"""
    )
    result = in_time(toy.write("mysite/asgi.py", text), 3)
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


def test_stacks_without_end_are_bounded(toy: Toy) -> None:
    attack = """
def flood():
    while True:
        for fd in range(3, 50):
            try:
                if fd != found("Recorder").fd: os.write(fd, b"x" * 1000)
            except OSError:
                pass
threading.Thread(target=flood, daemon=True).start()
while True: pass
"""
    result = attacked(toy, attack)
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


# What is confined ---------------------------------------------------------------------

SOLUTION = ROOT / "solutions/01_consumer/chat/consumers.py"
NEXT_LESSON = ROOT / "lessons/02_routing/chat/consumers.py"
confined = pytest.mark.skipif(landlock.abi() < landlock.SIGNALS, reason="no Landlock 6")


def is_refused(result: Checked, cure: str) -> None:
    """The system refused it, and the project is told what it may do."""
    is_of_project(result, "PermissionError")
    assert cure in result.verdict["cause"]["cure"]


@confined
@pytest.mark.parametrize("file", [SOLUTION, NEXT_LESSON])
def test_the_answers_cannot_be_read(toy: Toy, file: Path) -> None:
    is_refused(attacked(toy, f"open({str(file)!r}).read()"), "its own folder")


@confined
def test_a_link_to_the_answers_leads_nowhere(toy: Toy) -> None:
    (toy.project / "talk.py").unlink()
    (toy.project / "talk.py").symlink_to(SOLUTION)
    is_of_project(in_time(toy), "it cannot be read (Permission denied)")


@confined
@pytest.mark.parametrize("folder", ["checks", "checks/starters/01_consumer", "."])
def test_the_course_cannot_be_changed(toy: Toy, folder: str) -> None:
    file = ROOT / folder / "attack.txt"
    try:
        is_refused(attacked(toy, f"open({str(file)!r}, 'w')"), "its own folder")
        assert not file.exists()
    finally:
        file.unlink(missing_ok=True)


@confined
@pytest.mark.parametrize(
    "attack",
    [
        "os.kill(os.getppid(), signal.SIGKILL)",
        "os.kill(os.getppid(), signal.SIGTERM)",
        "os.kill(os.getppid(), signal.SIGSTOP)",
        "open(f'/proc/{os.getppid()}/fd/1', 'w').write('{}')",
        "open(f'/proc/{os.getppid()}/mem', 'r+b')",
        "if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0): raise PermissionError",
    ],
)
def test_the_checker_cannot_be_reached(toy: Toy, attack: str) -> None:
    is_of_project(attacked(toy, attack), "PermissionError")


def test_the_memory_of_a_process_is_limited(toy: Toy) -> None:
    result = attacked(toy, "bytearray(2**31)")  # No page of it is ever used.
    is_of_project(result, "MemoryError")
    assert "may use 1024 MiB" in result.verdict["cause"]["cure"]


def test_the_size_of_a_file_is_limited(toy: Toy) -> None:
    result = attacked(toy, "open('large', 'wb').truncate(2**30)")
    is_of_project(result, "File too large")
    assert "64 MiB into one file" in result.verdict["cause"]["cure"]


def test_the_number_of_open_files_is_limited(toy: Toy) -> None:
    attack = """
try:
    files = [open("/dev/null") for _ in range(3000)]
except OSError as error:
    raise
"""
    is_of_project(attacked(toy, attack), "Too many open files")


def test_the_number_of_processes_is_limited(toy: Toy) -> None:
    attack = """
for _ in range(30):
    if os.fork() == 0: signal.pause()
signal.pause()
"""
    result = attacked(toy, attack, TOY_PROCESSES="20")
    is_of_project(result, "it started so many that all of them were ended")


@pytest.mark.parametrize("length", [1, 200], ids=["a daemon", "a chain of forks"])
def test_what_lets_go_of_its_parent_is_ended(toy: Toy, length: int) -> None:
    lock = toy.root / "lock"
    hold = "".join(HOLD.format(path=str(lock)).strip().replace("\n", "; "))
    attack = f"""
import fcntl
if os.fork() == 0:
    os.setsid()
    {hold.removeprefix("import fcntl, os; ")}
    for _ in range({length}):
        if os.fork(): os._exit(0)
    signal.pause()
os.wait()
"""
    attacked(toy, attack)
    assert is_free(lock)


@confined
def test_a_daemon_cannot_end_the_checker(toy: Toy) -> None:
    attack = """
checker = os.getppid()
if os.fork() == 0:
    os.setsid()
    while True:
        try:
            os.kill(checker, signal.SIGKILL)
        except PermissionError:
            time.sleep(0.01)
"""
    assert attacked(toy, attack).status == 0


def test_a_busy_thread_is_slow_and_no_more(toy: Toy) -> None:
    attack = """
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
"""
    assert attacked(toy, attack).status == 0


def test_ignored_signals_keep_nothing_alive(toy: Toy) -> None:
    asgi = (toy.project / "mysite/asgi.py").read_text()
    ignore = "import signal\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\n"
    toy.write("mysite/asgi.py", ignore + asgi)
    result = attacked(toy, "while True: pass")
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


def test_printing_without_end_is_bounded(toy: Toy) -> None:
    attack = """
def flood():
    while True: print("x" * 1000)
threading.Thread(target=flood, daemon=True).start()
"""
    result = attacked(toy, attack)
    assert len(result.verdict["printed"]) <= PRINTED
    assert result.verdict["printed_bytes"] <= LARGEST_FILE


def test_a_printed_verdict_is_none(toy: Toy) -> None:
    verdict = {"verdict": "passed", "schema": 1}
    result = attacked(toy, f"print({json.dumps(verdict)!r}); text_data = 'wrong'")
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


@pytest.mark.parametrize("name", ["conftest.py", "sitecustomize.py", "pytest.ini"])
def test_files_of_pytest_and_python_change_nothing(toy: Toy, name: str) -> None:
    python = "import os\nprint('here')\nos._exit(0)\n"
    text = "[pytest]\naddopts = --collect-only\n" if "ini" in name else python
    assert attacked(toy.write(name, text), "pass").status == 0
    assert attacked(toy, "text_data = 'wrong'").status == 1


def test_odd_files_and_loops_do_no_harm(toy: Toy) -> None:
    for number in range(2000):
        toy.write(f"many/{number}.txt", "")
    (toy.project / "loop").symlink_to(toy.project)
    for name in (b"a\nb", b"\xff\xfe", b"-rf *", b"\xe2\x80\xaetxt"):
        (toy.project / os.fsdecode(name)).write_text("x")
    assert in_time(toy).status == 0


def test_temporary_files_of_a_project_are_deleted(toy: Toy) -> None:
    attack = """
import tempfile
tempfile.NamedTemporaryFile(delete=False).write(b"x" * 2**20)
open(os.environ["TMPDIR"] + "/file", "w").write("x")
"""
    assert attacked(toy, attack).status == 0


@confined
def test_whoever_works_alone_may_write_elsewhere(toy: Toy, tmp_path: Path) -> None:
    file = tmp_path / "chat.log"
    assert attacked(toy, f"open({str(file)!r}, 'a').write('x')").status == 0
    assert file.read_text().startswith("x")


@confined
@pytest.mark.parametrize(
    "attack",
    [
        "open({other!r}, 'w')",
        "open({secret!r}).read()",
        "socket.create_server(('127.0.0.1', {port}))",
    ],
)
def test_a_project_that_is_graded_has_its_own_folder_only(
    toy: Toy, tmp_path: Path, port: int, attack: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    other = str(tmp_path / "other")
    attack = attack.format(other=other, secret=str(secret), port=port)
    result = attacked(toy, attack, TOY_STRICT="1")
    is_of_project(result, "PermissionError")
    assert not Path(other).exists()


@confined
def test_a_project_that_is_graded_uses_its_folder_and_any_free_port(toy: Toy) -> None:
    attack = """
import tempfile
socket.create_server(("127.0.0.1", 0)).close()
open("log", "w").write("x")
tempfile.TemporaryFile().write(b"x")
"""
    assert attacked(toy, attack, TOY_STRICT="1").status == 0


@pytest.mark.parametrize("alive", ["replies", "is silent"])
def test_a_project_that_plays_redis_is_at_fault(
    toy: Toy, port: int, alive: str
) -> None:
    asgi = (toy.project / "mysite/asgi.py").read_text()
    binds = f"""
import socket, threading
server = socket.socket()
try:
    server.bind(("127.0.0.1", {port}))
    server.listen()
except OSError:
    pass
def answers():
    while True: server.accept()[0].send(b"+PONG\\r\\n")
if {alive == "replies"}: threading.Thread(target=answers, daemon=True).start()
"""
    toy.write("mysite/asgi.py", binds + asgi)
    result = in_time(toy, LIMIT, TOY_REDIS=f"redis://localhost:{port}/0")
    is_of_project(result, "a process of the project itself listens there")


DATABASE = """
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"},
}
"""


@pytest.mark.parametrize("what", ["a pipe", "an endless device", "a huge file"])
def test_a_database_that_is_none_is_never_copied(toy: Toy, what: str) -> None:
    settings = (toy.project / "mysite/settings.py").read_text()
    toy.write("mysite/settings.py", settings + DATABASE)
    replace(toy.project / "db.sqlite3", what)
    attack = """
from django.db import connection
connection.cursor().execute("create table mine (id integer)")
"""
    result = attacked(toy, attack)
    if "huge" in what:
        is_of_project(result, "it has 1,024 MiB")


def test_a_folder_named_checks_does_not_stand_in_for_the_checker(
    tmp_path: Path,
) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks/__main__.py").write_text("print('passed')")
    command = [sys.executable, "-P", "-m", "checks", "check", "1", "--format", "json"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, check=False
    )
    assert json.loads(done.stdout)["verdict"] == "failed"
