"""The processes that a learner's project lives in while it is checked.

The project is never imported into our own process: a child is forked, becomes as alike
a fresh `daphne` as can be (`checks.sandbox.child`), and is watched through a pipe. It
leads a process group of its own, so that whatever it starts ends with it. Should we die
first, it notices by the lifeline, a pipe of which only we hold the writing end.
"""

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import weakref
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checks.explain import diagnosis
from checks.observe.recorder import Recorder
from checks.observe.timeline import Event, Wire
from checks.sandbox import child, stray_processes
from checks.verdict import Where

STARTING = 5.0
"""Seconds without a sign of life after which a project counts as not starting."""


TELLING = 2.0
"""Seconds in which a process has to begin to tell what it is at."""
BEHIND = 10
"""How much nicer than a server a process is that answers a question."""
PRINTED = 10_000
"""Of what a project prints, as many bytes are kept, the last ones."""


Question = Callable[[Callable[[], object]], Any]
"""Asked in a process of the project; it calls what it is given, to wait until then."""


class Gate:
    """Holds forked processes back until it is opened, for all of them at once.

    It is a pipe on which nothing is ever written: a reader goes on when the last end to
    write on is closed, and a child closes what it has of ours.
    """

    def __init__(self) -> None:
        self.waiting, self.closed = os.pipe()

    def wait(self) -> None:
        """Return once the gate is open. For a child."""
        os.read(self.waiting, 1)

    def open(self) -> None:
        """Let pass whoever waits, or comes later. Does nothing twice."""
        if self.closed >= 0:
            os.close(self.closed)
        self.closed = -1

    def remove(self) -> None:
        """Give back what the gate holds."""
        self.open()
        os.close(self.waiting)


class Project:
    """A learner's project during one run, and the processes that it lives in.

    They can be forked beforehand: none looks at the project before `begin`.
    """

    def __init__(self, path: Path, wire: Wire) -> None:
        self.path = path.resolve()
        self.wire = wire
        self.folder = Path(tempfile.mkdtemp(prefix="checks-"))
        # Done when Python ends, at the latest: a signal may cut `close` short.
        self.remove = weakref.finalize(
            self, shutil.rmtree, self.folder, ignore_errors=True
        )
        self.prefix = f"checks-{secrets.token_hex(8)}-"
        self.database = self.folder / "db.sqlite3"
        self.gate = Gate()
        self.lifeline = os.pipe()
        stray_processes.become_subreaper()
        self.bystanders = stray_processes.children()
        self.processes: list[Process] = []

    def begin(self) -> None:
        """Let the processes see the project, as its files are from now on."""
        with contextlib.suppress(OSError):
            shutil.copyfile(self.path / "db.sqlite3", self.database)
        self.gate.open()

    def serve(
        self, application: Callable[[], Any] | None = None, name: str = ""
    ) -> "Server":
        """Start a Daphne for the project, or for what `application` returns there."""
        server = Server(self, application or child.project_application, name)
        server.asked.open()
        return server

    def serve_later(self) -> "Server":
        """Prepare a Daphne for the project: it starts when it is `asked`."""
        return Server(self, child.project_application)

    def ask(self, question: Question) -> Any:
        """What `question` returns inside a process of the project.

        Raises Finding when the project does not start, or the question fails there.
        """
        return Asking(self, question).answer()

    def printed(self, what: str = "printed") -> tuple[int, str]:
        """How many bytes the learner's code printed in all, and the last of them.

        Of what it and its servers wrote to the standard error, where `what` is `log`.
        """
        size, text = 0, b""
        most = PRINTED if what == "printed" else PRINTED // 4
        for path in sorted(self.folder.glob(f"{what}-*")):
            size += path.stat().st_size
            with path.open("rb") as printed:
                printed.seek(max(0, path.stat().st_size - most))
                text += printed.read()
        return size, text[-most:].decode(errors="replace")

    def close(self) -> None:
        """End every process of the project, and remove what the run wrote."""
        for process in self.processes:
            process.stop()
        stray_processes.kill(self.bystanders)
        self.gate.remove()
        for fd in self.lifeline:
            os.close(fd)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.remove.detach()


