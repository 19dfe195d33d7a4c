"""The database in async code, and the bridges between code that is async and not."""

import ast
import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

SYNC_ONLY = "^SynchronousOnlyOperation"
NOT_ASYNC = rf"{SYNC_ONLY}|^TypeError: 'Atomic' object does not support the async"
BRIDGE = "(?P<bridge>(database_)?sync_to_async)"
ONLY_SYNC = "sync_to_async can only be applied to sync functions"
QUERIES = (
    "get|create|get_or_create|update_or_create|bulk_create|bulk_update|save|delete|"
    "update|count|exists|first|last|latest|earliest|aggregate|in_bulk|create_user|"
    "refresh_from_db|authenticate|login|logout|get_user|list|len|bool|set|sorted|tuple"
)
LAZY = "all|filter|exclude|order_by|values|values_list|select_related|annotate|distinct"
WRITE = "await database_sync_to_async($call)($given): the function first, its arguments"
LONGEST = 60
"""Characters of a call that are told as they are written; else `…` stands for them."""
in_sync, in_async = based("'SyncConsumer'"), based(r"^(?!.*'SyncConsumer')")


def _query(evidence: Evidence) -> Found | None:
    """The call of the ORM in the async statement that failed."""
    lines = [line for line in evidence.stack[-1:] if line.is_async]
    return written(rf"(.*\.)?({QUERIES})", lines)


def _sync_query(evidence: Evidence) -> Found | None:
    """The same in a function that is not async, where no other of the learner's is."""
    lines = [] if any(x.is_async for x in evidence.stack) else evidence.stack[-1:]
    found = written(rf"(.*\.)?({QUERIES})", lines)
    return found and found | {"function": "".join(lines[0].functions[-1:])}


def written(name: str, lines: list[Line]) -> Found | None:
    """The first call of this name, as it is written, and what it is given."""
    for line in lines:
        for node in line.nodes:
            if isinstance(node, ast.Call) and re.fullmatch(name, name_of(node.func)):
                given = ", ".join(map(ast.unparse, [*node.args, *node.keywords]))
                call = ast.unparse(node.func)
                if len(call + given) > LONGEST:
                    call, given = name_of(node.func).replace("()", "(…)"), "…"
                return {"call": call, "given": given, "where": line.at}
    return None


def _attribute(evidence: Evidence) -> Found | None:
    """The longest dotted name in the async statement that was running."""
    for line in [line for line in evidence.stack if line.is_async][-1:]:
        called = {name for name, _ in line.calls} | {*line.assigns}
        names = [n for n in line.names if n not in called and n.count(".") > 0]
        if names:
            return {"name": max(names, key=lambda name: name.count("."))}
    return None


def _comprehension(evidence: Evidence) -> Found | None:
    """The statement that failed makes a list of rows, and follows no relation."""
    for line in evidence.lines(FAILED):
        made = [n for n in line.nodes if isinstance(n, ast.ListComp | ast.SetComp)]
        plain = [n for n in made if not n.generators[0].is_async]
        if plain and all(name.count(".") < 2 for name in line.names):  # noqa: PLR2004
            return {"where": line.at}
    return None


def _helper(evidence: Evidence) -> Found | None:
    """The function that is not async, where one that is async calls it."""
    stack, frames = evidence.stack, evidence.event.get("frames") or []
    if len(stack) != len(frames) or not stack or stack[-1].is_async:
        return None
    callers = [at for at, line in enumerate(stack[:-1]) if line.is_async]
    if not callers:
        return None
    caller, name = stack[callers[-1]], frames[callers[-1] + 1]["function"]
    if name == "__init__":
        name = stack[callers[-1] + 1].in_class
    return written(rf"(.*\.)?{re.escape(name)}", [caller])


def _returns_queryset(evidence: Evidence) -> Found | None:
    """A function under database_sync_to_async that returns what is not yet read."""
    for line in evidence.lines():
        if line.functions and isinstance(line.node, ast.Return):
            name, value = line.functions[-1], line.node.value
            lazy = _is_slice(value) or re.search(rf"\.({LAZY})\(\)$", name_of(value))
            if lazy and _bridged(evidence, name):
                return {"function": name, "where": line.at}
    return None


def _is_slice(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice)


