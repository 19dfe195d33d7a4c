"""One process that a learner's project runs in.

It is forked, becomes as similar to a fresh `daphne` as possible (`sandbox.child`), and
reports through a pipe.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, Protocol

from checks.observe import reading
from checks.observe.failure import Failure
from checks.observe.log import Event, ProcessLog
from checks.observe.monitor import Monitor
from checks.sandbox import stacks
from checks.sandbox.child import ChildConfig, Work, run_in_child
from checks.sandbox.clock import Clock
from checks.sandbox.confinement import Confinement
from checks.sandbox.signals import StartSignal
from checks.verdict import Where

STARTING = 5.0
"""Seconds without a sign of life after which a project counts as not starting."""
LOOKS = (1.5, 2.25, 3.0)
"""After so many of them it is looked whether it is stuck in one place."""
FEW_PROCESSES = "your project to have a few processes"
CROWDED = "it started so many that all of them were ended"
CURE = "Look for what starts a process again and again."
FEW = "your code to send a few messages for each that it receives"
START = "the server to start"


class Owner(Protocol):
    """The project that a process belongs to, as far as a process knows it."""

    path: Path
    monitor: Monitor
    folder: Path
    prefix: str
    clock: Clock
    confinement: Confinement
    begin_signal: StartSignal
    parent_pipe: tuple[int, int]
    processes: list[Any]
    is_crowded: bool


class Process(ProcessLog):
    """A forked process of the learner's project; `work` is what it does there.

    `name` is what transcripts call it, `server 1` and so on otherwise.
    """

    listening: socket.socket | None = None
    wait: Callable[[], None] | None = None
    is_hanging = False

    def __init__(self, project: Owner, work: Work, name: str = "") -> None:
        number = len(project.processes) + 1
        super().__init__(number, name or f"server {number}")
        self.project, self.monitor = project, project.monitor
        self.start_signal = StartSignal()
        self.reader, self.stopped = reading.EventReader(), False
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
        self.stack_fd, stack = (end.detach() for end in socket.socketpair())
        os.set_blocking(self.stack_fd, False)  # To ask who never reads must not block.
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
            confinement=project.confinement,
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
        for event in self.reader.events(data):
            event |= {"process": self.number, "server": self.name}
            self.add(event)
            self.monitor.record(event)
        if self.reader.refused or self._endless():
            self.monitor.forget(self.events_fd)
            self.monitor.stopped = True
            self.kill()
        elif not data:
            self._reap()

    def _endless(self) -> Event | None:
        """The message of this process by which it sends without end, if it does."""
        event = self.monitor.timeline.endless
        return event if event and event["process"] == self.number else None

    def _reap(self, options: int = os.WNOHANG) -> None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)

    def first(self, kind: str, patience: float = STARTING) -> Event:
        """Wait for the first event of that kind. Raises Failure when it cannot come.

        `patience` is for how many seconds it may give no sign of life.
        """
        seen: list[str] = []

        def happened() -> Event | None:
            event = self.first_of(kind)
            if event is None:
                self.check_running()
                self._look_whether_stuck(seen)
            return event

        event = self.monitor.wait(happened, patience)
        return event or self._not_starting(self._stack(), patience)

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
        failure = Failure("does_not_start", START, busy_at=at, facts=facts)
        failure.add_note(stack)  # Where no line of the learner's is in it, it says why.
        raise failure

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
        if why := self.reader.refused:
            raise Failure("", reading.EXPECTED, why, cure=reading.CURE)
        if self.project.is_crowded:
            raise Failure("", FEW_PROCESSES, CROWDED, cure=CURE)
        if endless := self._endless():
            raise Failure("endless", FEW, event=endless)
        if self.status is not None:
            raise Failure("ended", "the server to keep running", process=self)

    def _hidden_by_project(self, error: Event) -> str | None:
        """The module that a file of the project hides, if the error names it."""
        names = (self.first_of("hides") or {"names": ()})["names"]
        return next((name for name in names if repr(name) in error["words"]), None)

    def is_at_rest(self) -> bool:
        """Whether nothing happens in it, unless somebody asks it for something."""
        return not self.start_signal.is_sent

    def busy_at(self) -> Where | None:
        """The learner's line that is running, if others have to wait for it.

        That is one of a handler that has not ended, one in the event loop, or one in
        the thread of sync code: Daphne cancels a handler that takes too long, and the
        thread goes on.
        """
        if self.is_handling:
            return self.executing()
        blocking = stacks.that_block(self._stack())
        return stacks.innermost_own(blocking, self.project.path)

    def executing(self) -> Where | None:
        """The learner's line that is running."""
        return stacks.innermost_own(self._stack(), self.project.path)

    def _stack(self) -> str:
        """What each thread is executing, as faulthandler reports it."""
        return stacks.read(self.pid, self.stack_fd) if self.status is None else ""

    def kill(self) -> None:
        """Kill it, and what it has started in its process group. Does not wait."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def dies(self) -> None:
        """Kill it, as when its machine fails, and wait until it is gone."""
        self.kill()
        self._reap(0)  # Its pipe ends a moment before it does.
        self.monitor.look_after_processes()

    @contextlib.contextmanager
    def hangs(self) -> Iterator[None]:
        """Let it do nothing for a `with` block: it neither ends nor answers."""
        os.kill(self.pid, signal.SIGSTOP)
        self.is_hanging = True
        try:
            yield
        finally:
            self.is_hanging = False
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the process and everything that it started. Does nothing twice."""
        if self.stopped:
            return
        self.stopped = True
        self.monitor.watched.remove(self._reap)
        self.monitor.pids.remove(self.pid)
        self.kill()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._reap(0)
        self.monitor.forget(self.events_fd)
        os.close(self.events_fd)
        os.close(self.stack_fd)
        self.start_signal.close()
