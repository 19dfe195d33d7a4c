"""What a learner's project does, seen from inside its own server process.

Everything here observes and changes nothing. It runs in a child that was forked for
the learner's project, and writes one JSON line per event to a pipe.

Channels is not imported before the learner's code does it: that would make
`import channels` bring submodules along that it does not bring under `daphne`. So what
watches a module is put in place by `after_import`.
"""

import ast
import asyncio
import contextvars
import functools
import importlib.abc
import importlib.util
import json
import os
import re
import sys
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import CoroutineType, FrameType, ModuleType
from typing import Any

Event = dict[str, Any]
SHORT = 200
OURS = str(Path(__file__).parents[1]) + os.sep
CAUGHT = "__caught__"
"""The name under which the learner's modules find `caught`."""
MOST_FRAMES = 8
"""So many steps of a traceback are told: a recursion has a thousand alike."""
MOST_CAUGHT = 200
"""So many caught exceptions are told of: a loop that polls may catch without end."""
ORIGIN = 2
"""So many callers are kept of each coroutine: the learner's line is the first.

With four, as much as a fifth of a server's time went into this.
"""
POOLS = ("ThreadPoolExecutor", "asyncio_")
"""How threads are named in which Channels runs what is not async."""
OF_OURS: set[threading.Thread] = set()
"""The threads that were there before any code of the learner's."""
ANSWERS = ("out", "layer")
"""Events by which a consumer says something: to its tab, or through the layer."""
LAYER_CALLS = ("group_add", "group_discard", "group_send", "send", "flush")

_socket: contextvars.ContextVar[int | None] = contextvars.ContextVar(
    "socket", default=None
)


class Recorder:
    """Writes what happens to a pipe, and knows which code is the learner's."""

    def __init__(self, fd: int, project: Path) -> None:
        self.fd = fd
        self.project = os.path.realpath(project) + os.sep
        self.lock = threading.Lock()
        self.answers: Counter[int | None] = Counter()
        self.own = functools.cache(self._own)

    def __call__(self, kind: str, **data: Any) -> None:
        """Record one event. A reader that is gone is no reason to fail."""
        socket = _socket.get()
        self.answers[socket] += kind in ANSWERS
        event = {"at": time.monotonic(), "kind": kind, "socket": socket, **data}
        line = json.dumps(event, default=_repr).encode() + b"\n"
        with self.lock:
            try:
                while line:
                    line = line[os.write(self.fd, line) :]
            except OSError:
                pass

    def _own(self, filename: str) -> str | None:
        """The path inside the project, or None when the code is not the learner's."""
        if not filename.startswith("/"):  # "<frozen …>", or a name from elsewhere
            return None
        path = os.path.realpath(filename)
        return (
            path.removeprefix(self.project) if path.startswith(self.project) else None
        )

    def frames(self, steps: traceback.StackSummary) -> list[Event]:
        """Those steps of a stack that lie in the learner's code, innermost last.

        Of a recursion, the last ones.
        """
        own = [
            {
                "file": self.own(step.filename),
                "line": step.lineno,
                "function": step.name,
                "code": step.line or "",
            }
            for step in steps
            if self.own(step.filename)
        ]
        return own[-MOST_FRAMES:]

    def error(self, error: BaseException) -> Event:
        """An exception as data: its name, its words, the learner's own frames."""
        steps = traceback.extract_tb(error.__traceback__)
        frames = self.frames(steps)
        ours = bool(steps) and steps[-1].filename.startswith(OURS)
        if isinstance(error, SyntaxError) and self.own(error.filename or ""):
            file, code = self.own(error.filename or ""), (error.text or "").rstrip()
            last = {"file": file, "line": error.lineno, "function": "", "code": code}
            frames, ours = [*frames, last], False
        words = words_of(error).replace(self.project, "")
        words = words.encode(errors="backslashreplace").decode()
        return {
            "error": type(error).__name__,
            "words": words[: 2 * SHORT],
            "frames": frames,
            "ours": ours,
        }

    def here(self) -> Event | None:
        """The learner's line that is being executed.

        It is in this thread, or in the one of sync code that waits for an async call.
        """
        current = sys._getframe()
        for frame in [current, *sys._current_frames().values()]:
            own = self._innermost(frame)
            if own:
                return own
        return None

    def _innermost(self, frame: FrameType | None) -> Event | None:
        while frame:
            file = self.own(frame.f_code.co_filename)
            if file:
                return {"file": file, "line": frame.f_lineno}
            frame = frame.f_back
        return None