def _bridged(evidence: Evidence, name: str) -> bool:
    """Whether this function is decorated, or handed to, database_sync_to_async."""
    bridge = calls(BRIDGE, given=rf"(.*\.)?{name}")(evidence)
    return bool(bridge) or bool(_decorated(name)(evidence))


def _decorated(function: str, *kinds: type) -> Clue:
    """A function that a bridge decorates; of any name, where that is empty."""

    def clue(evidence: Evidence) -> Found | None:
        for line in evidence.lines():
            for decorator in getattr(line.node, "decorator_list", ()):
                bridge = name_of(decorator).removesuffix("()").rpartition(".")[2]
                fits = not kinds or isinstance(line.node, kinds)
                if (
                    fits
                    and re.fullmatch(BRIDGE, bridge)
                    and function in {"", line.defines}
                ):
                    return {"function": line.defines, "bridge": bridge}
        return None

    return clue


def _bridges_async(evidence: Evidence) -> Found | None:
    """An async function of the learner's that a bridge decorates, or is given."""
    if found := _decorated("", ast.AsyncFunctionDef)(evidence):
        return found
    for line in evidence.lines(FAILED):
        for name, given in line.calls:
            for other in evidence.lines():
                is_given = given and given[0].rpartition(".")[2] == other.defines
                is_async = isinstance(other.node, ast.AsyncFunctionDef)
                if re.fullmatch(BRIDGE, name) and is_given and is_async:
                    return {"function": other.defines, "bridge": name}
    return None


def _given(bridge: str, inner: str = "") -> Clue:
    """A bridge in the statements that were running, and what it is given."""

    def clue(evidence: Evidence) -> Found | None:
        for line in reversed(evidence.stack):
            for name, given in line.calls:
                fits = given and re.fullmatch(bridge, name)
                if fits and given[0] and re.fullmatch(inner or ".*", given[0]):
                    call = given[0].removesuffix("()")
                    return {"bridge": name, "call": call, "where": line.at}
        return None

    return clue


def _task(evidence: Evidence) -> Found | None:
    """A task that is made in the function that failed, and what for."""
    for line in evidence.lines(METHOD):
        for name, given in line.calls:
            if given and re.fullmatch(r"(.*\.)?(create_task|ensure_future)", name):
                return {"bridge": name, "call": given[0].removesuffix("()")}
    return None


def _unawaited(evidence: Evidence) -> Found | None:
    """A call, in the function that failed, of what is async, or bridged."""
    functions = {line.defines for line in evidence.lines() if line.defines}
    for line in evidence.lines(METHOD):
        for name, _ in line.calls:
            last = name.rpartition(".")[2]
            own = last in functions and _awaitable(evidence, last)
            awaitable = own or re.fullmatch(f"a({QUERIES})", last)
            if name not in line.awaits and awaitable:
                return {"call": name, "where": line.at}
    return None


def _awaitable(evidence: Evidence, name: str) -> bool:
    """Whether a function of the learner's is async, or decorated with a bridge."""
    kinds = [type(x.node) for x in evidence.lines() if x.defines == name]
    return ast.AsyncFunctionDef in kinds or bool(_decorated(name)(evidence))


def _scope(line: Line) -> Found:
    """How the scope is called in a statement that reads it."""
    names = [n for n in line.names if re.fullmatch(r"(self\.)?scope", n)]
    return {"scope": (names or ["self.scope"])[0]}


def _query_string(evidence: Evidence) -> Found | None:
    """The line, in the function that failed, that reads the query string."""
    for line in evidence.lines(METHOD):
        if "query_string" in line.texts:
            return {"where": line.at, **_scope(line)}
    return None


def _header(evidence: Evidence) -> Found | None:
    """The header that is read from scope["headers"] in the statement that failed."""
    for line in evidence.lines(FAILED):
        keys = [text for text in line.texts if text != "headers"]
        if "headers" in line.texts and keys:
            return {"key": keys[0].lower(), **_scope(line)}
    return None


@fact
def _in_a_template(evidence: Evidence) -> bool:
    """The exception was raised where a template was rendered."""
    where = evidence.cause.where
    return bool(where and where.file.endswith(".html"))


