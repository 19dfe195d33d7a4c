"""Inside the forked child: everything between `fork` and the learner's first line.

The child becomes as alike a fresh `daphne` started in the project as can be, except
that it writes to a database, a key prefix and an output of the run's own. Nothing here
returns to the code that forked.
"""

import ast
import builtins
import contextlib
import dataclasses
import faulthandler
import functools
import gc
import importlib
import importlib.metadata
import itertools
import os
import resource
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, ClassVar, NoReturn

from checks.observe import recorder as evidence
from checks.observe.recorder import Recorder

SETTINGS = "mysite.settings"
APPLICATION = "mysite.asgi.application"
REACTOR = "daphne.server"
"""Makes the reactor, which the apps of Django expect, and no two processes may share.

Whoever serves a project, `daphne` or `runserver`, imports it before the project.
"""
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes that a child may write into one file, its output included."""


@dataclass(frozen=True)
class Surroundings:
    """What a child is given: a project, and where its traces go."""

    project: Path
    database: Path
    prefix: str
    printed: Path
    log: Path
    events: int
    stack: int
    lifeline: int
    gate: int
    asked: int
    socket: int | None = None


@dataclass
class Amiss(Exception):
    """Something in the project is not as it has to be, and nothing was raised for it.

    `amiss` is a word for what it is; the others are as in `checks.verdict.Cause`.
    """

    amiss: str
    expected: str
    got: str
    file: str


def live(
    given: Surroundings, begin: Callable[[], None], work: Callable[[Recorder], object]
) -> NoReturn:
    """Become a process of the learner's project, do the work, and end.

    Nothing of the project is looked at before `begin` returns.
    """
    status = 70
    try:
        os.setsid()
        _redirect(given)
        threading.Thread(
            target=end_with_parent, args=[given.lifeline], daemon=True
        ).start()
        gc.disable()  # A look for garbage would touch, and so copy, what is shared.
        _stand_by()
        gc.freeze()
        begin()
        gc.enable()
        record = Recorder(given.events, given.project)
        record("started")
        try:
            _enter(record, given.project)
            _isolate(given)
            _watch(record, given.prefix)
            work(record)
            status = 0
        except Amiss as amiss:
            record("amiss", **dataclasses.asdict(amiss))
        except BaseException as error:  # A SystemExit is a result too.
            ready = sys.modules["django.apps"].apps.ready
            record("cannot_start", apps_ready=ready, **record.error(_root(error)))
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(status)


def _stand_by() -> None:
    """Do what any server does, whatever it serves."""
    importlib.import_module(REACTOR)
    from autobahn.websocket import protocol as websocket

    # For each connection, of forty options, for a log that nobody has switched on.
    vars(websocket)["pformat"] = str


def _redirect(given: Surroundings) -> None:
    """Nothing to read from, output to files, no other file of ours left open."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    out, err = os.open(given.printed, flags), os.open(given.log, flags)
    for fd, name in ((nowhere, 0), (out, 1), (err, 2)):
        os.dup2(fd, name)
    keep = {given.events, given.stack, given.lifeline, given.socket or 0, 0, 1, 2}
    keep |= {given.gate, given.asked}
    top = max(keep) + 1
    for fd in set(range(top)) - keep:
        with contextlib.suppress(OSError):
            os.close(fd)
    os.closerange(top, 4096)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    faulthandler.register(signal.SIGUSR1, file=given.stack, all_threads=True)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = (
        LARGEST_FILE if hard == resource.RLIM_INFINITY else min(hard, LARGEST_FILE)
    )
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(signum, signal.SIG_DFL)


def end_with_parent(lifeline: int) -> None:
    """Wait for the end of the pipe that only the parent can write to, and end too."""
    while os.read(lifeline, 1):
        pass
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
    _read_source_only(record, project)
    _forget_hidden(record, project)
    warnings.resetwarnings()
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS


class Builtins(dict[str, Any]):
    """The built-in functions of the learner's modules, also those added later."""

    def __missing__(self, name: str) -> Any:
        return vars(builtins)[name]


