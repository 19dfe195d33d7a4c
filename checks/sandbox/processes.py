"""The processes that a learner's project runs in while it is checked.

The project is never imported into our own process: a child is forked, becomes as
similar to a fresh `daphne` as possible (`sandbox.child`), and reports through a pipe.
It has a process group of its own, so that whatever it starts ends with it. If we die
first, it notices: only we hold the writing end of `parent_pipe`.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode

from checks.observe.failure import Failure
from checks.observe.log import Event, ProcessLog
from checks.observe.monitor import Monitor
from checks.observe.recorder import Recorder
from checks.sandbox import daphne, stacks, stray_processes
from checks.sandbox.child import ChildConfig, Work, run_in_child
from checks.sandbox.clock import Clock
from checks.sandbox.http import Page
from checks.sandbox.signals import StartSignal
from checks.verdict import Where

STARTING = 5.0
"""Seconds without a sign of life after which a project counts as not starting."""
LOOKS = (1.5, 2.25, 3.0)
"""After so many of them it is looked whether it is stuck in one place."""
BEHIND = 10
"""How much nicer than a server a process is that answers a question."""
PRINTED = 10_000
"""How many of the last bytes that a project prints are kept; of its log, a quarter."""
START = "the server to start"
READY = "the server to answer the check"

Question = Callable[[Callable[[], object]], Any]
"""Asked in a process of the project; it calls what it is given, to wait until then."""


class Project:
    """A learner's project during one run, and the processes that it runs in.

    They can be forked early: none reads the project before `begin`.
    """

    def __init__(self, path: Path, monitor: Monitor) -> None:
        self.path = path.resolve()
        self.monitor = monitor
        self.prefix = f"checks-{secrets.token_hex(8)}-"
        self.folder = Path(tempfile.gettempdir(), self.prefix.rstrip("-"))
        # When Python ends, at the latest: a signal may cut `close` short, and could
        # come between the creation of the folder and the line that knows of it.
        self.remove = weakref.finalize(
            self, shutil.rmtree, self.folder, ignore_errors=True
        )
        self.folder.mkdir(mode=0o700)
        self.clock = Clock()
        self.begin_signal = StartSignal()
        self.parent_pipe = os.pipe()
        stray_processes.become_subreaper()
        self.bystanders = stray_processes.children()
        self.processes: list[Process] = []

    def begin(self) -> None:
        """Let the processes read the project, as its files are from now on."""
        self.begin_signal.send()

    def serve(
        self, application: Callable[[], Any] | None = None, name: str = ""
    ) -> "Server":
        """Start a Daphne for the project, or for what `application` returns there."""
        server = Server(self, application or daphne.started_by_daphne, name)
        server.start_signal.send()
        return server

    def serve_later(self) -> "Server":
        """Prepare a Daphne: it starts at its `start_signal`, as for `runserver`."""
        return Server(self, daphne.started_by_manage)

    def serve_as_runserver(self, failed: "Server", failure: Failure) -> "Server":
        """Start a server in the place of one that has failed to start as `daphne`."""
        server = self.serve(daphne.project_application, failed.name)
        server.fails_under_daphne = failure
        return server

    def ask(self, question: Question, name: str = "") -> Any:
        """What `question` returns inside a process of the project, of this name.

        Raises Failure when the project does not start, or the question fails there.
        """
        return Asking(self, question, name).answer()

    def printed(self) -> tuple[int, str]:
        """How many bytes the learner's code printed in all, and the last of them."""
        return self._output("printed", PRINTED)

    def logged(self) -> str:
        """The end of what the project and its servers wrote to standard error."""
        return self._output("log", PRINTED // 4)[1]

    def _output(self, name: str, most: int) -> tuple[int, str]:
        size, text = 0, b""
        for path in sorted(self.folder.glob(f"{name}-*")):
            size += path.stat().st_size
            with path.open("rb") as output:
                output.seek(max(0, path.stat().st_size - most))
                text += output.read()
        return size, text[-most:].decode(errors="replace")

    def close(self) -> None:
        """End every process of the project, and remove what the run wrote."""
        for process in self.processes:
            process.stop()
        stray_processes.kill(self.bystanders)
        self.begin_signal.close()
        for fd in self.parent_pipe:
            os.close(fd)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.remove.detach()


class Process(ProcessLog):
    """A forked process of the learner's project; `work` is what it does there.

    `name` is what transcripts call it, `server 1` and so on otherwise.
    """

    listening: socket.socket | None = None
    wait: Callable[[], None] | None = None

    def __init__(self, project: Project, work: Work, name: str = "") -> None:
        number = len(project.processes) + 1
        super().__init__(number, name or f"server {number}")
        self.project, self.monitor = project, project.monitor
        self.start_signal = StartSignal()
        self.unread, self.stopped = b"", False
        self.pid = self._fork(work)
        project.processes.append(self)
        self.monitor.read(self.events_fd, self._arrived)
        self.monitor.watched.append(self._reap)
        self.monitor.pids.append(self.pid)
        self.monitor.last_sign = time.monotonic()

    def _fork(self, work: Work) -> int:
        if "twisted.internet.reactor" in sys.modules:
            raise RuntimeError("every child would share the epoll of our reactor")
        self.events_fd, events = os.pipe()
        self.stack_fd, stack = os.pipe()
        wait = self.wait or self.project.begin_signal.wait
        if (pid := os.fork()) == 0:
            run_in_child(self._config(events, stack), wait, work)
        os.close(events)
        os.close(stack)
        return pid

    def _config(self, events: int, stack: int) -> ChildConfig:
        project = self.project
        return ChildConfig(
            project=project.path,
            clock=project.clock,
            folder=project.folder,
            prefix=project.prefix,
            printed=project.folder / f"printed-{self.number:02}",
            log=project.folder / f"log-{self.number:02}",
            events=events,
            stack=stack,
            parent_pipe=project.parent_pipe[0],
            signals=(project.begin_signal.reading, self.start_signal.reading),
            socket=self.listening.fileno() if self.listening else None,
        )

    def _arrived(self, data: bytes) -> None:
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            event = json.loads(line) | {"process": self.number, "server": self.name}
            self.add(event)
            self.monitor.record(event)
        if not data:
            self._reap()

    def _reap(self, options: int = os.WNOHANG) -> None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)

    def first(self, kind: str) -> Event:
        """Wait for the first event of that kind. Raises Failure when it cannot come."""
        seen: list[str] = []

        def happened() -> Event | None:
            event = self.first_of(kind)
            if event is None:
                self.check_running()
                self._look_whether_stuck(seen)
            return event

        event = self.monitor.wait(happened, STARTING)
        return event or self._not_starting(self._stack(), STARTING)

    def _look_whether_stuck(self, seen: list[str]) -> None:
        """Raise a Failure if each of three looks showed code that does not move on."""
        if self.monitor.quiet < LOOKS[0]:
            seen.clear()
        if len(seen) < len(LOOKS) and self.monitor.quiet > LOOKS[len(seen)]:
            seen.append(self._stack())
            stuck = stacks.do_not_move(seen, self.project.path)
            if len(seen) == len(LOOKS) and stuck:
                self._not_starting(seen[-1], LOOKS[-1])

    def _not_starting(self, stack: str, seconds: float) -> NoReturn:
        at, facts = stacks.innermost_own(stack, self.project.path), {"seconds": seconds}
        raise Failure("does_not_start", START, busy_at=at, facts=facts)

    def check_running(self) -> None:
        """Raise a Failure if the process could not start, or has ended."""
        if fault := self.first_of("project_fault"):
            raise Failure("project_fault", fault["expected"], event=fault)
        if error := self.first_of("cannot_start"):
            hidden = self._hidden_by_project(error)
            if error["ours"] and not hidden:
                raise RuntimeError(f"{error['error']}: {error['words']}")
            facts = {"hidden": hidden}
            raise Failure("cannot_start", START, process=self, event=error, facts=facts)
        if self.status is not None:
            raise Failure("ended", "the server to keep running", process=self)

    def _hidden_by_project(self, error: Event) -> str | None:
        """The module that a file of the project hides, if the error names it."""
        names = (self.first_of("hides") or {"names": ()})["names"]
        return next((name for name in names if repr(name) in error["words"]), None)

    def busy_at(self) -> Where | None:
        """The learner's line that is running, if a handler has begun and not ended."""
        return self.executing() if self.is_handling else None

    def executing(self) -> Where | None:
        """The learner's line that is running."""
        return stacks.innermost_own(self._stack(), self.project.path)

    def _stack(self) -> str:
        """What each thread is executing, as faulthandler reports it."""
        return stacks.read(self.pid, self.stack_fd) if self.status is None else ""

    def dies(self) -> None:
        """Kill it, as when its machine fails, and wait until it is gone."""
        os.killpg(self.pid, signal.SIGKILL)
        self.monitor.wait(lambda: self.status)

    def stop(self) -> None:
        """End the process and everything that it started. Does nothing twice."""
        if self.stopped:
            return
        self.stopped = True
        self.monitor.watched.remove(self._reap)
        self.monitor.pids.remove(self.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._reap(0)
        self.monitor.forget(self.events_fd)
        os.close(self.events_fd)
        os.close(self.stack_fd)
        self.start_signal.close()


class Server(Process):
    """A Daphne for the learner's project, on a port of its own.

    We bind the port and hand the socket on: so no port can be taken in between, and a
    tab can connect before the server is up. `fails_under_daphne` is why the project
    does not start as the command `daphne` starts it, if it does not.
    """

    fails_under_daphne: Failure | None = None

    def __init__(
        self, project: Project, application: Callable[[], Any], name: str = ""
    ) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listening.getsockname()[1]
        fd = self.listening.fileno()

        def serve(record: Recorder) -> None:
            self.start_signal.wait()
            daphne.run_daphne(record, application, fd, self.secret)

        self.starts_as_daphne = application in daphne.AS_DAPHNE
        self.secret = f"/{project.prefix}/"
        super().__init__(project, serve, name)
        self.listening.close()

    def ask(self, question: str, **given: str) -> Any:
        """What the server answers itself (see `sandbox.answering`).

        Raises Failure where the project raises an exception, or is too busy to answer.
        """
        page = self.fetch(f"{self.secret}{question}?{urlencode(given)}", READY)
        answer: Event = json.loads(page.text)
        if error := answer.get("raised"):
            if error["ours"]:
                raise RuntimeError(f"{error['error']}: {error['words']}")
            raise Failure("page_raised", READY, process=self, event=error)
        return answer["answer"]

    def fetch(self, path: str, expected: str, *sent: Any, **to: Any) -> Page:
        """A page of the project (see `Page`). Raises Failure where no answer comes."""
        try:
            return Page.fetch(self.port, path, *sent, **to)
        except OSError:
            at = self.executing()
            self.monitor.drain()
            self.check_running()
            raise Failure("no_answer", expected, busy_at=at) from None


class Asking(Process):
    """A process of the project that answers one question."""

    def __init__(self, project: Project, question: Question, name: str = "") -> None:
        def answer(record: Recorder) -> None:
            os.nice(BEHIND)  # The servers first: most checks talk to them.
            record("answer", answer=question(self.start_signal.wait))

        super().__init__(project, answer, name)

    def answer(self) -> Any:
        """What it answers; the process is ended.

        Raises Failure when the project does not start, or the question fails there.
        """
        self.start_signal.send()
        try:
            return self.first("answer")["answer"]
        finally:
            self.stop()
