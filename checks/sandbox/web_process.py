"""A process of a run that answers over HTTP, on a port of its own."""

import json
import socket
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import SLICE
from checks.observe.recorder import Recorder
from checks.sandbox.http import Page, Request
from checks.sandbox.process import Owner, Process

READY = "the server to answer the check"


class WebProcess(Process):
    """A server of the project, or what is in front of such servers.

    We bind the port and hand the socket on: so no port can be taken in between, and a
    tab can connect before the process is up. `serve` is called in the child, with the
    descriptor of the socket. Without a `port`, it is any that is free.
    """

    scheme = "http"

    def __init__(
        self,
        project: Owner,
        serve: Callable[[Recorder, int], None],
        name: str = "",
        port: int = 0,
    ) -> None:
        self.listening = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self.listening.getsockname()[1]
        self.secret = f"/{project.prefix}/"
        descriptor = self.listening.fileno()

        def work(record: Recorder) -> None:
            self.start_signal.wait()
            serve(record, descriptor)

        super().__init__(project, work, name)
        self.listening.close()

    @property
    def site(self) -> str:
        """The scheme, host and port of its pages."""
        return f"{self.scheme}://localhost:{self.shown_port}"

    @property
    def shown_port(self) -> int:
        """The port in the address, which is another one where ports are adapted."""
        return self.port

    def ask(self, question: str, *, below: str = "", **given: str) -> Any:
        """What the server answers itself (see `sandbox.answering`).

        It is asked below a path, so that nginx treats it as the pages there. Raises
        Failure where the project raises an exception, or is too busy to answer.
        """
        path = f"{below.rstrip('/')}{self.secret}{question}"
        page = self.fetch(f"{path}?{urlencode(given)}", READY)
        answer: Event = json.loads(page.text)
        if error := answer.get("raised"):
            if error["ours"]:
                raise RuntimeError(f"{error['error']}: {error['words']}")
            raise Failure("page_raised", READY, process=self, event=error)
        return answer["answer"]

    def ask_briefly(self, question: str) -> Any:
        """The same, None where it does not answer within a tenth of a second."""
        try:
            request = Request(self.port, f"{self.secret}{question}")
            if request.is_answered(within=SLICE):
                return json.loads(request.answer().text).get("answer")
            request.http.close()
        except (OSError, ValueError):
            pass
        return None

    def fetch(self, path: str, expected: str, *sent: Any, **to: Any) -> Page:
        """A page of the project (see `Page`). Raises Failure where no answer comes.

        What the server reports meanwhile is read: a full pipe would make it wait.
        """
        try:
            request = self.request(path, *sent, **to)
            return request.answer(partial(self.monitor.pump, 0))
        except OSError as error:
            raise self.unreachable(expected, error) from None

    def request(self, path: str, *sent: Any, **to: Any) -> Request:
        """A request for a page, which is sent as to the address of `site`."""
        to |= {"ends_at": self.monitor.ends_at, "shown_port": self.shown_port}
        return Request(self.port, path, *sent, tls=self.scheme == "https", **to)

    def unreachable(self, expected: str, error: OSError) -> Failure:
        """Why no answer came. Raises Failure where the process has ended."""
        at = self.executing()
        self.monitor.drain()
        self.check_running()
        facts = {"error": str(error)}
        return Failure("no_answer", expected, busy_at=at, facts=facts)