class FromSource(SourceFileLoader):
    """Compiles a module anew, whatever `.pyc` file lies beside it.

    Of code saved twice within a second, with the same length, the old one would run.
    `builtins` are the built-in functions of the learner's modules.
    """

    builtins: ClassVar[dict[str, Any]] = {}

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with the built-in functions of the learner's modules."""
        module.__dict__["__builtins__"] = self.builtins
        super().exec_module(module)

    def get_code(self, fullname: str) -> CodeType:
        """The code of the module as its file is now."""
        path = self.get_filename(fullname)
        try:
            tree = ast.parse(self.get_data(path), path)
            return self.source_to_code(evidence.watch_handlers(tree), path)
        except (SyntaxError, ValueError) as error:
            if getattr(error, "filename", None):
                raise
            # Such as null bytes: a file that an editor saved as UTF-16.
            words = f"{error}: is the file saved as UTF-8?"
            raise SyntaxError(words, (path, 1, None, None)) from None


def hash_of_this_process() -> Callable[[Any], int]:
    """The function `hash`, as different from other processes as it is in real life.

    Python draws the seed for the hashes of texts when it starts, and forks share it: a
    group that is named by `hash(room)` would be one group for two servers.
    """
    salt = os.urandom(8)

    def hash_(thing: Any, /) -> int:
        parts = thing if isinstance(thing, tuple | frozenset) else (thing,)
        seeded = any(isinstance(part, str | bytes) for part in parts)
        return hash((salt, thing)) if seeded else hash(thing)

    return hash_


def _read_source_only(record: Recorder, project: Path) -> None:
    """Neither read nor write bytecode of the learner's modules."""
    sys.dont_write_bytecode = True
    caught = functools.partial(evidence.caught, record, itertools.count())
    ours = {evidence.CAUGHT: caught, "hash": hash_of_this_process()}
    FromSource.builtins = Builtins(vars(builtins) | ours)
    find = FileFinder.path_hook((FromSource, SOURCE_SUFFIXES))

    def find_in_project(path: str) -> Any:
        if not Path(path).resolve().is_relative_to(project):
            raise ImportError
        return find(path)

    sys.path_hooks.insert(0, find_in_project)
    for path in list(sys.path_importer_cache):  # To clear all of it takes 5 ms.
        if path.startswith(str(project)):
            del sys.path_importer_cache[path]


def _forget_hidden(record: Recorder, project: Path) -> None:
    """A learner's `redis.py` is to be what `import redis` finds, as it really is."""
    own = {path.stem for path in project.iterdir() if path.suffix in ("", ".py")}
    own = {name for name in own if name in sys.modules}
    if own:
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            del sys.modules[name]
        sys.modules.pop(REACTOR, None)  # To be imported as if for the first time.
        record("hides", names=sorted(own))


def _isolate(given: Surroundings) -> None:
    """A database of the run's own, whoever loads the settings."""
    from django.conf import Settings

    load = Settings.__init__

    def __init__(self: Any, module: str) -> None:
        load(self, module)
        databases = getattr(self, "DATABASES", None)
        if not isinstance(databases, dict):
            return
        for alias in databases:
            name = given.database.with_stem(f"{given.database.stem}-{alias}")
            if alias == "default":
                name = given.database
            databases[alias] = {"ENGINE": "django.db.backends.sqlite3", "NAME": name}

    Settings.__init__ = __init__


def _watch(record: Recorder, prefix: str) -> None:
    evidence.watch_threads()
    evidence.watch_coroutines(record)
    evidence.watch_imports(
        {
            "channels.consumer": lambda module: evidence.watch_consumers(
                record, module
            ),
            "channels.layers": lambda module: evidence.watch_layers(record, module),
            "channels_redis.core": lambda module: _prefix(
                module.RedisChannelLayer, prefix
            ),
            "channels_redis.pubsub": lambda module: _prefix(
                module.RedisPubSubLoopLayer, prefix
            ),
        }
    )


def _prefix(layer: type, prefix: str) -> None:
    """Put the run's prefix before the layer's own, however the layer is made."""
    make: Any = layer.__init__  # type: ignore[misc]

    def __init__(self: Any, hosts: Any = None, *args: Any, **kwargs: Any) -> None:
        if args:
            args = (prefix + args[0], *args[1:])
        else:
            kwargs["prefix"] = prefix + kwargs.get("prefix", "asgi")
        make(self, hosts, *args, **kwargs)

    layer.__init__ = __init__  # type: ignore[misc]


def _root(error: BaseException) -> BaseException:
    """The exception at the bottom: the one that the others were raised because of."""
    while error.__cause__ or (error.__context__ and not error.__suppress_context__):
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return error


