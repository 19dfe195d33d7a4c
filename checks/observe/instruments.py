"""What makes Python, Channels and the learner's modules report to a `Recorder`.

All of it runs in a process of the learner's project; it observes and changes nothing.

Channels is not imported before the learner's code does it: that would make
`import channels` bring submodules along that it does not bring under `daphne`. So what
observes a module is installed after its import (`after_import`).
"""

import ast
import asyncio
import importlib.abc
import importlib.util
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from types import CoroutineType, ModuleType
from typing import Any

from checks.observe.activity import acts_by_itself, pending
from checks.observe.log import Event
from checks.observe.recorder import Recorder, current_socket, safe_repr

CAUGHT = "__caught__"
"""The name under which the learner's modules find `report_caught`."""
MOST_CAUGHT = 200
"""How many caught exceptions are reported: a loop that polls may catch without end."""
ORIGIN = 2
"""How many callers are kept of each coroutine: the learner's line is the first.

With four, as much as a fifth of a server's time went into this.
"""
LONG = 0.1
"""From how many seconds on others notice that an event loop stands still."""
MEMORY = "memory"
"""Where a layer keeps its messages that reaches no other process."""
LAYER_CALLS = ("group_add", "group_discard", "group_send", "send", "flush")

Watcher = Callable[[ModuleType], None]


class AfterImport(importlib.abc.MetaPathFinder):
    """Calls a function with a module as soon as somebody has imported it."""

    def __init__(self, watchers: dict[str, Watcher]) -> None:
        self.watchers = watchers

    def find_spec(self, name: str, *_: Any) -> Any:
        """Find the module as usual, and have its watcher called after it is loaded."""
        watcher = self.watchers.pop(name, None)
        spec = importlib.util.find_spec(name) if watcher else None
        if watcher and spec and spec.loader:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                watcher(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def after_import(watchers: dict[str, Watcher]) -> None:
    """Call each watcher with its module, once that is imported."""
    sys.meta_path.insert(0, AfterImport(watchers))


# Exceptions that the learner's code catches -------------------------------------------


class ReportCaught(ast.NodeTransformer):
    """Makes each `except` report, before anything else, what it has caught.

    It also notices whether there is async code.
    """

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Put the call first; every line stays where it was."""
        self.generic_visit(node)
        call = ast.Call(ast.Name(CAUGHT, ast.Load()), [], [])
        report = ast.copy_location(ast.Expr(call), node.body[0])
        node.body.insert(0, ast.fix_missing_locations(report))
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Leave it as it is: from now on, coroutines of the learner's may run here."""
        track_origins()
        return self.generic_visit(node)


def report_caught(record: Recorder, numbers: Iterator[int]) -> None:
    """Report what an `except` of the learner's has caught; `numbers` counts them."""
    error = sys.exception()
    if error and current_socket.get() is not None and next(numbers) < MOST_CAUGHT:
        record("caught", **record.error(error))


# Coroutines that nobody awaits --------------------------------------------------------


def watch_coroutines(record: Recorder) -> None:
    """Report coroutines that were never awaited: Daphne hides Python's warning.

    Where they were called is kept per thread. All sync code runs in this one. In that
    of the event loop it costs time with each coroutine of Channels, so there it begins
    when a module with async code is loaded.
    """
    from asgiref.sync import SyncToAsync  # as late as the project's own import of it
    from django.core.signals import request_started

    SyncToAsync.single_thread_executor.submit(track_origins).result()
    # The sync code of each request runs in a thread of its own.
    request_started.connect(lambda **_: track_origins(), weak=False)
    warn = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]

    def never_awaited(coroutine: "CoroutineType[Any, Any, Any]") -> None:
        _report_never_awaited(record, coroutine)
        warn(coroutine)

    warnings._warn_unawaited_coroutine = never_awaited  # type: ignore[attr-defined]


def track_origins() -> None:
    """From now on, keep where each coroutine of this thread was called."""
    sys.set_coroutine_origin_tracking_depth(ORIGIN)


def _report_never_awaited(
    record: Recorder, coroutine: "CoroutineType[Any, Any, Any]"
) -> None:
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


# Tasks that end with an exception -----------------------------------------------------


def watch_tasks(record: Recorder) -> None:
    """Report what ends a task of the learner's, or a function that a timer calls.

    Nobody is told of it but the terminal, and of a task not before it is deleted.
    """
    loop = asyncio.BaseEventLoop
    create, handle = loop.create_task, loop.call_exception_handler

    def create_task(self: Any, coro: Any, **kwargs: Any) -> Any:
        task = create(self, coro, **kwargs)
        code = getattr(coro, "cr_code", None)
        if code and record.own(code.co_filename):
            task.add_done_callback(lambda task: _report_end(record, task._exception))
        return task

    def call_exception_handler(self: Any, context: dict[str, Any]) -> None:
        if "handle" in context:
            _report_end(record, context.get("exception"))
        handle(self, context)

    loop.create_task = create_task  # type: ignore[method-assign]
    loop.call_exception_handler = call_exception_handler  # type: ignore[method-assign]


def _report_end(record: Recorder, error: BaseException | None) -> None:
    """Report an exception, without marking it as one that somebody has asked for."""
    if error and not isinstance(error, asyncio.CancelledError):
        record("task_raised", **record.error(error))


# Code that stops an event loop --------------------------------------------------------


