"""Whatever a project does, nothing of it is left when the run is over."""

from pathlib import Path

from tests.checker.toys import HOLD, Toy, is_free
from tests.machine import until

CHILDREN = """
import signal, subprocess, threading, time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
for options in ({}, {"start_new_session": True}, {"process_group": 0}):
    subprocess.Popen(["sleep", "600"], pass_fds=[held], **options)
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
threading.Thread(target=time.sleep, args=[600]).start()
"""


def test_what_a_project_started_ends_with_the_run(toy: Toy, tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    asgi = (toy.project / "mysite/asgi.py").read_text()
    toy.write("mysite/asgi.py", HOLD.format(path=str(lock)) + CHILDREN + asgi)
    assert toy.check().status == 0
    assert until(lambda: is_free(lock))
    assert toy.left() == []


def test_a_project_may_print_without_end(toy: Toy) -> None:
    toy.write(
        "talk.py",
        """
import threading
from channels.generic.websocket import WebsocketConsumer

def talk():
    while True:
        print("talk" * 1000)

class Talk(WebsocketConsumer):
    def receive(self, text_data):
        threading.Thread(target=talk).start()
        self.send(text_data=text_data)
""",
    )
    result = toy.check()
    assert result.status == 0
    assert "talktalk" in result.verdict["printed"]
    assert len(result.verdict["printed"]) <= 10_000
    assert toy.left() == []


def test_what_a_project_prints_is_not_in_the_document(toy: Toy) -> None:
    toy.write(
        "mysite/__init__.py",
        'import os, sys\nprint("printed")\nprint("told", file=sys.stderr)\n'
        'os.write(1, "ä\\n".encode("latin-1"))\n',
    )
    result = toy.check()
    assert result.status == 0
    assert result.verdict["printed"].splitlines() == ["printed", "\ufffd"]


def test_a_project_may_close_what_is_not_its_own(toy: Toy) -> None:
    asgi = (toy.project / "mysite/asgi.py").read_text()
    toy.write("mysite/asgi.py", f"{asgi}\nos.closerange(3, 100)\n")
    result = toy.check("--limit", "10")
    assert (result.status, result.verdict["verdict"]) == (1, "failed")


def test_the_database_is_a_copy(toy: Toy) -> None:
    settings = (toy.project / "mysite/settings.py").read_text()
    databases = """
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"},
    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": "other.sqlite3"},
}
"""
    toy.write("mysite/settings.py", settings + databases)
    asgi = (toy.project / "mysite/asgi.py").read_text()
    writes = """
from django.db import connections

for name in connections:
    with connections[name].cursor() as cursor:
        cursor.execute("create table if not exists mine (id integer)")
"""
    toy.write("mysite/asgi.py", asgi + writes)
    assert toy.check().status == 0
    assert list(toy.project.glob("*.sqlite3")) == []