def django_set_up() -> None:
    """Set Django up, as `manage.py` and `runserver` do before anything else."""
    import daphne.server  # noqa: F401  (see REACTOR)
    import django

    django.setup()


def project_application() -> Any:
    """What `ASGI_APPLICATION` names, imported as `runserver` does."""
    django_set_up()
    from django.conf import settings

    path = str(getattr(settings, "ASGI_APPLICATION", None) or "")
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name, None) if module else None
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        found = None
    if not callable(found):
        raise _no_application(path, f"{module.replace('.', '/')}.py", name)
    return found


def _no_application(path: str, file: str, name: str) -> Amiss:
    """Why `ASGI_APPLICATION` leads to no application: the setting, or the file."""
    expected = "ASGI_APPLICATION to lead to your application"
    settings = "mysite/settings.py"
    if not path:
        return Amiss("not_set", expected, f"{settings} does not set it", settings)
    if path != APPLICATION:
        got = f"{path!r} is no application"
        return Amiss("leads_elsewhere", expected, got, settings)
    there = Path(file).is_file()
    got = f"{file} defines no {name}" if there else f"there is no {file}"
    return Amiss("no_application", expected, got, file)


def run_daphne(record: Recorder, application: Callable[[], Any], socket: int) -> None:
    """Load the application, tell what it is, and serve it until killed."""
    import daphne.server
    from django.core.signals import got_request_exception

    def page_raised(**_: Any) -> None:
        record("http_raised", **record.error(sys.exception() or Exception()))

    got_request_exception.connect(page_raised)
    found = application()
    serving = evidence.watch_application(record, found)
    record(
        "ready",
        application=type(found).__name__,
        asgi=asgi_application(),
        layer=layer(),
        runserver=runserver(),
        routes=routes(),
    )
    daphne.server.Server(
        application=serving,
        endpoints=[f"fd:fileno={socket}"],
        signal_handlers=False,
    ).run()


def asgi_application() -> str:
    """What the settings say that the application is."""
    from django.conf import settings

    return str(getattr(settings, "ASGI_APPLICATION", None))


def routes() -> list[str]:
    """The routes in the project's chat/routing.py, much as they were written."""
    module = sys.modules.get("chat.routing")
    written = []
    for route in getattr(module, "websocket_urlpatterns", ()):
        pattern = getattr(route, "pattern", None)
        kind = "re_path" if "Regex" in type(pattern).__name__ else "path"
        written.append(f"{kind}('{pattern}')")
    return written


def runserver() -> str:
    """The app whose `runserver` command `manage.py` would run."""
    from django.core.management import get_commands

    app = get_commands()["runserver"]
    return app if isinstance(app, str) else type(app).__module__


def layer() -> dict[str, Any]:
    """What the project's default channel layer resolves to, or why it does not.

    `name` and, for a Redis layer, its `redis` hosts; or an `error` in words.
    """
    from channels.layers import channel_layers
    from django.conf import settings

    configured = getattr(settings, "CHANNEL_LAYERS", None)
    if not isinstance(configured, dict) or not configured:
        alike = [name for name in dir(settings) if name.startswith("CHANNEL")]
        instead = f" (it sets {', '.join(alike)})" if alike else ""
        return {"error": f"mysite/settings.py sets no CHANNEL_LAYERS{instead}"}
    if "default" not in configured:
        return {"error": f'CHANNEL_LAYERS names {", ".join(configured)}, no "default"'}
    try:
        made = channel_layers["default"]
    except Exception as error:
        cause = _root(error)
        words = evidence.words_of(cause)
        return {"error": f"{type(cause).__name__} was raised: {words}"}
    names = [f"{cls.__module__}.{cls.__qualname__}" for cls in type(made).__mro__]
    hosts = _redis_hosts(names, configured["default"])
    return {
        "name": names[0],
        "redis": hosts,
        "keys": list(configured["default"]),
        "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer" in names,
        "version": int(importlib.metadata.version("redis").partition(".")[0]),
    }


def _redis_hosts(names: list[str], configured: dict[str, Any]) -> list[Any] | None:
    redis = {
        "channels_redis.core.RedisChannelLayer",
        "channels_redis.pubsub.RedisPubSubChannelLayer",
    }
    if not redis & set(names):
        return None
    from channels_redis.utils import decode_hosts

    hosts: list[Any] = decode_hosts(configured.get("CONFIG", {}).get("hosts"))
    return hosts
