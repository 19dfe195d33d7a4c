"""What people get wrong when they make a consumer async, and let something wait."""

import ast
import re

from checks.explain.mistakes.clues import (
    Clue,
    CONSUMERS,
    FAILED,
    Evidence,
    Found,
    Line,
    any_line,
    assigns,
    awaits,
    based,
    calls,
    defines,
    either,
    expects,
    fact,
    got,
    in_,
    look,
    never_awaited,
    no,
    raised,
    says,
    terminal,
    uses,
)
from checks.explain.mistakes.database import LAZY, SYNC_ONLY, written
from checks.explain.mistakes.echo import kept_on_the_class
from checks.explain.mistakes.groups import on_class
from checks.explain.mistakes.mistake import Section

ONE_THREAD = Section("06_async/#one-thread-for-all")
CONNECTION = Section("06_async/#task-1-make-the-connection-async")
MESSAGE = Section("06_async/#task-2-await-what-a-message-needs")
BRIDGE = Section("06_async/#where-database_sync_to_async-is-still-needed")
IDEA = Section("06_async/#the-idea")
MEANWHILE = Section("05_history/#what-is-sent-while-a-consumer-reads")
TASK = Section("06_async/#task-3-let-a-message-wait-in-a-task")

in_async = based(r"^(?!.*'SyncConsumer')")
STARTS = "create_task|ensure_future"
KEEPS = "(self|cls)\\.\\w+\\.(add|append)"


def keeps_and_cancels(evidence: Evidence) -> Found | None:
    """Tasks are kept, and disconnect() cancels them."""
    return calls(KEEPS)(evidence) and calls("cancel", "disconnect")(evidence)


@fact
def sent_as_it_is(evidence: Evidence) -> bool:
    """What a tab has received begins with the command."""
    return any(
        '"/in ' in text for tab in evidence.tabs for text in tab.received
    )


@fact
def is_receiving(evidence: Evidence) -> bool:
    """The tab's receive() has not ended yet."""
    kinds = [
        event["kind"]
        for event in evidence.events
        if event.get("type") == "websocket.receive"
        and event["kind"] in ("handling", "handled")
    ]
    return kinds[-1:] == ["handling"]


@any_line(CONSUMERS)
def sleeps_in_async_code(line: Line) -> bool:
    """An async function calls time.sleep()."""
    names = [name for name, _ in line.calls if name not in line.awaits]
    return line.is_async and any(
        name in {"sleep", "time.sleep"} for name in names
    )


@fact
def expects_a_reminder(evidence: Evidence) -> bool:
    """A tab has asked for a message later."""
    return any('"/in ' in text for tab in evidence.tabs for text in tab.sent)


@fact
def saves_no_reminder(evidence: Evidence) -> bool:
    """Nothing that a tab has asked for was written to a table of the project."""
    sent = " ".join(text for tab in evidence.tabs for text in tab.sent)
    asked = re.findall(r'"/in [\d.]+ ([^"]+)"', sent)
    written = " ".join(str(e.get("given")) for e in evidence.check_events)
    return not any(words in written for words in asked)


@any_line(CONSUMERS)
def catches_the_cancellation(line: Line) -> bool:
    """What ends a task is caught around what it waits for, and the task goes on."""
    caught = any(name.endswith("CancelledError") for name in line.names)
    if isinstance(line.node, ast.ExceptHandler):
        ends = (ast.Raise, ast.Return)
        return caught and not any(isinstance(x, ends) for x in line.node.body)
    return caught and isinstance(line.node, ast.With)


def awaits_after_a_sleep(call: str) -> Clue:
    """A method that sleeps awaits a call whose name ends so."""

    def clue(evidence: Evidence) -> Found | None:
        lines = evidence.lines(CONSUMERS)
        sleeping = {
            line.functions
            for line in lines
            for name in line.awaits
            if name.endswith("sleep")
        }
        for line in lines:
            ends = any(name.endswith(call) for name in line.awaits)
            if ends and line.functions in sleeping:
                return {"where": line.at}
        return None

    return clue


def cancels_them_all(evidence: Evidence) -> Found | None:
    """The object of which cancel() is called in the line that failed."""
    for line in evidence.lines(FAILED):
        for name, _ in line.calls:
            if name.endswith(".cancel"):
                return {"tasks": name.removesuffix(".cancel")}
    return None


def calculates_seconds(evidence: Evidence) -> Found | None:
    """What asyncio.sleep() is given is the result of a calculation."""
    for line in evidence.lines(CONSUMERS):
        for node in line.nodes:
            if _is_call(node, r"(asyncio\.)?sleep") and node.args:
                given = node.args[0]
                if isinstance(given, ast.BinOp):
                    name = ast.unparse(given.left)
                    return {"seconds": name, "where": line.at}
                if _is_call(given, "int|round") and given.args:
                    name = ast.unparse(given.args[0])
                    return {"seconds": name, "where": line.at}
    return None


