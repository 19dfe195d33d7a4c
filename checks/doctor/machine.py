"""What a project runs on: Python, packages, ports, browser, nginx, saves, the disk."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from watchfiles import watch

from checks.browser import chromium
from checks.course.lessons import ROOT
from checks.doctor.listeners import is_ours, listener
from checks.doctor.report import Line
from checks.learn.ports import require_free
from checks.run.versions import versions
from checks.sandbox import landlock, nginx, own_namespaces
from checks.verdict import Cause, Finding

PORTS = {
    "SITE_PORT": (8000, "the lessons"),
    "PORT": (8001, "your project"),
    "LIVE_PORT": (8002, "the live results"),
    "SECOND_PORT": (8003, "your project again"),
}
"""The ports of `make learn`, by what to type for another one."""
ROOM = 200 * 2**20
"""Bytes that should be free for temporary files: databases, logs, a browser."""
WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")


def examine() -> Iterator[Line]:
    """What is known of this machine, a line each."""
    yield Line("Python", f"{platform.python_version()}, {_environment()}")
    packages = (" ".join(it) for it in versions().items() if it[0] != "python")
    yield Line("packages", ", ".join(packages))
    for option, (port, what) in PORTS.items():
        yield _port(option, port, what)
    yield _browser()
    yield _nginx()
    yield Line("saves", _saves())
    yield _room()
    yield Line("confined", landlock.described())
    yield Line("grading", own_namespaces.described())


def _environment() -> str:
    """The environment that this process, and so the project, runs in."""
    prefix = Path(sys.prefix)
    if prefix == ROOT / ".venv":
        return "in .venv, the environment of the course"
    return f"in {prefix}, which is not .venv, the environment of the course"


def _port(option: str, port: int, what: str) -> Line:
    about = f"port {port}"
    try:
        require_free(port, option)
    except Finding as finding:
        program = listener(port)
        if is_ours(program):
            return Line(about, f"in use by the course: {program}")
        cause = finding.cause
        return Line(about, f"in use by {program or 'another program'}", cause)
    return Line(about, f"free, for {what}")


def _browser() -> Line:
    """The browser of `make tabs`; none is no fault until that is typed."""
    found = chromium.find_browsers()
    how = "none; make tabs gets one where it can, or install Chrome or Chromium"
    return Line("browser", found[0] if found else how)


def _nginx() -> Line:
    """The nginx that some lessons need; none is no fault until those are checked."""
    try:
        command = nginx.find()
    except Finding as finding:
        return Line("nginx", f"none, and some lessons need it. {finding.cause.cure}")
    return Line("nginx", command)


def _saves() -> str:
    """How `make watch` and `make learn` notice that a file is saved."""
    try:
        next(watch(ROOT / "lessons", rust_timeout=1, yield_on_timeout=True))
    except OSError as error:
        return f"found by comparing the files ten times a second: {error}"
    limit = f", {WATCHES.read_text().strip()} watches" if WATCHES.is_file() else ""
    return f"announced by the system{limit}"


def _room() -> Line:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    found = f"{free / 2**30:.1f} GiB free in {folder}"
    if free >= ROOM and os.access(folder, os.W_OK):
        return Line("disk", found)
    expected = f"{ROOM >> 20} MiB for temporary files in {folder}"
    cure = "Delete what is not needed there, or name another folder: TMPDIR=path."
    return Line("disk", found, Cause("machine", expected, found, cure))
