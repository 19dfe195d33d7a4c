"""nginx in front of two servers of a project, with the project's own configuration.

A copy of it is adapted to the run: other ports, a certificate of the run's own, and
nothing that only root may do. Its lines stay where they are, so what nginx says about
a line is true of the file of the learner.
"""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checks import regular_file
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.recorder import Recorder
from checks.sandbox.http import Page
from checks.sandbox.process import Owner, Process
from checks.sandbox.processes import Server
from checks.verdict import Cause, Finding, Where

CONFIGURATION = "deploy/nginx.conf"
PORT = 8443
"""Where the configuration has to listen."""
UPSTREAM = (8101, 8102)
"""Where it finds the two servers, on 127.0.0.1."""
FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin")
"""Where nginx may be besides those in PATH: Debian has it where only root looks."""
FASTER = 20
"""How much faster than usual the time of a configuration passes `in_fast_motion`."""
STARTS = f"nginx to start with {CONFIGURATION}"
LISTEN = re.compile(r"(?m)^(\s*listen\s+)([^\s;]+)([^;]*;)")
OF_THE_RUN = re.compile(r"(?m)^(\s*)(?:daemon|pid|user)\s[^;]*;")
"""What is decided by who starts nginx, and said on its command line instead."""
TIMEOUT = re.compile(r"(proxy_(?:read|send)_timeout\s+)(\d+)(ms|s|m|h|d|)\s*;")
MILLISECONDS = {"ms": 1, "": 1000, "s": 1000, "m": 60_000, "h": 3600_000, "d": 864e5}
EMERGENCY = re.compile(r"\[emerg\] (?:\d+#\d+: )?(?P<words>.*)")
PLACE = re.compile(r" in (?P<file>\S+):(?P<line>\d+)$")