def _waits(evidence: Evidence) -> Found | None:
    """The coroutine that nobody awaited is one that sleeps."""
    name = str(evidence.event.get("what")).rpartition(".")[2]
    return awaits(".*sleep", re.escape(name))(evidence)


def _awaited(evidence: Evidence) -> Found | None:
    """The line of receive() that awaits what takes long."""
    for line in evidence.lines("receive"):
        for name in line.awaits:
            called = re.escape(name.rpartition(".")[2])
            is_task = name in {"task", "self.task"}
            if is_task or awaits(".*sleep", called)(evidence) is not None:
                return {"where": line.at}
        if any(name.endswith("sleep") for name in line.awaits):
            return {"where": line.at}
    return None


QUERIES = (
    "((bulk|get_or|update_or)_)?create|bulk_update|get|save|delete|update|count|"
    "exists|first|last|latest|earliest|aggregate|in_bulk|refresh_from_db"
)
"""Methods of Django's that have an async version, with an a before the name."""


def _without_a(evidence: Evidence) -> Found | None:
    """The query in the async statement that failed, and its async version."""
    lines = [line for line in evidence.stack[-1:] if line.is_async]
    found = written(rf".+\.({QUERIES})", lines)
    if not found:
        return None
    before, _, name = found["call"].rpartition(".")
    return {"call": f"{before}.a{name}", "where": found["where"]}


def _is_call(node: ast.AST, names: str) -> bool:
    return isinstance(node, ast.Call) and bool(
        re.fullmatch(names, ast.unparse(node.func))
    )


def unawaited_query(evidence: Evidence) -> Found | None:
    """An async query in the consumer that nobody awaits, and that no task runs."""
    method = re.compile(rf"(?:.*\.)?a({QUERIES})")
    starts = re.compile(rf"(?:.*\.)?(?:{STARTS}|gather|wait_for|async_to_sync)")
    for line in evidence.lines(CONSUMERS):
        called = [name for name, _ in line.calls]
        if any(map(starts.fullmatch, called)):
            continue
        for name in called:
            if method.fullmatch(name) and name not in line.awaits:
                return {"call": name, "where": line.at}
    return None


def _read_at_once(evidence: Evidence) -> Found | None:
    """What list() is given in the async statement that failed."""
    lines = [line for line in evidence.stack[-1:] if line.is_async]
    found = written("list|tuple|set", lines)
    if not found or len(found["given"]) == 0:
        return None
    awaited = "await " * ("list" in lines[0].awaits)
    return {"given": found["given"], "instead": f"{awaited}{found['call']}(…)"}


def _inside_async_for(evidence: Evidence) -> Found | None:
    """A function that reads at once what async for is to go through."""
    for line in evidence.stack[-1:]:
        loops = [x for x in line.nodes if getattr(x, "is_async", 0)]
        loops += [line.node] * isinstance(line.node, ast.AsyncFor)
        for loop in loops:
            called = loop.iter
            if _is_call(called, "list|tuple|set"):
                do = f"Take {called.func.id}() out there: async for reads the queryset."
                return {"do": do, "where": line.at}
            if _is_call(called, "reversed|sorted|enumerate|zip"):
                name = called.func.id
                do = (
                    "Read it into a list with async for, then go through "
                    f"{name}() of the list with for."
                )
                return {"do": do, "where": line.at}
    return None


def _named_by_the_module(evidence: Evidence) -> set[str]:
    lines = [line for line in evidence.lines(CONSUMERS) if line.at_margin]
    return {name for line in lines for name in line.assigns}


def goes_through_all(evidence: Evidence) -> Found | None:
    """disconnect() goes through what the module has given a name to."""
    shared = _named_by_the_module(evidence)
    for line in evidence.lines("disconnect"):
        if line.keyword == "for" and shared & {*line.names}:
            return {"where": line.at}
    return None


def takes_one_of_the_module(evidence: Evidence) -> Found | None:
    """connect() takes a set from a dict of the module, as by the name of the user."""
    shared = _named_by_the_module(evidence)
    for line in evidence.lines("connect"):
        value = getattr(line.node, "value", None)
        if isinstance(value, ast.Call):
            value = value.func
        taken = isinstance(value, ast.Subscript | ast.Attribute)
        if taken and ast.unparse(value.value) in shared:
            return {"where": line.at}
    return None


