"""Inside a forked child: everything between `fork` and the learner's first line.

The child becomes as similar to a fresh `daphne` started in the project as possible,
except that it writes to a database, a key prefix and output files of the run's own.
Nothing here returns to the code that forked.
"""

import contextlib
import dataclasses
import faulthandler
import gc
import importlib
import importlib.machinery
import os
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from checks.observe.recorder import Recorder, causes_of
from checks.sandbox import isolation, source, stacks
from checks.sandbox.clock import Clock
from checks.sandbox.confinement import Confinement, be_traceable
from checks.sandbox.fault import ProjectFault

REACTOR = "daphne.server"
"""Creates the reactor, which the apps of Django expect, and no two processes may share.

Whoever serves a project, `daphne` or `runserver`, imports it before the project.
"""
TEMPORARY = "tmp"
"""The folder for the project's own temporary files, in the one of the run."""
BROKEN = 70
"""Exit status of a child that our own code kept from its work."""
DELETIONS = 20
"""How often the folder of a run is deleted: another child may still write into it."""

Work = Callable[[Recorder], object]


@dataclass(frozen=True)
class ChildConfig:
    """What a child gets: its project, its clock, where it writes, file descriptors.

    Events are written to `events`, and stacks to `stack`, when asked there. The parent
    holds the other end of `parent_pipe` and of the signals. `socket` is the one to
    listen on, if any. Copies of databases are put into `folder`.
    """

    project: Path
    clock: Clock
    confinement: Confinement
    folder: Path
    prefix: str
    printed: Path
    log: Path
    events: int
    stack: int
    parent_pipe: int
    signals: tuple[int, ...]
    socket: int | None = None


def run_in_child(config: ChildConfig, wait: Callable[[], None], work: Work) -> NoReturn:
    """Become a process of the learner's project, do the work, and end.

    Nothing of the project is read before `wait` returns.
    """
    status = BROKEN
    try:
        _prepare(config)
        wait()
        config.confinement.apply(config.project, config.folder)
        _end_with_parent(config)
        _tell_stacks(config)
        gc.enable()
        record = Recorder(config.events, config.project)
        record("started")
        status = _work(record, config, work)
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(status)


def _prepare(config: ChildConfig) -> None:
    """Do what any server does, whatever it serves."""
    os.setsid()
    be_traceable(yes=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(config.folder / TEMPORARY)
    _redirect(config)
    config.clock.install()
    gc.disable()  # A collection would touch, and so copy, what is shared.
    importlib.import_module(REACTOR)
    from autobahn.websocket import protocol as websocket

    # For each connection, of forty options, for a log that nobody has switched on.
    vars(websocket)["pformat"] = str
    gc.freeze()


def _end_with_parent(config: ChildConfig) -> None:
    """Start the thread that ends this process when its parent has ended."""
    watching = (config.parent_pipe, config.folder)
    threading.Thread(target=end_with_parent, args=watching, daemon=True).start()


def _tell_stacks(config: ChildConfig) -> None:
    """Start the thread that tells the parent what all threads are executing."""
    asked = [config.stack]
    threading.Thread(target=stacks.tell_when_asked, args=asked, daemon=True).start()


def _work(record: Recorder, config: ChildConfig, work: Work) -> int:
    """Do the work inside the project; report why it cannot be done."""
    try:
        _enter(record, config.project)
        isolation.isolate(record, config.folder, config.prefix)
        missing = record.more
        record.more = lambda error: missing(error) | config.confinement.cure(error)
        work(record)
    except ProjectFault as fault:
        record("project_fault", **dataclasses.asdict(fault))
    except BaseException as error:  # A SystemExit is a result too.
        ready = sys.modules["django.apps"].apps.ready
        found = record.more(error) | record.error(causes_of(error)[-1])
        found["chain"] = record.chain(error)
        record("cannot_start", apps_ready=ready, **found)
    else:
        return 0
    return BROKEN


def _redirect(config: ChildConfig) -> None:
    """Nothing to read from, output to files, no other file of ours left open."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    out, err = os.open(config.printed, flags), os.open(config.log, flags)
    for fd, name in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(fd, name)
    _close_others({0, 1, 2, *_descriptors(config)})
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    faulthandler.register(signal.SIGUSR1, file=config.stack, all_threads=True)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(signum, signal.SIG_DFL)
    sys.unraisablehook = sys.__unraisablehook__  # The parent's raises for a signal.


def _descriptors(config: ChildConfig) -> Iterator[int]:
    """The file descriptors that a child keeps."""
    yield from (config.events, config.stack, config.parent_pipe, *config.signals)
    if config.socket is not None:
        yield config.socket


def _close_others(keep: set[int]) -> None:
    top = max(keep) + 1
    for fd in set(range(top)) - keep:
        with contextlib.suppress(OSError):
            os.close(fd)
    os.closerange(top, 4096)


def end_with_parent(parent_pipe: int, folder: Path | None = None) -> None:
    """Wait for the end of the pipe that only the parent can write to, and end too.

    A parent that was killed cannot delete the `folder` of its run. Where the course is
    in the same folder, an empty one stays: around the course, nothing can be deleted.
    """
    while os.read(parent_pipe, 1):
        pass
    if folder:
        for _ in range(DELETIONS):
            shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _enter(record: Recorder, project: Path) -> None:
    """Make the interpreter look as it does when `daphne` is started in the project."""
    os.chdir(project)
    prefixes = (sys.prefix, sys.base_prefix)
    sys.path[:] = [str(project), *(p for p in sys.path if p.startswith(prefixes))]
    sys.argv = ["daphne", "mysite.asgi:application"]
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if "pytest" not in type(finder).__module__
    ]
    source.load_from_source(record, project)
    _forget_hidden(record, project)
    warnings.resetwarnings()
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def _forget_hidden(record: Recorder, project: Path) -> None:
    """Let `import redis` find a learner's own `redis.py`, as it does under `daphne`."""
    own = {path.stem for path in project.iterdir() if path.suffix in ("", ".py")}
    loaded = {name for name in own if name in sys.modules}
    if loaded:
        for name in [name for name in sys.modules if name.partition(".")[0] in loaded]:
            del sys.modules[name]
        sys.modules.pop(REACTOR, None)  # To be imported as if for the first time.
    if hidden := loaded | {name for name in own if _is_installed(name)}:
        record("hides", names=sorted(hidden))


def _is_installed(name: str) -> bool:
    """Whether a module of this name is there outside of the project."""
    spec = importlib.machinery.PathFinder.find_spec(name, sys.path[1:])
    return bool(spec and spec.loader)
