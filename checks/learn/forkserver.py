"""Forks the servers of a learner's project, again after every save.

`python -m checks.learn.forkserver '{"project": …, "servers": [[8001, 7], …]}'` has
everything imported that a project of the course imports, and forks a `manage.py
runserver` for each port. That serves after a tenth of a second; a new interpreter takes
a second.

Each byte on the standard input kills the servers and forks new ones; its end ends
everything. What a server prints goes to the file descriptor beside its port. Lines on
the standard output say of each port that its server has `started`, or `ended` by
itself; or what it reports, as JSON: that a `handshake` has failed, and why, and what a
`message` causes.
"""

import contextlib
import functools
import json
import os
import runpy
import select
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn

from checks.sandbox import stray_processes
from checks.sandbox.child import end_with_parent
from checks.sandbox.preload import preload

ABSENT = "/nonexistent"
"""Where Python looks for bytecode: code saved twice within a second has one `.pyc`."""

EVENTS = 4
"""The file descriptor to which a server reports."""
LONGEST = 4096
"""Bytes of the longest report: so many are written to a pipe at once, or not at all."""


class ForkServer:
    """The servers of one project, each a fork of this process."""

    def __init__(self, project: Path, ports: dict[int, int]) -> None:
        self.project, self.ports = project, ports
        self.pids: dict[int, int] = {}
        # Only this process can write to the pipe, so a server reads its end when this
        # process has died.
        self.parent_pipe, self.keep_open = os.pipe()
        stray_processes.become_subreaper()
        self.children = stray_processes.children()
        signal.signal(signal.SIGCHLD, self._report_ended)

    def restart(self) -> None:
        """End the servers that run, and fork new ones."""
        self.end()
        for port, out in self.ports.items():
            pid = os.fork()
            if pid == 0:
                self._serve(port, out)
            self.pids[pid] = port
            print(port, "started", flush=True)

    def end(self) -> None:
        """End all servers, and what else the project has started."""
        pids, self.pids = self.pids, {}
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        stray_processes.kill(self.children)

    def _report_ended(self, _: int, __: FrameType | None) -> None:
        for pid in list(self.pids):
            with contextlib.suppress(ChildProcessError):
                ended, _ = os.waitpid(pid, os.WNOHANG)
                if ended:
                    print(self.pids.pop(pid), "ended", flush=True)

    def _serve(self, port: int, out: int) -> NoReturn:
        """Be a server. For a forked child; it does not return."""
        status: object = 1
        try:
            self._detach(out)
            threading.Thread(target=end_with_parent, args=[3], daemon=True).start()
            report_events(port, self.project)
            runserver(self.project, port)
        except SystemExit as end:
            status = end.code or 0
        except BaseException:  # Whatever it is, it is printed as Python would.
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status if isinstance(status, int) else 1)

    def _detach(self, out: int) -> None:
        """Leave the session and the files of the parent, but for the pipe to it."""
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing, events = os.open(os.devnull, os.O_RDONLY), os.dup(1)
        files = (nothing, out, out, self.parent_pipe, events)
        for number, fd in enumerate(files):
            os.dup2(fd, number)
        os.set_inheritable(EVENTS, False)  # noqa: FBT003
        os.closerange(EVENTS + 1, 4096)


def report_events(port: int, project: Path) -> None:
    """Report failed handshakes and messages of a server of ours, a line for each.

    What the pipe has no room for is left out, as the project must not wait for it.
    """
    from checks.learn import handshakes, traffic

    def report(what: str, event: handshakes.Event) -> None:
        line = f"{port} {what} {json.dumps(event, ensure_ascii=False)}\n"
        data = line.encode(errors="backslashreplace")
        if len(data) <= LONGEST and select.select([], [EVENTS], [], 0)[1]:
            os.write(EVENTS, data)

    handshakes.report_failures(functools.partial(report, "handshake"))
    traffic.report_traffic(project, functools.partial(report, "message"))


def runserver(project: Path, port: int) -> None:
    """Run `python manage.py runserver`, on the source as it is now."""
    os.chdir(project)
    sys.path[0] = str(project)
    sys.dont_write_bytecode, sys.pycache_prefix = True, ABSENT
    sys.argv = ["manage.py", "runserver", "--noreload", f"localhost:{port}"]
    runpy.run_path("manage.py", run_name="__main__")


def main(project: str, servers: list[tuple[int, int]]) -> None:
    """Serve a project until the standard input ends."""
    for signum in (signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    preload()
    forkserver = ForkServer(Path(project), dict(servers))
    while os.read(0, 1):
        forkserver.restart()
    forkserver.end()


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
