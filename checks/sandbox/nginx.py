"""nginx in front of two servers of a project, with the project's own configuration.

A copy of it is adapted to the run: other ports, a certificate of the run's own, and
nothing that only root may do. Its lines stay where they are, so what nginx says about
a line is true of the file of the learner.
"""

import contextlib
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

from checks import regular_file
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import IDLE
from checks.observe.recorder import Recorder
from checks.sandbox.fault import ProjectFault
from checks.sandbox.http import Page
from checks.sandbox.process import Owner
from checks.sandbox.processes import Server
from checks.sandbox.web_process import WebProcess
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
LISTENS = f"{CONFIGURATION} to let nginx listen on port {PORT}, with TLS"
LISTEN = re.compile(r"(?m)^(\s*listen\s+)([^\s;]+)([^;]*;)")
OWN_PORT = re.compile(r"\$(?:server_port\b|\{server_port\})")
"""The port on which nginx listens, as the configuration names it."""
OF_THE_RUN = re.compile(r"(?m)^(\s*)(?:daemon|pid|user)\s[^;]*;")
"""What is decided by who starts nginx, and said on its command line instead."""
TIMEOUT = re.compile(r"(proxy_(?:read|send)_timeout\s+)(\d+)(ms|s|m|h|d|)\s*;")
MILLISECONDS = {"ms": 1, "": 1000, "s": 1000, "m": 60_000, "h": 3600_000, "d": 864e5}
EMERGENCY = re.compile(r"\[emerg\] (?:\d+#\d+: )?(?P<words>.*)")
OF_OPENSSL = re.compile(r" \(SSL: .*\)")
"""What every version of OpenSSL says in another way."""
LIMIT = re.compile(r"limiting (?:connections|requests)")
FEW = re.compile(r"\d+ worker_connections are not enough")
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