@any_line("disconnect")
def waits_for_a_task(line: Line) -> bool:
    """A line of disconnect() awaits what is no call: a task."""
    awaited = [x.value for x in line.nodes if isinstance(x, ast.Await)]
    return any(
        isinstance(value, ast.Name | ast.Attribute | ast.Subscript)
        or _is_call(value, r"asyncio\.(gather|wait|wait_for)")
        for value in awaited
    )


@any_line(CONSUMERS)
def calls_the_callback(line: Line) -> bool:
    """What add_done_callback() is given is the result of a call."""
    return any(
        _is_call(node, r".*\.add_done_callback")
        and any(_is_call(given, ".*discard|.*remove") for given in node.args)
        for node in line.nodes
    )


@any_line(CONSUMERS)
def in_finally(line: Line) -> bool:
    """A finally, or an except that catches a cancel, has something that awaits."""
    handlers = getattr(line.node, "finalbody", ())
    return any(
        isinstance(node, ast.Await)
        for statement in handlers
        for node in ast.walk(statement)
    )


@fact
def sleeps_first(evidence: Evidence) -> bool:
    """The method that saves sleeps above that."""
    return any(
        name.endswith("sleep")
        and any(
            re.search(r"(create|save\w*)$", call) for call, _ in other.calls
        )
        for line in evidence.statements
        for name in line.awaits
        for other in evidence.statements
        if other.functions == line.functions and other.at.line > line.at.line
    )


keeps_words = any_line("receive")(
    lambda line: any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and "task" not in node.attr
        for node in line.nodes
    )
)