def watch_sleep(record: Recorder) -> None:
    """Report where a consumer has slept in the thread of an event loop."""
    sleep = time.sleep

    def watched(*args: Any, **kwargs: Any) -> None:
        sleep(*args, **kwargs)
        in_loop = current_socket.get() is not None and asyncio._get_running_loop()
        if in_loop and args[0] >= LONG and (at := record.here()):
            record("sleeps", seconds=args[0], in_loop=True, where=at)

    # As the original, it is no method in a class that keeps it.
    vars(time)["sleep"] = staticmethod(watched)


# The channel layer --------------------------------------------------------------------


def watch_layers(record: Recorder, layers: ModuleType) -> None:
    """Report what every channel layer that the settings name is asked to do."""
    manager = layers.ChannelLayerManager
    make = manager._make_backend

    def _make_backend(self: Any, name: str, config: Any) -> Any:
        layer = make(self, name, config)
        calls = {verb: getattr(layer, verb, None) for verb in LAYER_CALLS}
        for verb, call in calls.items():
            if call:
                setattr(layer, verb, _watched_call(record, call, verb, _kept_in(layer)))
        if hasattr(layer, "new_channel"):
            layer.new_channel = _watched_channel(record, layer.new_channel)
        return layer

    manager._make_backend = _make_backend


def _kept_in(layer: Any) -> str:
    """Where a layer keeps its messages: `Redis`, `memory`, or else its class."""
    bases = type(layer).__mro__
    if any(base.__module__.startswith("channels_redis.") for base in bases):
        return "Redis"
    if any(base.__name__ == "InMemoryChannelLayer" for base in bases):
        return MEMORY
    return type(layer).__name__


def _watched_call(
    record: Recorder, call: Any, verb: str, kept_in: str
) -> Callable[..., Any]:
    async def watched(*args: Any, **kwargs: Any) -> Any:
        await record.gate.hold_async(f"before {verb}")
        shown = [safe_repr(arg) for arg in (*args, *kwargs.values())]
        names = [arg for arg in (*args, *kwargs.values()) if isinstance(arg, str)]
        facts = {"args": shown, "names": names, "kept_in": kept_in}
        record("layer", does=verb, **facts, where=record.here())
        return await call(*args, **kwargs)

    watched.__name__ = verb
    watched.__qualname__ = f"channel_layer.{verb}"
    return watched


def _watched_channel(record: Recorder, new_channel: Any) -> Callable[..., Any]:
    async def watched(*args: Any, **kwargs: Any) -> Any:
        name = await new_channel(*args, **kwargs)
        record("channel", name=safe_repr(name, str))
        return name

    return watched


def watch_capacity(record: Recorder, core: ModuleType) -> None:
    """Report what the Redis layer drops: it says so in a log that nobody switched on.

    Or not at all, where it has read a message and its consumer is busy.
    """
    info, put = core.logger.info, core.BoundedQueue.put_nowait

    def logged(words: Any, *args: Any, **kwargs: Any) -> None:
        if "over capacity" in str(words):
            record("dropped", group=args[-1])
        info(words, *args, **kwargs)

    def put_nowait(self: Any, item: Any) -> Any:
        if self.full():
            record("dropped", group=None)
        return put(self, item)

    core.logger.info, core.BoundedQueue.put_nowait = logged, put_nowait


# Consumers ----------------------------------------------------------------------------


def watch_consumers(record: Recorder, consumer: ModuleType) -> None:
    """Report which consumer took a socket, with which scope, and what it handles."""
    call = consumer.AsyncConsumer.__call__

    async def __call__(self: Any, scope: Any, receive: Any, send: Any) -> Any:
        record("consumer", object=id(self), **_consumer(record, type(self), scope))
        self.dispatch = _watched_dispatch(record, self.dispatch)
        return await call(self, scope, receive, send)

    consumer.AsyncConsumer.__call__ = __call__


def _consumer(record: Recorder, cls: type, scope: Any) -> Event:
    user, methods = scope.get("user"), _methods(record, cls)
    return {
        "name": cls.__qualname__,
        "kwargs": scope.get("url_route", {}).get("kwargs"),
        "user": None if user is None else {"name": safe_repr(user, str)},
        "methods": methods,
        "bases": [base.__name__ for base in cls.__mro__],
        "file": next(iter(methods.values()), {}).get("file"),
    }


def _methods(record: Recorder, cls: type) -> dict[str, Event]:
    """The methods that the learner wrote, and where.

    A method that a base class of Channels hides is never called, and left out.
    """
    methods: dict[str, Event] = {}
    for owner in reversed(cls.__mro__):
        for name, method in vars(owner).items():
            code = getattr(method, "__code__", None)
            if code and record.own(code.co_filename):
                file, line = record.own(code.co_filename), code.co_firstlineno
                methods[name] = {"file": file, "line": line}
            else:
                methods.pop(name, None)
    return methods


def _watched_dispatch(record: Recorder, dispatch: Any) -> Callable[..., Awaitable[Any]]:
    async def watched(message: Any) -> Any:
        kind = message.get("type") if isinstance(message, dict) else None
        from_tab = str(kind).startswith("websocket.")
        event = None if from_tab else safe_repr(message)
        record("handling", type=kind, event=event)
        # Only a message of a tab that was not answered is worth asking for `idle`,
        # which takes time: nothing was left behind that could still answer by itself.
        before = pending() if from_tab else set()
        answers = record.answers[current_socket.get()]
        try:
            await dispatch(message)
        finally:
            silent = before and answers == record.answers[current_socket.get()]
            idle = silent and pending() <= before and not acts_by_itself(record)
            record("handled", type=kind, idle=bool(idle))

    return watched
