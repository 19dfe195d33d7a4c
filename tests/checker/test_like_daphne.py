"""A project behaves while it is watched as it does under plain `daphne`."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.checker.toys import Toy, finished
from tests.machine import until
from tests.plain import served

TALK = """
import asyncio, json, os, sys, threading, warnings

import channels
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import get_channel_layer

def surroundings():
    return {
        "argv": sys.argv[-1],
        "path": os.path.realpath(sys.path[0]),
        "folder": os.getcwd(),
        "settings": os.environ["DJANGO_SETTINGS_MODULE"],
        "submodules": sorted(name for name in vars(channels) if name[0] != "_"),
        "pytest": [name for name in sys.modules if "pytest" in name],
        "variables": sorted(name for name in os.environ if "PYTEST" in name),
        "input": sys.stdin.read(),
        "thread": threading.current_thread().name.partition("_")[0],
        "umask": os.umask(0o22),
        "debug": asyncio.get_event_loop_policy().__class__.__name__,
    }

class Sync(WebsocketConsumer):
    def connect(self):
        if self.scope["path"] == "/refuse":
            self.close()
        else:
            self.accept("chat" if "chat" in self.scope["subprotocols"] else None)

    def receive(self, text_data=None, bytes_data=None):
        if bytes_data is not None:
            self.send(bytes_data=bytes_data[::-1])
        elif text_data == "where":
            self.send(text_data=json.dumps(surroundings()))
        elif text_data == "close":
            self.close(4321, "enough")
        elif text_data == "raise":
            raise LookupError("lost")
        else:
            self.send(text_data=text_data)

class Async(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
        layer = get_channel_layer()
        await layer.group_add("room", self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        self.send(text_data="never awaited")
        told = {"type": "told", "text": text_data}
        await self.channel_layer.group_send("room", told)

    async def told(self, event):
        await self.send(text_data=event["text"] + type(self.channel_layer).__name__)

    async def disconnect(self, code):
        await self.channel_layer.group_discard("room", self.channel_name)

class Talk:
    @staticmethod
    def as_asgi():
        sync, slow = Sync.as_asgi(), Async.as_asgi()
        async def application(scope, receive, send):
            if scope["type"] == "http":
                raise LookupError("no pages")
            consumer = slow if scope["path"] == "/async" else sync
            return await consumer(scope, receive, send)
        return application
"""
LAYERS = """
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
"""
SAID: list[tuple[str, list[str | bytes]]] = [
    ("/", ["hello", "ä\n\0", "x" * 70_000, b"\0\xff", "where", "close"]),
    ("/", ["raise"]),
    ("/async", ["one", "two"]),
    ("/refuse", []),
]
STANDS_BY = """
from pathlib import Path

@task(1)
def test_stands_by(server):
    "It is served until somebody has talked to it."
    Path("port").write_text(str(server.port))
    while not Path("done").exists():
        server.monitor.pump(0.05)
"""


def conversation(port: int) -> Iterator[object]:
    """All that a client sees of a server."""
    with closing(HTTPConnection("localhost", port, timeout=10)) as page:
        page.request("GET", "/")
        yield page.getresponse().status
    for path, says in SAID:
        try:
            address = f"ws://localhost:{port}{path}"
            with connect(address, proxy=None, subprotocols=["chat"]) as tab:  # type: ignore[list-item]
                yield tab.subprotocol
                for said in says:
                    tab.send(said)
                    yield tab.recv(10)
        except ConnectionClosed as end:
            yield end.rcvd and (end.rcvd.code, end.rcvd.reason)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is to be the same)
            yield type(error), str(error)


def test_what_a_client_sees_is_the_same_while_it_is_watched(toy: Toy) -> None:
    toy.write("talk.py", TALK)
    settings = (toy.project / "mysite/settings.py").read_text()
    toy.write("mysite/settings.py", settings + LAYERS)
    with served(toy.project) as daphne:
        plain = list(conversation(daphne.port))
    with toy.checks(STANDS_BY).begin() as process:
        assert until((toy.root / "port").exists)
        watched = list(conversation(int((toy.root / "port").read_text())))
        (toy.root / "done").touch()
        assert finished(process).status == 0
    assert watched == plain


def test_nothing_of_channels_and_no_reactor_is_there_before_the_project(
    toy: Toy,
) -> None:
    toy.checks(
        """
@task(1)
def test_is_clean(server):
    "What a forked child would inherit is not there."
    there = [name for name in sys.modules if name.partition(".")[0] == "channels"]
    assert there == []
    assert "twisted.internet.reactor" not in sys.modules
    assert "django.conf" in sys.modules
"""
    )
    with toy.begin() as process:
        assert finished(process).status == 0


def test_a_reactor_in_the_parent_is_noticed(toy: Toy) -> None:
    toy.checks(
        """
@pytest.fixture
def reactor():
    sys.modules["twisted.internet.reactor"] = None

@task(1)
def test_forks(reactor, run):
    run.project.serve()
"""
    )
    verdict = toy.check().verdict
    assert verdict["verdict"] == "broken"
    assert "share the epoll of our reactor" in verdict["cause"]["got"]


def test_the_paths_and_letters_of_others_are_not_the_projects(toy: Toy) -> None:
    elsewhere = toy.root / "elsewhere"
    for name in ("talk.py", "redis.py", "mysite/settings.py", "mysite/__init__.py"):
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text("raise LookupError('elsewhere')")
    others = {"PYTHONPATH": str(elsewhere), "LC_ALL": "C", "HOME": "/nowhere"}
    with toy.begin(**others, PYTHONUTF8="0") as process:
        result = finished(process)
    assert result.status == 0, result.verdict["cause"]