MISTAKES = (
    IDEA("""async_unsafe_is_allowed: Queries in the event loop are allowed
        If all tabs of a process wait while one message waits for the database
        Do: Take this line out, and await acreate(…), and read with async for, where the
        consumer asks the database.
        Why: DJANGO_ALLOW_ASYNC_UNSAFE makes no call async. It takes away the exception
        by which Django says that a call would keep the event loop waiting.
    """).on("hang: query_in_the_loop", look(says("DJANGO_ALLOW_ASYNC_UNSAFE"))),
    TASK("""waits_for_what_the_loop_runs: The event loop waits for its own coroutine
        If no tab is answered any more once a message waits for its time
        Do: Start it with asyncio.create_task(…) instead of run_coroutine_threadsafe, and
        do not wait for its result.
        Why: run_coroutine_threadsafe() is for another thread. result() keeps the thread
        of the event loop waiting, which alone can run that coroutine.
    """).on("hang: busy", look(calls("run_coroutine_threadsafe")), weight=2),
    TASK("""waits_for_tasks_in_disconnect: disconnect() waits for the tasks
        If a tab has left, and its consumer still waits for a message that is due later
        Do: Call cancel() of each task in disconnect(), before anything waits for them.
        Why: Nobody is there for whom they could send anything. And Daphne kills a
        consumer that does not end some seconds after its tab.
    """).on(
        "wrong: does_not_end busy",
        no(calls("cancel", "disconnect")),
        look(calls("gather|wait|wait_for", "disconnect")),
        weight=1,
    ),
    MESSAGE("""query_is_not_awaited: A query of the async methods is not awaited
        If nothing is written to the database, and no exception is raised
        Do: Write await in front of $call(…).
        Why: The methods whose names begin with an a return a coroutine. Until it is
        awaited, Django asks the database nothing.
    """).on(
        "silent: not_saved without_id silent not_listed still_listed",
        in_async,
        unawaited_query,
        weight=1,
    ),
    TASK("""words_are_kept_on_the_consumer: The words of a message wait on the consumer
        If of two messages that wait, one comes twice, and the other never
        Do: Give the task its words as an argument: self.remind(seconds, text).
        Why: A consumer has one attribute of a name, and a tab may wait for several
        messages: the next one replaces what the first task still needs.
    """).on(
        "silent: silent",
        keeps_words,
        calls("create_task|ensure_future|call_later"),
        weight=2,
    ),
    TASK("""cancelled_task_goes_on: A task that is cancelled goes on all the same
        If a message is sent as soon as its tab leaves
        Do: Do not catch CancelledError around the sleep; or return where it is caught.
        Why: cancel() raises CancelledError where the task waits. Where that is caught,
        the task goes on with what comes next, as if it had waited.
    """).on(
        "wrong: unwanted",
        expects("not due yet"),
        catches_the_cancellation,
        weight=4,
    ),
    TASK("""async_save_of_a_model: A method of a model that Django calls is async
        If nothing is saved, and save() of the model is async def
        Do: Take the word async away from $what() of the model, and await from the
        super().$what(…) in it.
        Why: acreate() and asave() call save() in a thread, and await nothing there.
    """).on(
        "silent: never_awaited",
        never_awaited(r"\.(save|delete|full_clean|clean)$", called=False),
        weight=3,
    ),
    TASK("""first_task_forgets_the_others: A task that ends empties the set of tasks
        If a tab has left, and a message that it waited for is sent all the same
        Do: Take out what empties the set: self.tasks.discard takes one task out.
        Why: What is not in the set any more, disconnect() does not cancel.
    """).on("advice", look(uses(r"\w*tasks\.clear"))),
    # What is not async
    CONNECTION("""def_instead_of_async_def: A method awaits, and is no async def
      If the terminal says `'await' outside async function`, and the consumer is async
      Do: Write async def for the method that has this line.
      Why: Only an async function can stop at an await.
    """).on("no_start: starting", terminal, uses("Async.*Consumer"), weight=3),
    # Who waits for whom
    ONE_THREAD("""sync_consumer_keeps_others_waiting: A sync consumer keeps all others
        waiting
      If the class inherits from WebsocketConsumer, and one tab waits
      Do: Inherit from AsyncWebsocketConsumer, and make every method async.
      Why: All sync consumers of a server process run in one thread: while one of them
        waits, none of the others can run.
    """).on("hang: kept_waiting", based("'SyncConsumer'"), weight=1),
    ONE_THREAD("""async_consumer_waits_in_a_thread: An async consumer waits in the
        one thread for sync code
      If a method that sync_to_async runs calls something through async_to_sync
      Do: Await in the async method what is async, and leave only what is not to
        sync_to_async.
      Why: sync_to_async has one thread for the whole process. What waits there keeps
        everything else waiting that needs it: each query, and each new connection.
    """).on("hang: kept_waiting", in_async, look(calls("async_to_sync"))),
    ONE_THREAD("""one_lock_for_all: All consumers take turns at one lock
      If a message of one tab is kept waiting, and then all others are, too
      Do: Take out the lock: the messages of one tab are in order without it.
      Why: A consumer handles one event after the other. A lock in the module makes all
        consumers of the process do that together.
    """).on("silent", look(uses(".*(Lock|Semaphore)")), weight=4),
    CONNECTION("""sync_method_asks_the_database: A method asks the database, and is no
        async def
      If the terminal says `You cannot call this from an async context`, and the
        consumer is async
      Do: Write async def for this method, and await what it calls.
      Why: An async consumer calls its methods in the event loop, and awaits them.
    """).on(
        "1011",
        "^SynchronousOnlyOperation",
        in_async,
        fact(lambda e: e.stack and not e.stack[-1].is_async),
        fact(lambda e: e.frame.get("file") == CONSUMERS and len(e.stack) == 1),
        weight=3,
    ),
    # The database
    CONNECTION("""queryset_is_awaited: await is before a queryset
      If the terminal says `object QuerySet can't be used in 'await' expression`
      Do: Read it with async for: [message async for message in …].
      Why: A queryset is no coroutine. It asks the database while it is read, and
        async for reads it without blocking the event loop.
    """).on("1011", "object QuerySet can't be used in 'await'", weight=3),
    CONNECTION("""author_is_not_loaded: A relation is followed that was not loaded
      If the terminal says `You cannot call this from an async context`, in a method
        of the model
      Do: Call select_related("author") on the queryset, before it is read.
      Why: message.author is a query of its own, the first time, unless it was loaded
        together with the message.
    """).on(
        "1011",
        "^SynchronousOnlyOperation",
        fact(lambda e: e.frame.get("file") == "chat/models.py"),
        no(calls("select_related")),
        weight=4,
    ),
    CONNECTION("""queryset_is_read_with_list: A queryset is read with list() in code
        that is async
      If the terminal says `You cannot call this from an async context`, at list(…)
      Do: Write [message async for message in $given] instead of $instead.
      Why: list() asks the database at once, and would stop everything else in the
        event loop meanwhile. async for reads the same rows, and lets others run.
    """).on("1011", SYNC_ONLY, _read_at_once, weight=3),
    CONNECTION("""queryset_is_read_inside_async_for: async for is given what has read
        the queryset already
      If the terminal says `You cannot call this from an async context`, at an
        `async for` with reversed(…) or list(…) in it
      Do: $do
      Why: reversed() and list() read a queryset themselves, before async for begins.
    """).on("1011", SYNC_ONLY, _inside_async_for, weight=5),
    CONNECTION("""lazy_method_has_no_a: A method that asks nothing is called with an a
      If the terminal says `object has no attribute 'aall'`, or 'afilter'
      Do: Read the queryset with async for, [message async for message in …], and call
        $lazy() without await.
      Why: all(), filter() and order_by() ask the database nothing, so Django has no
        async version of them. It is asked when the queryset is read.
    """).on(
        "1011",
        rf"^AttributeError: '\w+' object has no attribute 'a(?P<lazy>{LAZY})'",
        weight=3,
    ),
    MESSAGE("""query_without_its_a: A query is called without the a before its name
      If the terminal says `You cannot call this from an async context`, at a method
        such as create()
      Do: Write await $call(…), with an a before the name of the method.
      Why: Methods that ask the database have an async version, which lets others run
        meanwhile.
    """).on("1011", SYNC_ONLY, _without_a, weight=2),
    # What waits
    TASK("""waits_in_receive: receive() waits until the message is due
      If a tab that has asked for a message later receives nothing else until then
      Do: Give the coroutine to asyncio.create_task() there, without await, and return.
      Why: A consumer handles one event after the other. While receive() waits, its tab
        is not answered, and messages to its group are not handled either.
    """).on("silent", is_receiving, _awaited, weight=2),
    MEANWHILE("""joins_while_it_reads: The tab joins its group while the history is read
      If a message that is sent at that moment never comes
      Do: Await group_add first, by itself, and read the history then.
      Why: gather() runs both at once, in no order. What is saved after the query, and
        sent before the tab is in the group, is in neither.
    """).on(
        "own_only: missed",
        expects("said meanwhile"),
        look(calls(r"(asyncio\.)?gather", "connect")),
        step=6,
        weight=2,
    ),
    TASK("""create_task_is_awaited: await is before create_task()
      If a tab that has asked for a message later receives nothing else until then
      Do: Take out await before create_task(): the task runs by itself.
      Why: create_task() returns at once. await waits for the end of the task, and
        meanwhile the tab is not answered.
    """).on("silent", is_receiving, look(awaits(f".*({STARTS})")), weight=4),
    TASK("""cancelled_task_is_awaited: disconnect() awaits a task that it has cancelled
      If a tab leaves, and its consumer goes on
      Do: Take out await there: cancel() is enough.
      Why: await raises the CancelledError of the task in disconnect(), and the consumer
        does not come to its end.
    """).on(
        "advice: does_not_end", calls("cancel", "disconnect"), waits_for_a_task
    ),
    TASK("""every_task_is_cancelled: disconnect() cancels every task of the process
      If a tab leaves, and its consumer goes on or other tabs are cut off
      Do: Cancel only the tasks that this tab has started: for task in self.tasks.
      Why: asyncio.all_tasks() has every task of the process: this consumer itself, those
        of all other tabs, and what the server needs.
    """).on(
        "closed: does_not_end closed not_accepted silent",
        look(calls(r"(asyncio\.)?all_tasks", "disconnect")),
        weight=3,
    ),
    TASK("""none_is_unpacked: What parse() returns is unpacked, and may be None
      If the terminal says `cannot unpack non-iterable NoneType object`
      Do: Ask whether parse() has returned something before you unpack it: for any other
        message, it returns None.
      Why: Most messages are no reminders.
    """).on(
        "1011: raised",
        r"^TypeError: (cannot unpack non-iterable|.*must be an iterable, not) NoneType",
        calls("parse"),
        weight=3,
    ),
    TASK("""callback_is_called: add_done_callback() is given a result
      If a task is removed from the set before it runs
      Do: Give the method, and not its result: add_done_callback(self.tasks.discard).
      Why: What has brackets is called at once, and returns None. The event loop calls
        the method itself, when the task is done.
    """).on("advice", calls_the_callback, weight=6),
    TASK("""parses_what_is_no_text: parse() is given what is no text
      If the terminal says `expected string or bytes-like object, got`
      Do: Make it text before you look for a command: reminders.parse(str(message)).
      Why: A frame may be {"message": 5} or {"message": null}, which anybody can send,
        and only a text can be searched.
    """).on(
        "advice: killed_by_text",
        "^TypeError: expected string or bytes-like",
        look(calls("parse", CONSUMERS)),
        weight=5,
    ),
    TASK("""sleeps_for_other_seconds: asyncio.sleep() is given another number
      If the message comes much later, or earlier, than it is due
      Do: Give asyncio.sleep() the seconds as parse() returns them: $seconds.
      Why: What waits longer than it was asked to seems to be lost. And int() cuts off
        what is behind the point.
    """).on("silent: silent too_early", calculates_seconds),
    TASK("""arguments_in_another_order: A task is given its arguments in another order
      If the terminal says `not supported between instances of 'str' and 'int'`, at
        asyncio.sleep()
      Do: Give the arguments, where the task is made, in the order in which its def takes
        them: here the words stand in the place of the seconds.
      Why: parse() returns the seconds first, and then the words.
    """).on(
        "silent: raised",
        r"^TypeError: '<=' not supported between instances of 'str'",
        look(awaits(r"(asyncio\.)?sleep", FAILED)),
        weight=4,
    ),
    TASK("""set_is_cancelled: A set of tasks is cancelled
      If the terminal says `'set' object has no attribute 'cancel'`
      Do: Go through it, and cancel each task: for task in $tasks: task.cancel().
      Why: A set has no cancel(); the tasks in it have.
    """).on(
        "500: raised",
        r"^AttributeError: '(set|list|dict)' object has no attribute 'cancel'",
        cancels_them_all,
        weight=4,
    ),
    TASK("""reminders_of_no_package: The module is imported without its package
      If the terminal says `No module named 'reminders'`
      Do: Put a dot before it: from . import reminders.
      Why: The module is chat.reminders; the dot stands for the package of this file.
    """).on("no_start", "No module named 'reminders'", weight=6),
    TASK("""reminder_is_sent_to_its_tab_alone: What is due is sent with self.send()
      If only the tab that has asked for a message receives it, without a name or an id
      Do: Call save_and_send() there instead: it saves the message, and sends it to the
        group.
      Why: What is due is a message like any other. self.send() reaches one tab, and
        saves nothing.
    """).on(
        "wrong: without_key silent apart",
        expects_a_reminder,
        awaits_after_a_sleep("self.send"),
        weight=4,
    ),
    TASK("""reminder_without_an_id: What is due is sent to the group, and not saved
      If the terminal says `KeyError: 'id'` once a message is due
      Do: Call save_and_send() there instead: it saves the message, and sends it with
        its id.
      Why: Each message has an id, which the handler asks for. What is due is a message
        like any other.
    """).on(
        "1011: raised",
        raised(r"^KeyError: '(name|message|id)'"),
        expects_a_reminder,
        awaits_after_a_sleep("group_send"),
        weight=6,
    ),
    TASK("""reminder_is_saved_early: A reminder is saved before it is due
        If the history leaves out what is not due yet
        Do: Save a reminder in its task, when it is due, and take the condition out of
        the history.
        Why: Saved early, it has a lower id than messages that came before it, so a tab
        that asks for what it missed is not sent it. And it stays when its tab leaves.
    """).on(
        "history: missed",
        expects("what was due"),
        look(calls(r"(.*\.)?filter", given=r"\w+__lte?")),
        weight=3,
    ),
    TASK("""reminder_is_not_saved: What is due is sent with an id, and not saved
      If a tab that connects later does not receive what was due before
      Do: Call save_and_send() there instead: it saves the message, and sends it.
      Why: What is due is a message like any other. Message(…) makes an object in this
        process, and saves nothing.
    """).on(
        "history: missed",
        saves_no_reminder,
        awaits_after_a_sleep("group_send"),
        weight=2,
    ),
    CONNECTION("""history_of_all_rooms: The history is that of all rooms
      If a tab that connects receives what was said in other rooms
      Do: Query the messages of this room: Message.objects.filter(room=self.room).
      Why: All rooms are in one table.
    """).on(
        "history: unwanted",
        expects("in another room"),
        look(uses("objects.*", "connect")),
        weight=1,
    ),
    IDEA("""sleeps_in_the_event_loop: Async code calls time.sleep()
      If a line of async code sleeps, and the whole server with it
      Do: Write await asyncio.sleep(…) instead of time.sleep(), or take it out.
      Why: Everything that is async shares one thread, the event loop. time.sleep()
        stops it, and so all tabs and all pages; asyncio.sleep() gives it back.
    """).on("silent: sleeps_in_the_loop", weight=3),
    TASK("""time_sleep_in_a_task: A coroutine sleeps with time.sleep()
      If the whole server stops until the message is due
      Do: Write await asyncio.sleep(…) instead of time.sleep().
      Why: Everything that is async shares one thread, the event loop. time.sleep()
        stops it, and so all tabs and all pages; asyncio.sleep() gives it back.
    """).on(
        "silent: busy silent",
        sleeps_in_async_code,
        weight=3,
    ),
    TASK("""sleep_is_not_awaited: asyncio.sleep() is called without await
      If the message comes at once
      Do: Write await before asyncio.sleep(…).
      Why: Without it, the call makes a coroutine that nobody runs, and the method goes
        on at once.
    """).on(
        "wrong: unwanted",
        look(calls(".*sleep")),
        no(awaits(".*sleep")),
        weight=6,
    ),
    TASK("""cancels_all_tasks: All tasks of the process are cancelled
        If a tab receives nothing more once another tab has left
        Do: Cancel the tasks of this consumer only: those in self.tasks.
        Why: all_tasks() are those of the whole process, and among them are the
        consumers of all other tabs.
    """).on(
        "silent: silent raised closed received_elsewhere not_accepted hangs",
        look(calls(r"(asyncio\.)?all_tasks")),
        weight=4,
    ),
    TASK("""coroutine_is_no_task: A coroutine is called, and no task is made of it
      If the message never comes
      Do: Start it there: asyncio.create_task($call(…)).
      Why: Calling an async function makes a coroutine, which runs when it is awaited,
        or given to create_task(). Awaited in receive(), it would keep its tab waiting.
    """).on("silent", never_awaited(), in_async, _waits, weight=2),
    TASK("""task_of_a_function: create_task() is given a function
      If the terminal says `a coroutine was expected, got`
      Do: Call $name(…) in the brackets of create_task().
      Why: A task is made of a coroutine, which an async function returns when it is
        called.
    """).on(
        "1011",
        raised(
            r"a coroutine was expected, got "
            r"<(bound method|function) ([\w.<>]*\.)?(?P<name>\w+) "
        ),
    ),
    TASK("""call_later_makes_a_coroutine: call_later() is given an async function
      If the message never comes
      Do: Start a task there with asyncio.create_task(…), and await asyncio.sleep(…) in
        it; or give call_later() a function that is not async.
      Why: call_later() calls what it is given, and awaits nothing: an async function
        returns a coroutine then, which nobody runs.
    """).on(
        "silent",
        never_awaited("", called=False),
        in_async,
        look(calls("call_(later|at|soon)")),
        weight=3,
    ),
    TASK("""thread_makes_a_coroutine: A thread is given an async function
      If the message never comes, and a thread was to wait for it
      Do: Call the async function in the brackets of asyncio.create_task(…), without the
        thread.
      Why: A thread calls what it is given, which makes a coroutine, and awaits nothing.
    """).on(
        "silent",
        never_awaited("", called=False),
        in_async,
        look(
            calls(
                r"(asyncio\.)?to_thread|.*run_in_executor|(threading\.)?Thread"
            )
        ),
        weight=4,
    ),
    TASK("""task_group_in_receive: receive() waits for the end of a TaskGroup
      If a tab that has asked for a message later receives nothing else until then
      Do: Start the task with asyncio.create_task(…) there, without the TaskGroup.
      Why: At the end of its block, a TaskGroup waits for all of its tasks. While
        receive() waits, its tab is not answered.
    """).on(
        "silent", look(uses("(asyncio\\.)?TaskGroup", CONSUMERS)), weight=4
    ),
    TASK("""sleeps_in_the_thread_of_all: A thread sleeps that everything else needs
      If nobody can connect or send until the message is due
      Do: Write await asyncio.sleep(…) there, instead of time.sleep in a thread.
      Why: database_sync_to_async and sync_to_async have one thread for the whole
        process: while it sleeps, no query is made.
    """).on(
        "silent",
        in_async,
        look(calls("(database_)?sync_to_async", given="(time\\.)?sleep")),
        weight=4,
    ),
    TASK("""saves_before_it_is_due: The message is saved before it is due
      If whoever connects meanwhile receives the message as history
      Do: Save the message after the sleep, and not before the task is started.
      Why: What is in the database is history, which every tab that connects receives.
    """).on(
        "wrong: unwanted",
        expects("not due yet"),
        look(calls(r"(self\.)?(\w+\.)*(a?create|a?save\w*)")),
        no(sleeps_first),
        weight=3,
    ),
    TASK("""sends_in_finally: The message is sent when its task is cancelled, too
      If a tab leaves, and its message comes at once
      Do: Move what saves and sends out of finally, below the sleep.
      Why: cancel() raises CancelledError at the await, and finally runs after every
        exception.
    """).on("wrong: unwanted", expects("not due yet"), in_finally, weight=4),
    TASK("""runs_another_event_loop: asyncio.run() is called in a coroutine
      If the terminal says `cannot be called from a running event loop`
      Do: Write asyncio.create_task(…) instead of asyncio.run().
      Why: A thread has one event loop, and this one runs already: create_task() adds
        to it.
    """).on(
        "1011",
        raised("(cannot be called from a running|This) event loop"),
        weight=3,
    ),
    TASK("""sends_at_once_too: receive() goes on after it has started the task
      If a message such as /in 5 tea is sent as it is, at once
      Do: Return from receive() after you have started the task.
      Why: create_task() does not end the method: what is below it runs as well.
    """).on("wrong: unwanted", uses(STARTS), sent_as_it_is, weight=4),
    TASK("""sends_the_command_too: The whole message is sent later, and not its words
      If a message such as /in 5 tea is sent as it is, later
      Do: Give the task the seconds and the words that parse() has returned.
      Why: What was sent is a command to the server; the words in it are the message.
    """).on("wrong: other_form", uses(STARTS), sent_as_it_is, weight=1),
    TASK("""splits_what_is_no_command: A message is split that is no command
        If a message such as /in, or /in a moment, closes the connection
        Do: Call reminders.parse(), which returns None for any other message.
        Why: Anybody can write anything. What receive() does not catch ends the
        connection.
    """).on("1011: raised", raised("^ValueError"), in_("receive"), weight=3),
    TASK("""keeps_what_is_no_command: A message that is no command is not sent
        If a message such as /in, or /in a moment, reaches nobody
        Do: Send each message for which reminders.parse() returns None as it is.
        Why: Anybody can write anything, and a text that only looks like the command is
        a message like any other.
    """).on("silent: silent caught", expects(r'"/in'), weight=1),
    TASK("""tasks_are_kept_on_the_class: The tasks of all tabs are kept in one set
      If a tab that leaves cancels what others wait for
      Do: Create the set in connect(): self.tasks = set().
      Why: What is defined on the class is shared by every connection of the process;
        each consumer has to cancel its own tasks only.
    """).on(
        "silent: silent",
        calls("cancel"),
        either(kept_on_the_class, on_class),
        no(assigns("self.tasks")),
    ),
    TASK("""tasks_are_kept_in_the_module: The tasks of all tabs are in a set of the module
        If a tab that leaves cancels what others wait for, and the set is in no class
        Do: Create the set in connect(), as self.tasks = set(), and use that one.
        Why: A module is loaded once for a process: all of its connections share the set,
        and each has to cancel its own tasks only.
    """).on(
        "silent: silent",
        calls("cancel", "disconnect"),
        either(goes_through_all, takes_one_of_the_module),
        weight=1,
    ),
    TASK("""reminders_take_turns: One task waits for one message after another
        If of two messages that wait, the one that is due first comes last
        Do: Start a task for each message, with asyncio.create_task(…) in receive(),
        instead of one task that takes them from a queue.
        Why: While that task sleeps for one message, it takes no other from the queue.
    """).on(
        "silent: silent",
        look(awaits(r".+\.get")),
        uses(r"(asyncio\.)?(\w*Queue)"),
        weight=2,
    ),
    TASK("""one_task_for_all: There is room for one task only
      If what a tab asks for second takes the place of the first
      Do: Keep a set of tasks, and cancel them in disconnect() only.
      Why: A tab may wait for several messages. An attribute holds one task; a set
        holds as many as there are.
    """).on("silent: silent", look(calls("cancel", "receive")), weight=4),
    TASK("""every_tab_reminds: Each tab of the room starts a task of its own
        If what one tab asks for comes as often as there are tabs
        Do: Start the task in receive(), and not in a handler of the group.
        Why: An event of the group reaches every consumer in it, so each of them would
        save and send the message.
    """).on(
        "wrong: received_twice",
        got("came twice"),
        look(defines("chat_.*")),
        uses("create_task|ensure_future|call_later", "chat_.*"),
        weight=2,
    ),
    TASK("""task_outlives_its_tab: A task goes on after its tab has left
      If a tab leaves, and its message comes all the same
      Do: Keep the tasks in a set, and cancel them in disconnect().
      Why: A task belongs to the event loop, and not to the connection. The event loop
        refers to it weakly, so without a reference of your own Python may also delete
        it before it is done.
    """).on(
        "advice: unwanted",
        expects("has left"),
        no(keeps_and_cancels),
        weight=4,
    ),
)

# What the catalogue refers to earlier lessons for, and this one teaches.
SECTIONS = (
    dict.fromkeys(
        (
            "missing_await",
            "missing_await_on_the_layer",
            "awaits_async_to_sync",
            "async_to_sync_in_async_consumer",
            "async_called_from_sync",
            "sync_method_in_async_consumer",
            "sync_handler_in_async_consumer",
            "json_method_is_not_async",
            "await_outside_async",
            "awaits_what_is_not_async",
            "coroutine_instead_of_its_value",
            "orm_in_async_code",
        ),
        IDEA,
    )
    | dict.fromkeys(
        (
            "async_def_in_sync_consumer",
            "orm_in_a_loop",
            "orm_through_an_attribute",
            "queryset_is_read",
        ),
        CONNECTION,
    )
    | dict.fromkeys(
        (
            "atomic_in_async_code",
            "bridge_around_an_async_function",
            "bridge_around_the_result",
            "bridge_is_not_called",
            "orm_in_a_helper",
            "queryset_leaves_its_thread",
            "sync_to_async_of_a_coroutine",
        ),
        BRIDGE,
    )
)