def words_of(error: BaseException) -> str:
    """What an exception says, without the path of a module that an ImportError ends on.

    That is nobody's business.
    """
    return re.sub(r" \((/.*|unknown location)\)$", "", _repr(error, str, 4000))


class AfterImport(importlib.abc.MetaPathFinder):
    """Calls a function with a module as soon as somebody has imported it."""

    def __init__(self, watchers: dict[str, Callable[[ModuleType], None]]) -> None:
        self.watchers = watchers

    def find_spec(self, name: str, *_: Any) -> Any:
        """Find the module as ever, and have its watcher called after it is loaded."""
        watcher = self.watchers.pop(name, None)
        spec = importlib.util.find_spec(name) if watcher else None
        if watcher and spec and spec.loader:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                watcher(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def watch_imports(watchers: dict[str, Callable[[ModuleType], None]]) -> None:
    """Call each watcher with its module, once that is imported."""
    sys.meta_path.insert(0, AfterImport(watchers))


class Handlers(ast.NodeTransformer):
    """Has each `except` tell, before anything else, what it has caught."""

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Put the call first; every line stays where it was."""
        self.generic_visit(node)
        call = ast.Call(ast.Name(CAUGHT, ast.Load()), [], [])
        told = ast.copy_location(ast.Expr(call), node.body[0])
        node.body.insert(0, ast.fix_missing_locations(told))
        return node


def watch_handlers(tree: ast.Module) -> ast.Module:
    """The learner's module, so that exceptions which it catches are evidence too."""
    module: ast.Module = Handlers().visit(tree)
    return module


def caught(record: Recorder, numbers: Iterator[int]) -> None:
    """An `except` of the learner's has caught something, as `numbers` count it."""
    error = sys.exception()
    if error and _socket.get() is not None and next(numbers) < MOST_CAUGHT:
        record("caught", **record.error(error))


def watch_threads() -> None:
    """Remember which threads are none of the learner's."""
    OF_OURS.update(threading.enumerate())


def watch_coroutines(record: Recorder) -> None:
    """Tell of coroutines that were never awaited: Daphne hides Python's warning.

    Origin tracking is per thread, and every sync consumer runs in this one.
    """
    from asgiref.sync import SyncToAsync

    track = sys.set_coroutine_origin_tracking_depth
    track(ORIGIN)
    SyncToAsync.single_thread_executor.submit(track, ORIGIN).result()
    warn = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]

    def never_awaited(coroutine: "CoroutineType[Any, Any, Any]") -> None:
        origin = [
            {"file": record.own(file), "line": line}
            for file, line, _ in coroutine.cr_origin or ()
            if record.own(file)
        ]
        code = coroutine.cr_code
        own = {"file": record.own(code.co_filename), "line": code.co_firstlineno}
        if origin or own["file"]:
            where = origin[0] if origin else own
            what, called = coroutine.__qualname__, bool(origin)
            record("never_awaited", what=what, where=where, called=called)
        warn(coroutine)

    warnings._warn_unawaited_coroutine = never_awaited  # type: ignore[attr-defined]


def watch_layers(record: Recorder, layers: ModuleType) -> None:
    """Tell what every channel layer that the settings name is asked to do."""
    manager = layers.ChannelLayerManager
    make = manager._make_backend

    def _make_backend(self: Any, name: str, config: Any) -> Any:
        layer = make(self, name, config)
        for verb in LAYER_CALLS:
            if hasattr(layer, verb):
                setattr(layer, verb, _watched_call(record, getattr(layer, verb), verb))
        return layer

    manager._make_backend = _make_backend


def _watched_call(record: Recorder, call: Any, verb: str) -> Callable[..., Any]:
    async def watched(*args: Any, **kwargs: Any) -> Any:
        told = [_repr(arg) for arg in (*args, *kwargs.values())]
        names = [arg for arg in (*args, *kwargs.values()) if isinstance(arg, str)]
        record("layer", does=verb, args=told, names=names, where=record.here())
        return await call(*args, **kwargs)

    watched.__name__ = verb
    watched.__qualname__ = f"channel_layer.{verb}"
    return watched


