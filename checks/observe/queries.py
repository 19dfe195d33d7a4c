"""What makes a database connection of the project report its queries."""

import asyncio
import contextlib
import re
from typing import Any

from checks.observe.recorder import Recorder, current_socket, safe_repr

QUERY = re.compile(
    r'(?s)\s*(?P<verb>[A-Z]+)\b(?:(?<=UPDATE)|.*?(?:FROM|INTO)) "?(?P<table>\w+)'
)
LOCKS = re.compile("BEGIN (IMMEDIATE|EXCLUSIVE)")
"""The beginning of a transaction that keeps all others from writing until it ends."""
OF_DJANGO = ("auth_", "django_")
"""How the tables begin that Django's own apps have."""


def watch_queries(record: Recorder, connection: Any) -> None:
    """Report the queries of consumers; the gate can hold one before or after it."""

    def watched(execute: Any, sql: str, *args: Any) -> Any:
        if current_socket.get() is None:
            return execute(sql, *args)
        if LOCKS.match(sql):  # Held later, it would hold the messages of all others.
            record.gate.hold("before INSERT")
        query = QUERY.match(sql)
        if query is None:
            return execute(sql, *args)
        verb, table = query["verb"], query["table"]
        if table.startswith(OF_DJANGO):
            record("query_of_django", does=verb, table=table)
            return execute(sql, *args)
        record.gate.hold(f"before {verb}")
        result = execute(sql, *args)
        given = safe_repr(args[0]) if verb != "SELECT" else ""
        it = {"does": verb, "table": table, "given": given, "in_loop": _in_loop()}
        record("query", **it, where=record.here())
        record.gate.hold(f"after {verb}")
        return result

    connection.execute_wrappers.append(watched)


def _in_loop() -> bool:
    """Whether this thread runs an event loop, which waits until this call returns."""
    with contextlib.suppress(RuntimeError):
        return bool(asyncio.get_running_loop())
    return False
