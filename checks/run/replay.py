"""The messages of a check, to be followed step by step: each line with its code."""

import dataclasses
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from checks.observe.monitor import Monitor
from checks.regular_file import read_text
from checks.sandbox.nginx import CONFIGURATION
from checks.verdict import Cause, Check, Moment, Replay, Where

OPENS, SENDS = "websocket.connect", "websocket.receive"
"""What a tab does by itself, by the ASGI event that its server gets."""


def transcript(
    monitor: Monitor, project: Path, cause: Cause | None = None
) -> list[Moment]:
    """The transcript of the check so far, each line with the code that it came from.

    Where the cause is in the configuration of nginx, it has no queries.
    """
    while monitor.pump(0):  # What a server has reported of the last frame.
        pass
    moments = with_code(monitor.timeline.located(), project)
    if cause and cause.where and cause.where.file == CONFIGURATION:
        return [moment for moment in moments if moment.does != "queries"]
    return moments


def replay(check: Check, monitor: Monitor, project: Path) -> Replay:
    """The way of the first message of a check: up to what a tab does next."""
    moments = transcript(monitor, project)
    kinds = {id(line): kind for line, _, kind in monitor.timeline.of_tabs}
    begun = [kinds.get(id(line)) for line in monitor.timeline.transcript]
    sent = begun.index(SENDS) if SENDS in begun else len(begun)
    later = (i for i, kind in enumerate(begun) if i > sent and kind in (OPENS, SENDS))
    return Replay(check.id, check.title, moments[: next(later, None)])


def with_code(moments: Iterable[Moment], project: Path) -> list[Moment]:
    """The same lines, each with the code that it came from, as the files are now."""
    lines = cache(lambda file: _lines(project / file))

    def code(where: Where | None) -> tuple[str, ...]:
        return _excerpt(lines(where.file), where) if where else ()

    return [dataclasses.replace(line, code=code(line.where)) for line in moments]


def _lines(path: Path) -> list[str]:
    try:
        return read_text(path).splitlines()
    except (OSError, ValueError):
        return []


def _excerpt(lines: list[str], where: Where) -> tuple[str, ...]:
    """The line before, the line itself, and the line after; blank beyond the ends."""
    if where.line is None or where.line > len(lines):
        return ()
    around = ["", *lines, ""]
    return tuple(around[where.line - 1 : where.line + 2])
