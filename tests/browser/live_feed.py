"""What `make learn` is to a page: the site, and a feed of what a test wants told.

The site is served as it was built, but for the ports in its head, which are those of
the test.
"""

import contextlib
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from tests.machine import TIMEOUT, free_port

BUILT = "8002 8001 8003"
"""The ports that the site was built with, as `make learn` has it."""

NOTHING_TO_FIND: dict[str, Any] = {"docs": []}
"""Each page that is opened reads the index of the search, which takes half a second of
the processor. Nothing here searches."""

Event = dict[str, Any]


class Handler(SimpleHTTPRequestHandler):
    """Answers with the built site, with other ports in the heads of its pages."""

    protocol_version = "HTTP/1.1"
    server: "Pages"

    def send_head(self) -> Any:
        """Answer with a page of the site, or with a file as it is."""
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() else path
        if page.name == "search_index.json":
            index = json.loads(page.read_text()) | NOTHING_TO_FIND
            return self._answer("application/json", json.dumps(index))
        if page.suffix != ".html" or not page.exists():
            return super().send_head()
        there = f'content="{self.server.ports}"'
        html = page.read_text().replace(f'content="{BUILT}"', there)
        return self._answer("text/html; charset=utf-8", html)

    def _answer(self, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Pages(ThreadingHTTPServer):
    """Serves the built site. A browser asks for much at once."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=site))
        self.ports = BUILT
        self.address = f"http://localhost:{self.server_address[1]}/"


@contextlib.contextmanager
def pages(site: Path) -> Iterator[Pages]:
    """Serve the built site."""
    server = Pages(site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Feed:
    """Live results that say what a test wants them to say, and keep what pages send."""

    def __init__(self) -> None:
        self.port = free_port()
        self.remembered: list[Event] = []
        self.frames: Queue[tuple[str, Event]] = Queue()
        self.pages: dict[ServerConnection, str] = {}
        self.server: Server | None = None
        self.connections = 0
        self.lock = threading.Lock()  # A page gets each event once, and none is lost.

    def start(self) -> None:
        """Listen, always on the same port."""
        self.server = serve(self._serve, "127.0.0.1", self.port)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        """Go away, and take all connections along."""
        if self.server:
            self.server.shutdown()
            self.hang_up()
            self.thread.join()
            self.server = None

    def hang_up(self, code: int = 1001) -> None:
        """Close the connections of all pages."""
        for page in list(self.pages):
            page.close(code)

    def tell(self, *events: Event, remember: bool = True) -> None:
        """Send events to every page, and to those that will come."""
        with self.lock:
            for event in events:
                if remember:
                    self._remember(event)
                for page in self.pages:
                    with contextlib.suppress(ConnectionClosed):  # It is about to go.
                        page.send(json.dumps(event))

    def _remember(self, event: Event) -> None:
        others = [old for old in self.remembered if old["type"] != event["type"]]
        self.remembered = [*others, event]

    def heard(self) -> tuple[str, Event]:
        """The next frame of a page, and the path of the page's connection."""
        return self.frames.get(timeout=TIMEOUT)

    def _serve(self, page: ServerConnection) -> None:
        path = page.request.path if page.request else ""
        with contextlib.suppress(ConnectionClosed):
            self._welcome(page, path)
            for frame in page:
                self.frames.put((path, json.loads(frame)))
        with self.lock:
            self.pages.pop(page, None)

    def _welcome(self, page: ServerConnection, path: str) -> None:
        """Send a page what was told before it came; from then on it gets the rest."""
        with self.lock:
            self.connections += 1
            for event in self.remembered:
                page.send(json.dumps(event))
            self.pages[page] = path
