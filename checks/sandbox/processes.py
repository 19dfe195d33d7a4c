"""The processes that a learner's project runs in while it is checked.

The project is never imported into our own process: a child is forked, becomes as
similar to a fresh `daphne` as possible (`sandbox.child`), and reports through a pipe.
It has a process group of its own, so that whatever it starts ends with it. If we die
first, it notices: only we hold the writing end of `parent_pipe`.
"""

import os
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checks import regular_file
from checks.observe import process_tree
from checks.observe.failure import Failure
from checks.observe.monitor import Monitor
from checks.observe.recorder import Recorder
from checks.sandbox import daphne, listening, stray_processes
from checks.sandbox.child import TEMPORARY
from checks.sandbox.clock import Clock
from checks.sandbox.confinement import Confinement, be_traceable
from checks.sandbox.process import STARTING, Process
from checks.sandbox.signals import StartSignal
from checks.sandbox.web_process import WebProcess

BEHIND = 10
"""How much nicer than a server a process is that answers a question."""
PRINTED = 10_000
"""How many of the last bytes it prints are kept; of its log, a quarter."""

MOST_PROCESSES = 100 + 4 * (os.cpu_count() or 1)
"""Processes that those of a run may start; the tests of a learner run in forks."""

Question = Callable[[Callable[[], object]], Any]
"""Asked in a process of the project; it calls what it is given, to wait until then."""


class Project:
    """A learner's project during one run, and the processes that it runs in.

    They can be forked early: none reads the project before `begin`.
    """

    def __init__(
        self,
        path: Path,
        monitor: Monitor,
        confinement: Confinement = Confinement(),  # noqa: B008 (it never changes)
    ) -> None:
        self.path = path.resolve()
        self.monitor, self.confinement = monitor, confinement
        self.prefix = f"checks-{secrets.token_hex(8)}-"
        self.folder = Path(tempfile.gettempdir(), self.prefix.rstrip("-"))
        # When Python ends, at the latest: a signal may cut `close` short, and could
        # come between the creation of the folder and the line that knows of it.
        self.remove = weakref.finalize(
            self, shutil.rmtree, self.folder, ignore_errors=True
        )
        self.folder.mkdir(mode=0o700)
        (self.folder / TEMPORARY).mkdir()
        self.clock = Clock()
        self.begin_signal = StartSignal()
        self.parent_pipe = os.pipe()
        stray_processes.become_subreaper()
        be_traceable(yes=False)
        self.bystanders = stray_processes.children()
        self.processes: list[Process] = []
        self.is_crowded = False
        monitor.watched.append(self._limit_number)

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

    def serve_later(
        self, application: Callable[[], Any] | None = None, name: str = ""
    ) -> "Server":
        """Prepare a Daphne: it starts at its `start_signal`, as for `runserver`."""
        return Server(self, application or daphne.started_by_manage, name)

    def serve_again(self, ended: "Server") -> "Server":
        """Start a server in the place of one that has ended, on the same port."""
        again = Server(self, ended.application, ended.name, ended.port)
        again.start_signal.send()
        return again

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

    def is_at_rest(self) -> bool:
        """Whether nothing happens in its processes, unless a message arrives."""
        running = [process for process in self.processes if process.status is None]
        started = any(process_tree.all_below(process.pid) for process in running)
        return not started and all(process.is_at_rest() for process in running)

    def printed(self) -> tuple[int, str]:
        """How many bytes the learner's code printed in all, and the last of them."""
        return self._output("printed", PRINTED)

    def logged(self) -> str:
        """The end of what the project and its servers wrote to standard error."""
        return self._output("log", PRINTED // 4)[1]

    def _output(self, name: str, most: int) -> tuple[int, str]:
        files = [self.folder / f"{name}-{it.number:02}" for it in self.processes]
        ends = [regular_file.end(file, most) for file in files]
        text = b"".join(end for _, end in ends)[-most:]
        return sum(size for size, _ in ends), text.decode(errors="replace")

    def started(self) -> set[int]:
        """What the processes of the project have started; there may be others, too."""
        own = {process.pid for process in self.processes}
        strays = stray_processes.children() - self.bystanders - own
        return strays.union(*map(process_tree.all_below, own))

    def _limit_number(self) -> None:
        """Kill all processes if the project has started more than it may."""
        if len(self.started()) > MOST_PROCESSES:
            self.is_crowded = self.monitor.stopped = True
            for process in self.processes:
                process.kill()
            own = {process.pid for process in self.processes}
            stray_processes.kill(self.bystanders | own)

    def leaves_alone(self, port: int) -> None:
        """Raise Failure if a process of the project listens where Redis should."""
        pids = {process.pid for process in self.processes} | self.started()
        if listening.listener(port, pids):
            expected = f"your project to leave port {port} to Redis"
            got = "a process of the project itself listens there"
            raise Failure("", expected, got, cure="Take out what binds that port.")

    def stop(self) -> None:
        """End every process of the project."""
        for process in self.processes:
            process.stop()

    def close(self) -> None:
        """End every process of the project, and remove what the run wrote."""
        self.stop()
        stray_processes.kill(self.bystanders)
        self.begin_signal.close()
        for fd in self.parent_pipe:
            os.close(fd)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.remove.detach()


class Server(WebProcess):
    """A Daphne for the learner's project, on a port of its own.

    `application` is called in its process, and returns what it serves.
    `fails_under_daphne` is why the project does not start as the command `daphne`
    starts it, if it does not.
    """

    fails_under_daphne: Failure | None = None

    def __init__(
        self,
        project: Project,
        application: Callable[[], Any],
        name: str = "",
        port: int = 0,
    ) -> None:
        self.application = application
        self.starts_as_daphne = application in daphne.AS_DAPHNE

        def serve(record: Recorder, socket: int) -> None:
            daphne.run_daphne(record, application, socket, self.secret)

        super().__init__(project, serve, name, port)

    def is_at_rest(self) -> bool:
        """Whether nothing happens in it, unless a message arrives."""
        if super().is_at_rest():
            return True
        busy = self.is_handling or self.is_hanging or not self.is_serving
        return not busy and self.ask_briefly("is_at_rest") is True


class Asking(Process):
    """A process of the project that answers one question.

    `patience` is how many seconds that may take.
    """

    def __init__(
        self,
        project: Project,
        question: Question,
        name: str = "",
        patience: float = STARTING,
    ) -> None:
        self.patience = patience

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
            return self.first("answer", self.patience)["answer"]
        finally:
            self.stop()
