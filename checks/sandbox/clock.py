"""The clock that a project sees: that of the machine, put forward during a run.

So ten minutes can pass between two tabs without a wait. By how much it is ahead is in
memory that all processes of the project share: the same time has passed for all of
them. What measures durations, as `time.monotonic` does, moves in one process only, and
only where a check lets time pass there (`skip`).
"""

import ctypes
import datetime as dt
import gc
import mmap
import sqlite3
import time
from collections.abc import Callable
from typing import Any

IN_SQLITE = (
    ("strftime", 1),
    *((name, 0) for name in ("date", "time", "datetime", "julianday", "unixepoch")),
)
"""Functions of SQLite that tell the time, and at which place they are given it. (Its
CURRENT_TIMESTAMP is a word of the language, and stays what it is.)"""
_skipped = [0.0]
"""The seconds that were skipped in this process."""


class Clock:
    """How many seconds the clock of a project is ahead of that of the machine."""

    def __init__(self) -> None:
        self.ahead = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")

    def put_forward(self, seconds: float) -> float:
        """Be at least so many seconds ahead, in all processes of the project.

        Returns by how many seconds it was put forward.
        """
        skipped = max(seconds - self.ahead[0], 0.0)
        self.skip(skipped)
        return skipped

    def skip(self, seconds: float) -> None:
        """Be so many seconds further ahead, in all processes of the project."""
        self.ahead[0] += seconds

    def install(self) -> None:
        """Let all code of this process see this clock. For a child."""
        ahead, real, nanoseconds = self.ahead, time.time, time.time_ns

        def now() -> float:
            return real() + ahead[0]

        for name in ("monotonic", "perf_counter"):
            _measure_what_was_skipped(name)
        _replace_in_time("time", now)
        _replace_in_time("time_ns", lambda: nanoseconds() + int(ahead[0] * 1e9))
        for name in ("gmtime", "localtime", "ctime"):
            _tell_by_default(name, 0, now)
        for name, place in (("asctime", 0), ("strftime", 1)):
            _tell_by_default(name, place, time.localtime)
        _replace_in_datetime(now)
        _replace_in_sqlite(lambda: ahead[0])


def skip(seconds: float) -> None:
    """Let so much time pass at once for what measures durations in this process.

    The event loop is one of them: what waits there until then is due.
    """
    _skipped[0] += seconds


def _replace_in_time(name: str, function: Callable[..., Any]) -> None:
    # As those of `time`, it is no method in a class that keeps it.
    vars(time)[name] = staticmethod(function)


def _measure_what_was_skipped(name: str) -> None:
    """Let a function that measures durations, and its twin, see what was skipped."""
    seconds, nanoseconds = vars(time)[name], vars(time)[f"{name}_ns"]
    _replace_in_time(name, lambda: seconds() + _skipped[0])
    _replace_in_time(f"{name}_ns", lambda: nanoseconds() + int(_skipped[0] * 1e9))


def _tell_by_default(name: str, place: int, now: Callable[[], Any]) -> None:
    """Give a function of `time` the time that it takes when it is given none."""
    call = vars(time)[name]

    def told(*args: Any) -> Any:
        given = args[place : place + 1] not in ((), (None,))
        return call(*args) if given else call(*args[:place], now())

    _replace_in_time(name, told)


def _replace_in_datetime(now: Callable[[], float]) -> None:
    """Change the class itself: Django and others hold it already.

    Its other methods ask `time.time`.
    """

    def datetime_now(cls: type[dt.datetime], tz: dt.tzinfo | None = None) -> Any:
        return cls.fromtimestamp(now(), tz)

    def utcnow(cls: type[dt.datetime]) -> Any:
        return cls.fromtimestamp(now(), dt.UTC).replace(tzinfo=None)

    methods = gc.get_referents(vars(dt.datetime))[0]
    methods |= {"now": classmethod(datetime_now), "utcnow": classmethod(utcnow)}
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(dt.datetime))


def _replace_in_sqlite(ahead: Callable[[], float]) -> None:
    """Let databases that are opened later tell this time, as to Django's Now()."""
    connect = sqlite3.connect
    own = connect(":memory:", check_same_thread=False)

    def function(name: str, place: int) -> Callable[..., Any]:
        def told(*args: Any) -> Any:
            given = [*args, *["now"][len(args) - place :]]
            if str(given[place]).lower() == "now":
                given.insert(place + 1, f"{ahead():+f} seconds")
            places = ", ".join("?" * len(given))
            return own.execute(f"SELECT {name}({places})", given).fetchone()[0]

        return told

    functions = {name: function(name, place) for name, place in IN_SQLITE}

    def connected(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        for name, call in functions.items():
            connection.create_function(name, -1, call, deterministic=True)
        return connection

    for module in (sqlite3, sqlite3.dbapi2):
        vars(module)["connect"] = connected