def find() -> str:
    """The path of nginx. Raises Finding where this machine has none."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *FOLDERS))
    found = shutil.which("nginx", path=path)
    if not found:
        raise Finding(
            Cause(
                "machine",
                "nginx to be installed",
                "there is no nginx on this machine",
                "Install it: `sudo apt-get install nginx-light` on Debian and Ubuntu, "
                "`brew install nginx` on macOS.",
            )
        )
    return found


class Nginx(Process):
    """An nginx with the configuration of a project, on a port of its own.

    `servers` are what it finds at the two ports of `UPSTREAM`. As with a Daphne, the
    socket is bound here and handed on, so a tab can connect before nginx has started.
    `in_fast_motion`, the time that nginx waits for a server is a twentieth.
    """

    def __init__(
        self, project: Owner, servers: Sequence[Server], *, in_fast_motion: bool = False
    ) -> None:
        self.command, self.servers = find(), [*servers]
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listening.getsockname()[1]
        self.copies = project.folder / f"nginx-{self.port}"
        self._ports = {PORT: self.port}
        self._ports |= zip(UPSTREAM, (it.port for it in servers), strict=True)
        self._in_fast_motion = in_fast_motion
        descriptor = self.listening.fileno()

        def serve(record: Recorder) -> None:
            self.start_signal.wait()
            self._copy(project.path)
            record("nginx_ended", status=self._run(descriptor))

        super().__init__(project, serve, "nginx")
        self.listening.close()

    @property
    def site(self) -> str:
        """The scheme, host and port of its pages."""
        return f"https://localhost:{self.port}"

    def first_of(self, kind: str) -> Event | None:
        """The first event of a kind, of its first server where it has none."""
        return super().first_of(kind) or self.servers[0].first_of(kind)

    def check_running(self) -> None:
        """Raise Failure where nginx does not start, or has ended."""
        if ended := super().first_of("nginx_ended"):
            raise self._refusal(ended["status"])
        super().check_running()

    def fetch(self, path: str, expected: str, *sent: Any) -> Page:
        """A page of the project over TLS. Raises Failure where no answer comes."""
        try:
            ends_at = self.monitor.ends_at
            return Page.fetch(self.port, path, *sent, tls=True, ends_at=ends_at)
        except OSError as error:
            raise self.unreachable(expected, error) from None

    def unreachable(self, expected: str, error: OSError) -> Failure:
        """Why no connection could be made, or no answer came. Raises Failure, too."""
        self.monitor.drain()
        self.check_running()
        where = Where(CONFIGURATION)
        if isinstance(error, ConnectionRefusedError):
            got = f"it does not listen on port {PORT}"
            return Failure("not_listening", STARTS, got, where)
        if isinstance(error, ssl.SSLError):
            got = f"it speaks no TLS on port {PORT}"
            return Failure("no_tls", STARTS, got, where)
        return Failure("no_answer_of_nginx", expected, "no answer came", where)

    def errors(self) -> str:
        """What nginx has written about errors."""
        log = self.project.folder / f"log-{self.number:02}"
        return regular_file.end(log, 10_000)[1].decode(errors="replace")

    def events_of(self, tab: str) -> list[Event]:
        """What any server has reported about the connection of a tab, by its id."""
        return [event for it in self.servers for event in it.by_tab.get(tab, [])]

    def seen(self) -> Event:
        """What a server makes of a request that comes through nginx."""
        path = f"{self.servers[0].secret}seen"
        page = self.fetch(path, "nginx to reach a server")
        seen: Event = json.loads(page.text)["answer"]
        return seen

    # In the child ---------------------------------------------------------------------

    def _run(self, descriptor: int) -> int:
        """Run nginx, which inherits the socket; its exit status.

        nginx takes over the sockets that the variable NGINX lists, as it does when it
        is replaced by a newer one, and then does not go into the background.
        """
        ours = "pid nginx.pid;" + (" user root;" if os.geteuid() == 0 else "")
        arguments = ["-p", str(self.copies), "-c", "nginx.conf", "-g", ours]
        nginx = subprocess.Popen(  # noqa: S603 (the nginx of this machine)
            [self.command, *arguments],
            pass_fds=[descriptor],
            env=os.environ | {"NGINX": f"{descriptor};"},
        )
        os.close(descriptor)
        return nginx.wait()

    def _copy(self, project: Path) -> None:
        """Copy the configuration, and what is beside it, adapted to this run."""
        self.copies.mkdir()
        for file in (project / CONFIGURATION).parent.iterdir():
            if file.is_file():
                data = regular_file.read_bytes(file)
                if file.suffix == ".conf":
                    data = self.adapted(data.decode()).encode()
                (self.copies / file.name).write_bytes(data)
        from checks.sandbox import certificate  # 0.1 s, which only this child needs.

        certificate.write(self.copies)

    def adapted(self, text: str) -> str:
        """The configuration for this run: the same lines, and what it needs of them."""
        text = OF_THE_RUN.sub(r"\1", text)
        text = LISTEN.sub(self._listens, text)
        for port in UPSTREAM:
            text = re.sub(rf":{port}\b", f":{self._ports[port]}", text)
        return TIMEOUT.sub(_shorter, text) if self._in_fast_motion else text

    def _listens(self, match: re.Match[str]) -> str:
        """Listen on the socket of the run; what else there is must take no port."""
        directive, address, rest = match.groups()
        if re.fullmatch(rf"([^\[:]+:)?{PORT}", address):
            return f"{directive}127.0.0.1:{self.port}{rest}"
        rest = re.sub(r"\bipv6only=\w+", "", rest)
        return f"{directive}unix:{self.copies}/{match.start()}{rest}"

    # What it says ---------------------------------------------------------------------

    def _refusal(self, status: int) -> Failure:
        """Why nginx has ended, in its own words."""
        found = EMERGENCY.search(self.errors())
        if not found:
            return Failure("nginx_ends", STARTS, f"it ended with status {status}")
        words = found["words"].replace(f"{self.copies}/", "deploy/")
        place = PLACE.search(words)
        where = Where(CONFIGURATION)
        if place:
            where, words = (
                Where(place["file"], int(place["line"])),
                words[: place.start()],
            )
        return Failure("nginx_refuses", STARTS, f"it said: {words}", where)


def _shorter(match: re.Match[str]) -> str:
    directive, number, unit = match.groups()
    return f"{directive}{int(int(number) * MILLISECONDS[unit] / FASTER)}ms;"