class Nginx(WebProcess):
    """An nginx with the configuration of a project, on a port of its own.

    `servers` are what it finds at the two ports of `UPSTREAM`. `in_fast_motion`, the
    time that it waits for a server is a twentieth.
    """

    scheme = "https"

    def __init__(
        self, project: Owner, servers: Sequence[Server], *, in_fast_motion: bool = False
    ) -> None:
        self.command, self.servers = find(), [*servers]
        self._in_fast_motion, self._published = in_fast_motion, PORT
        super().__init__(project, self._serve, "nginx")

    @property
    def shown_port(self) -> int:
        """The port in the address: that of the configuration, or a published one."""
        return self._published

    @contextlib.contextmanager
    def published_at(self, port: int) -> Iterator[None]:
        """Let browsers come to another port, as where a container publishes it."""
        self._published = port
        try:
            yield
        finally:
            self._published = PORT

    @property
    def copies(self) -> Path:
        """The folder of the run with its configuration, and all that it writes."""
        return self.project.folder / f"nginx-{self.port}"

    def busy_at(self) -> Where | None:
        """The learner's line that runs in one of its servers, if others wait for it."""
        alive = (it for it in self.servers if it.status is None)
        return next(filter(None, (it.busy_at() for it in alive)), None)

    def first_of(self, kind: str) -> Event | None:
        """The first event of a kind, of its first server where it has none."""
        return super().first_of(kind) or self.servers[0].first_of(kind)

    def check_running(self) -> None:
        """Raise Failure where nginx does not start, or has ended."""
        if ended := self._ended():
            raise self._refusal(ended["status"])
        super().check_running()

    def _ended(self) -> Event | None:
        return super().first_of("nginx_ended")

    def unreachable(self, expected: str, error: OSError) -> Failure:
        """Why no answer came. Raises Failure where nginx does not start."""
        self.monitor.wait(self._ended, IDLE)
        self.check_running()
        where = Where(CONFIGURATION)
        if isinstance(error, ssl.SSLError):
            got = f"what listens on port {PORT} speaks no TLS"
            return Failure("no_tls", LISTENS, got, where)
        if few := FEW.search(self.errors()):
            return Failure("few_connections", expected, f"nginx said: {few[0]}", where)
        if isinstance(error, ConnectionError):
            got = "nothing in it does"
            return Failure("not_listening", LISTENS, got, where)
        return Failure("no_answer_of_nginx", expected, "no answer came", where)

    def errors(self) -> str:
        """What nginx has written about errors."""
        log = self.project.folder / f"log-{self.number:02}"
        return regular_file.end(log, 10_000)[1].decode(errors="replace")

    def page(self, path: str, cookie: str) -> Page | None:
        """The page that opens for whoever has this cookie, if one does."""
        page = self.fetch(path, f"the page at {path} to answer over HTTP", cookie)
        return page if page.status == HTTPStatus.OK else None

    def limit(self) -> str:
        """What nginx has last written of a limit that it keeps somebody to."""
        found = LIMIT.findall(self.errors())
        return str(found[-1]) if found else ""

    def events_of(self, tab: str) -> list[Event]:
        """What any server has reported about the connection of a tab, by its id."""
        return [event for it in self.servers for event in it.by_tab.get(tab, [])]

    # In the child ---------------------------------------------------------------------

    def _serve(self, record: Recorder, socket: int) -> None:
        self.copies.mkdir()
        self._copy(self.project.path)
        record("nginx_ended", status=self._run(socket))

    def _run(self, descriptor: int) -> int:
        """Run nginx, which inherits the socket; its exit status.

        nginx takes over the sockets that the variable NGINX lists, as it does when it
        is replaced by a newer one, and then does not go into the background.
        """
        os.set_blocking(descriptor, False)  # With multi_accept, it takes all there are.
        ours = "pid nginx.pid;" + (" user root;" if os.geteuid() == 0 else "")
        arguments = ["-p", str(self.copies), "-c", "nginx.conf", "-g", ours]
        nginx = subprocess.Popen(
            [self.command, *arguments],
            pass_fds=[descriptor],
            env=os.environ | {"NGINX": f"{descriptor};"},
        )
        os.close(descriptor)
        return nginx.wait()

    def _copy(self, project: Path) -> None:
        """Copy the configuration, and what is beside it, adapted to this run."""
        if not (project / CONFIGURATION).is_file():
            got, cure = "there is no such file", f"Write {CONFIGURATION}."
            raise ProjectFault("no_file", STARTS, got, CONFIGURATION, cure)
        for file in filter(Path.is_file, (project / CONFIGURATION).parent.iterdir()):
            data = regular_file.read_bytes(file)
            if file.suffix == ".conf":
                data = self.adapted(data.decode(errors="replace")).encode()
            (self.copies / file.name).write_bytes(data)
        from checks.sandbox import certificate  # 0.1 s, which only this child needs.

        certificate.write(self.copies)

    def adapted(self, text: str) -> str:
        """The configuration for this run: the same lines, and what it needs of them."""
        text = OF_THE_RUN.sub(r"\1", text)
        text = LISTEN.sub(self._listens, text)
        text = OWN_PORT.sub(str(PORT), text)
        for port, server in zip(UPSTREAM, self.servers, strict=True):
            text = re.sub(rf":{port}\b", f":{server.port}", text)
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
        words = OF_OPENSSL.sub("", self._as_written(words))
        where = Where(CONFIGURATION)
        if place := PLACE.search(words):
            where = Where(place["file"], int(place["line"]))
            words = words[: place.start()]
        cure = "Change what those words name."
        return Failure("nginx_refuses", STARTS, f"it said: {words}", where, cure)

    def _as_written(self, words: str) -> str:
        """Words about ports of this run, with those of the learner's configuration."""
        ports = {self.port: PORT}
        ports |= {
            it.port: port for it, port in zip(self.servers, UPSTREAM, strict=True)
        }
        for port, written in ports.items():
            words = re.sub(rf"\b{port}\b", str(written), words)
        return words


def _shorter(match: re.Match[str]) -> str:
    directive, number, unit = match.groups()
    return f"{directive}{int(int(number) * MILLISECONDS[unit] / FASTER)}ms;"
