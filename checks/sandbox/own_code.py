"""Whether the code of the checker is still what it was, in a process of a project.

A project runs in the same processes as what reports about it, so it could replace that.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from checks.observe.log import Event
from checks.observe.recorder import Recorder

OURS = ("checks.observe.", "checks.sandbox.", "checks.verdict", "checks.regular_file")
"""What runs in such a process: these parts, and those that they import."""
LIBRARIES = ((os, "write"), (json, "dumps"))
"""What a `Recorder` calls to report something."""

_names: list[str] = []
_loaded: dict[str, Any] = {}


def remember() -> None:
    """Note what is loaded, before the process of a project is forked.

    In the fork, this would take 13 MiB: whatever is looked at there is copied.
    """
    _names[:] = [name for name in sys.modules if name.startswith(OURS)]
    _loaded.update(_now())


def replaced(record: Recorder) -> list[Event]:
    """The functions that are others than before: by `name`, with the project's `file`.

    `file` is None where the new one is not in a file of the project.
    """
    now = _now()
    names = [name for name, code in _loaded.items() if now.get(name) is not code]
    found = [(name, getattr(now.get(name), "co_filename", "")) for name in names]
    if type(record) is not Recorder:
        found.append((f"{Recorder.__module__}.{Recorder.__name__}", ""))
    return [{"name": name, "file": record.own(file)} for name, file in found]


def _now() -> dict[str, Any]:
    """The code of each function of ours, and of those that it uses, by its name."""
    used = [(f"{it.__name__}.{name}", getattr(it, name)) for it, name in LIBRARIES]
    ours = [
        (f"{name}.{at}", thing)
        for name in _names
        if name in sys.modules
        for at, thing in vars(sys.modules[name]).items()
    ]
    return dict(code for name, thing in used + ours for code in _code(name, thing))


def _code(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """The code of a function, or of the methods of a class, by their names."""
    if isinstance(thing, type) and thing.__module__.startswith(OURS):
        for method, function in vars(thing).items():
            yield from _code(
                f"{name}.{method}", getattr(function, "__func__", function)
            )
    elif callable(thing):
        yield name, getattr(thing, "__code__", thing)