def watch_consumers(record: Recorder, consumer: ModuleType) -> None:
    """Tell which consumer took a socket, with which scope, and what it handles."""
    call = consumer.AsyncConsumer.__call__

    async def __call__(self: Any, scope: Any, receive: Any, send: Any) -> Any:
        told = _consumer(record, type(self), scope)
        record("consumer", object=id(self), **told)
        self.dispatch = _watched_dispatch(record, self.dispatch)
        return await call(self, scope, receive, send)

    consumer.AsyncConsumer.__call__ = __call__


def _consumer(record: Recorder, cls: type, scope: Any) -> Event:
    user = scope.get("user")
    methods = {}
    for owner in reversed(cls.__mro__):
        for name, method in vars(owner).items():
            code = getattr(method, "__code__", None)
            if code and record.own(code.co_filename):
                file, line = record.own(code.co_filename), code.co_firstlineno
                methods[name] = {"file": file, "line": line}
            else:  # What a base of Channels hides is never called.
                methods.pop(name, None)
    return {
        "name": cls.__qualname__,
        "kwargs": scope.get("url_route", {}).get("kwargs"),
        "user": None if user is None else {"name": _repr(user, str)},
        "methods": methods,
        "bases": [base.__name__ for base in cls.__mro__],
        "file": next(iter(methods.values()), {}).get("file"),
    }


def _repr(thing: Any, text: Callable[[Any], str] = repr, most: int = SHORT) -> str:
    """A value in words, whatever its own code does when it is asked for them."""
    try:
        return text(thing)[:most]
    except Exception:
        return f"<{type(thing).__name__}>"


def _watched_dispatch(record: Recorder, dispatch: Any) -> Callable[..., Awaitable[Any]]:
    async def watched(message: Any) -> Any:
        kind = message.get("type") if isinstance(message, dict) else None
        record("handling", type=kind)
        # What is not from a tab, or is answered, is never asked for `idle`, which takes
        # time: nothing was left behind that could still answer by itself.
        before = _pending() if str(kind).startswith("websocket.") else set()
        answers = record.answers[_socket.get()]
        try:
            await dispatch(message)
        finally:
            silent = before and answers == record.answers[_socket.get()]
            idle = silent and _pending() <= before and not _acts_by_itself(record)
            record("handled", type=kind, idle=bool(idle))

    return watched


def _acts_by_itself(record: Recorder) -> bool:
    """Whether something of the learner's from before may still act: thread or task."""
    codes = (getattr(task.get_coro(), "cr_code", None) for task in asyncio.all_tasks())
    tasks = any(code and record.own(code.co_filename) for code in codes)
    return tasks or any(
        thread not in OF_OURS and not thread.name.startswith(POOLS)
        for thread in threading.enumerate()
    )


def _pending() -> set[Any]:
    """Whatever of the learner's may still act by itself: tasks, threads, timers."""
    loop = asyncio.get_running_loop()
    threads = (
        thread for thread in threading.enumerate() if not thread.name.startswith(POOLS)
    )
    timers = (
        timer
        for timer in getattr(loop, "_scheduled", ())
        if not str(getattr(timer._callback, "__module__", "")).startswith("twisted")
    )
    return {*asyncio.all_tasks(loop), *threads, *timers}


def watch_application(record: Recorder, application: Any) -> Any:
    """The same ASGI application, telling of every socket what passed, and its end."""
    numbers: Iterator[int] = iter(range(1, sys.maxsize))

    @functools.wraps(application, updated=())
    async def watched(scope: Any, receive: Any, send: Any) -> Any:
        if scope["type"] != "websocket":
            await _watched_http(record, application(scope, receive, send))
            return
        _socket.set(next(numbers))
        record("opened", port=scope["client"][1], path=scope["path"])

        async def heard() -> Any:
            message = await receive()
            record("in", **_short(message))
            return message

        async def said(message: Any) -> Any:
            record("out", **_short(message))
            return await send(message)

        try:
            await application(scope, heard, said)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            record("raised", **record.error(error))
            raise
        record("ended")

    return watched


async def _watched_http(record: Recorder, answering: Awaitable[Any]) -> None:
    try:
        await answering
    except BaseException as error:
        record("http_raised", **record.error(error))
        raise


def _short(message: Any) -> Event:
    if not isinstance(message, dict):
        return {"type": None, "text": _repr(message)}
    short = {key: message.get(key) for key in ("type", "code")}
    text = message.get("text")
    return short | {"text": None if text is None else _repr(text, str)}
