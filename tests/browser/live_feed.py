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

from tests.machine import free_port

BUILT = "8002 8001 8003"
"""The ports that the site was built with, as `make learn` has it."""

Event = dict[str, Any]


class Pages(SimpleHTTPRequestHandler):
    """The built site, with other ports in its head."""

    protocol_version = "HTTP/1.1"
    ports = BUILT

    def send_head(self) -> Any:
        """Answer with a page of the site, or with a file as it is."""
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() else path
        if page.suffix != ".html" or not page.exists():
            return super().send_head()
        text = page.read_text()
        html = text.replace(f'content="{BUILT}"', f'content="{self.ports}"').encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(html)))
        self.end_headers()
        self.wfile.write(html)
        return None

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Site(ThreadingHTTPServer):
    """A server that takes all that a browser asks for at once."""

    daemon_threads = True
    request_queue_size = 128


@contextlib.contextmanager
def pages(site: Path, ports: str = BUILT) -> Iterator[str]:
    """Serve the built site; yields its address."""
    handler = type("Pages", (Pages,), {"ports": ports})
    server = Site(("127.0.0.1", 0), partial(handler, directory=site))
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}
    )
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
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
        for event in events:
            if remember:
                self._remember(event)
            for page in list(self.pages):
                page.send(json.dumps(event))

    def _remember(self, event: Event) -> None:
        others = [old for old in self.remembered if old["type"] != event["type"]]
        self.remembered = [*others, event]

    def heard(self) -> tuple[str, Event]:
        """The next frame of a page, and the path of the page's connection."""
        return self.frames.get(timeout=10)

    def _serve(self, page: ServerConnection) -> None:
        path = page.request.path if page.request else ""
        self.connections += 1
        for event in self.remembered:
            page.send(json.dumps(event))
        self.pages[page] = path
        with contextlib.suppress(ConnectionClosed):
            for frame in page:
                self.frames.put((path, json.loads(frame)))
        self.pages.pop(page, None)