MISTAKES = [
    OTHER(f"""orm_in_async_code: The database is asked in code that is async
      If the terminal says `You cannot call this from an async context`
      Do: Write {WRITE} after.
      Why: Django's ORM waits for the database and would stop every other connection
        meanwhile; database_sync_to_async runs it in a thread.""").on(
        "1011", SYNC_ONLY, _query, step=1
    ),
    OTHER(f"""orm_in_a_middleware: A function before the consumer asks the database
      If the terminal says `You cannot call this from an async context`, and the
        function is not async
      Do: Write async def for $function, return await before what comes next in it, and
        {WRITE} after.
      Why: Whatever is called on the way to a consumer runs in the event loop.
    """).on("500", SYNC_ONLY, no_consumer, _sync_query, weight=1, step=1),
    OTHER("""orm_in_a_loop: A for loop asks the database in code that is async
      If the terminal says `You cannot call this from an async context`, at a for,
        or at a list that is made with one
      Do: Write async for there: a queryset can be read so in code that is async.
      Why: A queryset asks the database when it is first read, which a for does.
    """).on(
        "1011",
        SYNC_ONLY,
        either(statement("for", FAILED), _comprehension),
        weight=1,
        step=1,
    ),
    OTHER("""orm_through_an_attribute: An attribute asks the database in code that is
        async
      If the terminal says `You cannot call this from an async context`, and the line
        has no call of the ORM
      Do: Read $name inside a function that runs by database_sync_to_async, and return
        what you need; or load it there with select_related().
      Why: An attribute that leads to another object is a query, the first time.
    """).on("1011", SYNC_ONLY, _attribute, step=1, weight=-1),
    OTHER("""queryset_is_read: A queryset is read in code that is async
      If the terminal says `You cannot call this from an async context`, and the line
        reads a queryset
      Do: Read it in a thread: await database_sync_to_async(list)(…), around the
        queryset. Why: A queryset asks the database when it is first read: by a loop, an
        index, an if.""").on("1011", SYNC_ONLY, weight=-1, step=1),
    OTHER("""atomic_in_async_code: A transaction is begun in code that is async
      If the terminal says `You cannot call this from an async context`, or `object does
        not support the asynchronous context manager protocol`, and the line says
        transaction.atomic()
      Do: Take transaction.atomic() out there; or move what belongs in the transaction
        to a function, and call that with database_sync_to_async.
      Why: A transaction belongs to one thread, and code that is async may go on in
        another after each await.""").on(
        "1011",
        NOT_ASYNC,
        look(uses(r"(transaction\.)?atomic", SHOWN)),
        weight=4,
        step=1,
    ),
    OTHER("""async_view_and_its_template: The template of an async view asks the
        database
      If the page says SynchronousOnlyOperation, and the view is `async def`
      Do: Write def instead of async def for that view; or pass what the template needs,
        such as "user": await request.auser().
      Why: A template is rendered in the thread of its view; for a view that is async,
        that is the thread of the event loop.""").on(
        "pages: page_raised", SYNC_ONLY, _in_a_template, weight=4, step=1
    ),
    OTHER(f"""orm_in_a_helper: Async code calls a function that asks the database
      If the terminal says `You cannot call this from an async context`, in a function
        that is not async
      Do: Write {WRITE} after.
      Why: A function runs in the thread of whoever calls it; here that is async code.
    """).on("1011", SYNC_ONLY, _helper, weight=2, step=1),
    OTHER("""orm_in_init: __init__ asks the database
      If the terminal says `You cannot call this from an async context`, in __init__
      Do: Move that line from __init__ to connect(); in an async consumer, await it
        there by database_sync_to_async.
      Why: Channels makes the consumer inside the event loop, whatever consumer it is.
    """).on("500", SYNC_ONLY, in_("__init__"), weight=4, step=1),
    OTHER("""queryset_leaves_its_thread: A queryset is returned that nobody has read
      If the terminal says `You cannot call this from an async context`, and
        database_sync_to_async is there already
      Do: Return a list from $function: put list(…) around the queryset.
      Why: A queryset asks the database when it is first read; returned as it is, that
        happens outside of database_sync_to_async.""").on(
        "1011",
        SYNC_ONLY,
        _returns_queryset,
        no(uses(r".*objects.*", FAILED)),
        weight=3,
        step=1,
    ),
    OTHER("""bridge_around_the_result: A bridge is given a result
      If the line says database_sync_to_async(f(…)), or another bridge in its place
      Do: Give it the function and not its result: $bridge($call)(…).
      Why: What stands in brackets is called first, in this thread; the bridge is to
        call it in another.""").on(
        "1011",
        f"{SYNC_ONLY}|{ONLY_SYNC}|'coroutine' object is not callable",
        _given(f"{BRIDGE}|async_to_sync", r".*\(\)"),
        weight=4,
        step=1,
    ),
    OTHER("""bridge_around_an_async_function: A function that is async is bridged as
        if it were not
      If the terminal says `sync_to_async can only be applied to sync functions`
      Do: Write def $function instead of async def, if nothing in it awaits; else do
        without $bridge there, and await $function itself.
      Why: The bridge runs a plain function in a thread; an async one needs no thread.
    """).on("1011", terminal, _bridges_async, weight=2, step=1),
    OTHER("""bridge_is_not_called: What a bridge makes is not called
      If the terminal says `object DatabaseSyncToAsync can't be used in 'await'`
      Do: Write the second brackets: await $bridge($call)(…).
      Why: The bridge gives a function back; it runs when it is called.""").on(
        "1011", "SyncToAsync can't be used in 'await'", _given(BRIDGE), weight=2, step=1
    ),
    OTHER("""bridge_with_empty_brackets: A decorator has empty brackets
      If the terminal says `SyncToAsync.__init__() missing`
      Do: Write @database_sync_to_async, or @sync_to_async, without brackets.
      Why: The decorator takes the function below it; the brackets call it before.
    """).on("no_start", terminal, step=1),
    OTHER("""coroutine_instead_of_its_value: A coroutine is used as if it were its
        value
      If the terminal says something of a `coroutine`, and a call has no await
      Do: Write await before that call: await $call(…).
      Why: Calling an async function makes a coroutine; its value comes of awaiting it.
    """).on("1011", r"\bcoroutine\b", own, _unawaited, in_async, weight=2, step=1),
    OTHER("""sync_to_async_in_sync_code: sync_to_async stands where async_to_sync
        should
      If the terminal says `sync_to_async can only be applied to sync functions`, in a
        method that is not async
      Do: Write async_to_sync($call)(…) instead of $bridge.
      Why: The names say from what to what: async_to_sync calls what is async from code
        that is not.""").on("1011", ONLY_SYNC, _given(BRIDGE), in_sync, step=1),
    OTHER("""sync_to_async_of_a_coroutine: sync_to_async stands around what is async
      If the terminal says `sync_to_async can only be applied to sync functions`, in a
        method that is async
      Do: Write await $call(…) instead of $bridge.
      Why: What is async is awaited; the bridge is for what is not.""").on(
        "1011", ONLY_SYNC, _given(BRIDGE), in_async, step=1
    ),
    OTHER("""async_to_sync_of_a_function: async_to_sync stands around what is not
        async
      If the terminal says `can't be used in 'await' expression`, and the line says
        async_to_sync
      Do: Take out async_to_sync there: call $call(…) itself.
      Why: async_to_sync awaits what its function makes; a plain one makes nothing to
        await.""").on(
        "1011", terminal, _given("async_to_sync"), in_sync, weight=2, step=1
    ),
    OTHER("""task_without_a_loop: A task is made in code that is not async
      If the terminal says `no running event loop`
      Do: Call async_to_sync($call)(…) instead of $bridge(); or make the consumer async.
      Why: The methods of a WebsocketConsumer run in a thread, and no event loop runs
        there that a task could belong to.""").on(
        "1011", "no running event loop|no current event loop", _task, step=1
    ),
    # What the scope holds
    OTHER("""headers_are_pairs: The headers are read as a dictionary
      If the line reads scope["headers"] by a name
      Do: Write dict($scope["headers"]).get(b"$key", b"").decode(): the headers are a
        list of pairs.
      Why: A header may come twice, so ASGI has them as a list; names and values are
        bytes, and the names are in lower case.
    """).on(
        "500",
        "(list|tuple) indices must be|'list' object has no|^KeyError",
        _header,
        step=1,
    ),
    OTHER("""query_string_is_bytes: The query string is used as text
      If the line, or method, reads scope["query_string"]
      Do: Write $scope["query_string"].decode() there: it is bytes.
      Why: ASGI hands over what is in the address as it came.""").on(
        "500",
        "bytes-like object|string pattern on a bytes|(str|bytes) (and|to) .?(st|by)",
        _query_string,
        step=1,
    ),
]