class Process:
    """A forked process of the learner's project; `work` is what it does there.

    `name` is what transcripts call it, `server 1` and so on otherwise.
    """

    listening: socket.socket | None = None

    def __init__(
        self, project: Project, work: Callable[[Recorder], object], name: str = ""
    ) -> None:
        self.project, self.wire = project, project.wire
        self.asked = Gate()
        self.number = len(project.processes) + 1
        self.name = name or f"server {self.number}"
        self.events: list[Event] = []
        self.sockets: defaultdict[int | None, list[Event]] = defaultdict(list)
        self.by_kind: dict[str, Event] = {}
        self.by_port: dict[int, list[Event]] = {}
        self.unread = b""
        self.status: int | None = None
        self.stopped = False
        self.pid = self._fork(work)
        project.processes.append(self)
        self.wire.read(self.events_fd, self._arrived)
        self.wire.pulses.append(self._reap)
        self.wire.processes.append(self.pid)
        self.wire.last_sign = time.monotonic()

    def _fork(self, work: Callable[[Recorder], object]) -> int:
        if "twisted.internet.reactor" in sys.modules:
            raise RuntimeError("every child would share the epoll of our reactor")
        self.events_fd, events = os.pipe()
        self.stack_fd, stack = os.pipe()
        given = child.Surroundings(
            project=self.project.path,
            database=self.project.database,
            prefix=self.project.prefix,
            printed=self.project.folder / f"printed-{self.number:02}",
            log=self.project.folder / f"log-{self.number:02}",
            events=events,
            stack=stack,
            lifeline=self.project.lifeline[0],
            gate=self.project.gate.waiting,
            asked=self.asked.waiting,
            socket=self.listening.fileno() if self.listening else None,
        )
        pid = os.fork()
        if pid == 0:
            child.live(given, self.project.gate.wait, work)
        os.close(events)
        os.close(stack)
        return pid

    def _arrived(self, data: bytes) -> None:
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            event = json.loads(line) | {"process": self.number, "server": self.name}
            self.events.append(event)
            self.by_kind.setdefault(event["kind"], event)
            self.sockets[event["socket"]].append(event)
            if event["kind"] == "opened":
                self.by_port[event["port"]] = self.sockets[event["socket"]]
            self.wire.record(event)
        if not data:
            self._reap()

    def _reap(self, options: int = os.WNOHANG) -> None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)

    def of_kind(self, kind: str) -> Event | None:
        """The first event of that kind, if there was one."""
        return self.by_kind.get(kind)

    def first(self, kind: str) -> Event:
        """Wait for the first event of that kind. Raises Finding when it cannot come."""

        def happened() -> Event | None:
            event = self.of_kind(kind)
            if event is None:
                self.complain()
            return event

        event = self.wire.wait(happened, STARTING)
        if event is None:
            raise diagnosis.does_not_start(self.executing(), STARTING)
        return event

    def complain(self) -> None:
        """Raise a Finding if the process could not start, or has ended."""
        amiss = self.of_kind("amiss")
        if amiss:
            raise diagnosis.amiss(amiss)
        error = self.of_kind("cannot_start")
        if error:
            raise diagnosis.cannot_start(error, self.of_kind("hides"))
        if self.status is not None:
            raise diagnosis.ended(self.status, self.events)

    def executing(self) -> Where | None:
        """The learner's line that the process is at now, as faulthandler tells it."""
        if self.status is not None:
            return None
        os.kill(self.pid, signal.SIGUSR1)
        stack = b""
        # It begins when a busy machine lets it, and then comes without a pause.
        while select.select([self.stack_fd], [], [], 0.1 if stack else TELLING)[0]:
            piece = os.read(self.stack_fd, 1 << 16)
            stack += piece
            if not piece:
                break
        return diagnosis.innermost_own(
            stack.decode(errors="replace"), self.project.path
        )

    def stop(self) -> None:
        """End the process and everything that it started. Does nothing twice."""
        if self.stopped:
            return
        self.stopped = True
        self.wire.pulses.remove(self._reap)
        self.wire.processes.remove(self.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._reap(0)
        self.wire.forget(self.events_fd)
        os.close(self.events_fd)
        os.close(self.stack_fd)
        self.asked.remove()


class Server(Process):
    """A Daphne for the learner's project, on a port of its own."""

    def __init__(
        self, project: Project, application: Callable[[], Any], name: str = ""
    ) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listening.getsockname()[1]
        fd = self.listening.fileno()

        def serve(record: Recorder) -> None:
            self.asked.wait()
            child.run_daphne(record, application, fd)

        super().__init__(project, serve, name)
        self.listening.close()


class Asking(Process):
    """A process of the project that is there to answer one question."""

    def __init__(self, project: Project, question: Question) -> None:
        def answer(record: Recorder) -> None:
            os.nice(BEHIND)  # The servers first: most checks talk to them.
            record("answer", answer=question(self.asked.wait))

        super().__init__(project, answer)

    def answer(self) -> Any:
        """What it answers; the process is ended.

        Raises Finding when the project does not start, or the question fails there.
        """
        self.asked.open()
        try:
            return self.first("answer")["answer"]
        finally:
            self.stop()
