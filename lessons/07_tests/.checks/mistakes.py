"""What people get wrong in tests of consumers."""

import ast
import re

from checks.explain.mistakes.clues import (
    Clue,
    FAILED,
    Evidence,
    Found,
    Line,
    any_line,
    calls,
    defines,
    expects,
    fact,
    look,
    name_of,
    no,
    raised,
    uses,
)
from checks.explain.mistakes.mistake import Section
from checks.verdict import Where

IDEA = Section("07_tests/#the-idea")
LAST = Section("07_tests/#why-does-receive_nothing-come-last")
ROOM = Section("07_tests/#task-1-test-who-receives-a-message-and-who-does-not")
BREAK = Section("07_tests/#task-3-test-which-earlier-messages-a-tab-receives")
DAPHNE = Section("07_tests/#what-a-communicator-does-not-show")
PATH_ALONE = 2
"""How much a communicator is given that has an application and a path only."""


def is_of_tests(line: Line) -> bool:
    """It is in the file of the tests."""
    return line.at.file.startswith("chat/tests")


def is_about(*variants: str) -> Clue:
    """The tests pass on one of these broken chats."""
    return fact(lambda evidence: evidence.event.get("variant") in variants)


def asks_for_nothing(line: Line) -> bool:
    """It calls `receive_nothing()`."""
    return any(name.endswith("receive_nothing") for name in line.names)


def awaits_nothing(line: Line) -> bool:
    """It awaits what that returns."""
    return any(name.endswith("receive_nothing") for name in line.awaits)


coroutine_is_asserted = any_line()(
    lambda line: asks_for_nothing(line) and not awaits_nothing(line)
)
names_an_origin = any_line()(
    lambda line: any(
        isinstance(node, ast.Constant) and "origin" in str(node.value).lower()
        for node in line.nodes
    )
)
connects_without_headers = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(
            name_of(node.func).endswith("WebsocketCommunicator")
            and len(node.args) + len(node.keywords) == PATH_ALONE
            for node in line.nodes
            if isinstance(node, ast.Call)
        )
    )
)
tests_are_no_package = fact(
    lambda evidence: (
        (evidence.project / "chat/tests").is_dir()
        and not (evidence.project / "chat/tests/__init__.py").exists()
    )
)
asks_the_database = uses(r".*\.(a?count|a?exists|a?get|a?first|a?last)", FAILED)
one_client = look(calls(r"self\.(async_)?client\.a?(force_)?login"))
test_is_there = any_line()(
    lambda line: is_of_tests(line) and line.defines.startswith("test")
)
tests_are_elsewhere = any_line()(
    lambda line: (
        line.defines.startswith("test")
        and line.in_class
        and line.at.file.startswith("chat/")
        # The page has a live_tests.py, which runs only if its name is given.
        and not re.match("(live_)?test", line.at.file.rpartition("/")[2])
    )
)
is_about_nothing = is_about("no_history", "nothing_since")
is_about_order = is_about("backwards")
has_no_order = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(
            name_of(node.func)
            in {"self.assertCountEqual", "self.assertSetEqual"}
            for node in line.nodes
            if isinstance(node, ast.Call)
        )
    )
)
is_about_silence = is_about("twice", "every_room")


imports_unittest = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(
            (isinstance(node, ast.ImportFrom) and node.module == "unittest")
            or (
                isinstance(node, ast.Attribute)
                and ast.unparse(node) == "unittest.TestCase"
            )
            for node in (line.node, *line.nodes)
        )
    )
)
made_up_since = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(
            (
                isinstance(node, ast.keyword)
                and node.arg == "since"
                and isinstance(node.value, ast.Constant)
                and str(node.value.value).isdecimal()
            )
            or (
                isinstance(node, ast.Constant)
                and re.search(r"since=\d", str(node.value))
            )
            for node in line.nodes
        )
    )
)


def _gone_through(loop: ast.For, names: set[str]) -> set[str]:
    """What these names stand for in a loop through what is written there."""
    several = isinstance(loop.target, ast.Tuple)
    targets = loop.target.elts if several else [loop.target]
    found = set()
    for row in getattr(loop.iter, "elts", ()):
        values = getattr(row, "elts", ()) if several else [row]
        pairs = zip(targets, values, strict=False)
        found |= {
            ast.unparse(it) for to, it in pairs if ast.unparse(to) in names
        }
    return found


def _callers(line: Line, method: str, evidence: Evidence) -> set[str]:
    """The tabs of which a line calls this method; each one that a loop goes through."""
    names = {
        name.removesuffix(f".{method}")
        for name in line.names
        if name.endswith(f".{method}")
    }
    for loop in evidence.statements:
        if isinstance(loop.node, ast.For) and loop.spans(line.at):
            names |= _gone_through(loop.node, names)
    return names


def _asks_too_early(evidence: Evidence) -> Found | None:
    """Something is sent below the last `receive_nothing()` of a tab.

    That is the tab that sends where it receives the message twice, else another one.
    """
    twice = evidence.event.get("variant") == "twice"
    for line in filter(awaits_nothing, evidence.statements):
        below = [
            other
            for other in evidence.statements
            if other.functions == line.functions
            and other.at.file == line.at.file
            and (other.at.line or 0) > (line.at.line or 0)
        ]
        senders = set().union(
            *(_callers(x, "send_json_to", evidence) for x in below)
        )
        early = _callers(line, "receive_nothing", evidence).difference(
            *(_callers(x, "receive_nothing", evidence) for x in below)
        )
        wanted = early & senders if twice else early - senders
        never = not any(map(awaits_nothing, below))
        if senders and (wanted or never):
            return {"where": line.at}
    return None


def _is_coroutine(value: ast.AST | None) -> bool:
    """It calls a method of a tab, or `tab()`, and does not await it."""
    return isinstance(value, ast.Call) and bool(
        re.search(r"(^|\.)(tab|connect|receive_\w+)$", name_of(value.func))
    )


def _unawaited(evidence: Evidence) -> Found | None:
    """The call whose coroutine is used in the line that failed."""
    for line in evidence.lines(FAILED):
        for node in line.nodes:
            value = getattr(node, "value", None)
            used = isinstance(node, ast.Attribute | ast.Subscript)
            if used and _is_coroutine(value):
                return {"call": name_of(value.func), "where": line.at}
        for other in evidence.statements:
            value = getattr(other.node, "value", None)
            made = other.functions == line.functions and is_of_tests(other)
            if (
                made
                and {*other.assigns} & {*line.names}
                and _is_coroutine(value)
            ):
                return {"call": name_of(value.func), "where": other.at}
    return None


def never_awaited_in_a_test(evidence: Evidence) -> Found | None:
    """A coroutine that nobody awaited, and where it was made."""
    event = evidence.event.get("unawaited") or {}
    if not event.get("called") or "where" not in event:
        return None
    at = Where(event["where"]["file"], event["where"]["line"])
    name = event["what"].rpartition(".")[2]
    names = [
        written
        for line in evidence.statements
        if line.spans(at)
        for written, _ in line.calls
        if written.endswith(name)
    ]
    return {"call": (names or [name])[-1], "where": at}


def _alone(line: Line) -> ast.Call | None:
    """The call that is the whole statement, so that nobody has what it returns."""
    value = line.node.value if isinstance(line.node, ast.Expr) else None
    return value if isinstance(value, ast.Call) and is_of_tests(line) else None


def own_coroutine_is_left(evidence: Evidence) -> Found | None:
    """An async method of the tests is called, and nobody awaits it."""
    lines = evidence.statements
    own = {
        it.defines for it in lines if isinstance(it.node, ast.AsyncFunctionDef)
    }
    for line in lines:
        call = _alone(line)
        name = name_of(call.func) if call else ""
        if name.rpartition(".")[2] in own:
            return {"call": name, "where": line.at}
    return None


def wrapped_is_left(evidence: Evidence) -> Found | None:
    """What `async_to_sync()` returns is not called."""
    for line in evidence.statements:
        call = _alone(line)
        if call and call.args and name_of(call.func) == "async_to_sync":
            return {"call": name_of(call.args[0]), "where": line.at}
    return None


def _tabs(evidence: Evidence) -> dict[str, tuple[Line, ast.Call]]:
    """The tabs of the test that failed, by name: where each is opened, and how."""
    found = {}
    functions = {line.functions for line in evidence.lines(FAILED)}
    for line in evidence.statements:
        calls = [node for node in line.nodes if isinstance(node, ast.Call)]
        opens = [node for node in calls if name_of(node.func) == "self.tab"]
        if opens and line.functions in functions and is_of_tests(line):
            found |= dict.fromkeys(line.assigns, (line, opens[0]))
    return found


def _receivers(evidence: Evidence) -> list[tuple[str, Line, ast.Call]]:
    """The tabs that may be the one which has received nothing."""
    tabs = _tabs(evidence)
    waiting = set()
    for line in evidence.lines(FAILED):
        waiting |= _callers(line, "receive_json_from", evidence)
    return [(name, *tabs[name]) for name in sorted(waiting & tabs.keys())]


def has_no_user(evidence: Evidence) -> Found | None:
    """A tab that waits for a message was opened without a user."""
    for name, line, call in _receivers(evidence):
        by_name = any(it.arg == "user" for it in call.keywords)
        if not (call.args[1:] or by_name):
            return {"tab": name, "where": line.at}
    return None


def _room(call: ast.Call) -> str:
    """The room of a tab, as it is written."""
    named = [it.value for it in call.keywords if it.arg == "room"]
    return "".join(map(ast.unparse, [*call.args, *named][:1]))


def is_in_another_room(evidence: Evidence) -> Found | None:
    """A tab that waits for a message is in a room in which nobody sends."""
    tabs = _tabs(evidence)
    senders = set()
    for line in evidence.statements:
        senders |= _callers(line, "send_json_to", evidence)
    rooms = [_room(tabs[it][1]) for it in senders & tabs.keys()]
    for name, _, call in _receivers(evidence):
        if rooms and _room(call) not in rooms:
            return {"tab": name, "room": _room(call)}
    return None


def comes_with_the_last_id(evidence: Evidence) -> Found | None:
    """A tab that waits for a message was opened with the id of the last one."""
    for name, line, call in _receivers(evidence):
        given = [
            ast.unparse(it.value) for it in call.keywords if it.arg == "since"
        ]
        if any("[-1]" in value for value in given):
            return {"tab": name, "where": line.at}
    return None


def _asserted(line: Line, method: str) -> list[ast.Call]:
    return [
        node
        for node in line.nodes
        if isinstance(node, ast.Call) and name_of(node.func) == f"self.{method}"
    ]


expects_a_timeout = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(
            "Timeout" in ast.unparse(node)
            for node in _asserted(line, "assertRaises")
        )
    )
)
waits_for_a_close = any_line(FAILED)(
    lambda line: any(it.endswith("receive_output") for it in line.awaits)
)
asks_whether_it_is_silent = any_line(FAILED)(
    lambda line: asks_for_nothing(line) and _asserted(line, "assertTrue")
)
compares_in_vain = any_line()(
    lambda line: (
        is_of_tests(line)
        and isinstance(line.node, ast.Expr)
        and isinstance(line.node.value, ast.Compare)
    )
)
asserts_with_a_message = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(len(node.args) > 1 for node in _asserted(line, "assertTrue"))
    )
)
ANY_FAILURE = {"Exception", "BaseException", "AssertionError"}
"""Who catches one of these catches what an assertion raises."""


def _names(node: ast.AST) -> set[str]:
    return {it.id for it in ast.walk(node) if isinstance(it, ast.Name)}


catches_assertions = any_line()(
    lambda line: (
        is_of_tests(line)
        and isinstance(line.node, ast.ExceptHandler)
        and (
            line.node.type is None
            or not ANY_FAILURE.isdisjoint(_names(line.node.type))
        )
        and not any(isinstance(it, ast.Raise) for it in ast.walk(line.node))
    )
)
expects_any = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(
            isinstance(node, ast.Call)
            and name_of(node.func).endswith("assertRaises")
            and not ANY_FAILURE.isdisjoint(_names(node.args[0]))
            for node in line.nodes
            if getattr(node, "args", None)
        )
    )
)
is_given_up = fact(
    lambda evidence: (
        evidence.kind != "test_fails" or evidence.said("^CancelledError")
    )
)
reads_text = any_line()(
    lambda line: (
        is_of_tests(line)
        and any(it.endswith(".receive_from") for it in line.awaits)
    )
)


loops_until_silence = any_line()(
    lambda line: (
        is_of_tests(line) and line.keyword == "while" and asks_for_nothing(line)
    )
)


def test_in_no_class(evidence: Evidence) -> Found | None:
    """A test that takes self, and is in no class."""
    for line in evidence.statements:
        is_test = is_of_tests(line) and line.defines.startswith("test")
        if is_test and line.takes[:1] == ["self"] and not line.in_class:
            return {"name": line.defines, "where": line.at}
    return None


def replaces_another(evidence: Evidence) -> Found | None:
    """A test has the name of one above it in the same class."""
    above = set()
    for line in evidence.statements:
        test = line.at.file, line.in_class, line.defines
        is_test = is_of_tests(line) and line.defines.startswith("test")
        if is_test and line.functions == (line.defines,) and test in above:
            return {"name": line.defines, "where": line.at}
        above.add(test)
    return None


def class_replaces_another(evidence: Evidence) -> Found | None:
    """A class of the tests has the name of one above it in the same file."""
    above = set()
    for line in evidence.statements:
        if is_of_tests(line) and isinstance(line.node, ast.ClassDef):
            named = line.at.file, line.node.name
            if named in above:
                return {"name": line.node.name, "where": line.at}
            above.add(named)
    return None


swallows_what_is_raised = any_line()(
    lambda line: (
        {"__exit__", "__aexit__"} & set(line.functions)
        and isinstance(line.node, ast.Return)
        and line.node.value
    )
)


def unmet(evidence: Evidence) -> Found | None:
    """An assertion that did not hold in a test that passed."""
    at = evidence.event.get("unmet")
    return {"where": Where(at["file"], at["line"])} if at else None


TOO_LONG = "^(TimeoutError|CancelledError)"

MISTAKES = (
    IDEA("""async_set_up_is_never_called: Nobody calls asyncSetUp()
        If every test raises `AttributeError`, for something that asyncSetUp() sets
        Do: Write setUp(), or a method of another name that each test awaits.
        Why: Only unittest's IsolatedAsyncioTestCase calls asyncSetUp(). Django's test
        cases do not inherit from that.
    """).on(
        "tests: test_fails",
        "^AttributeError: .* object has no attribute",
        look(defines("async(SetUp|TearDown)")),
        weight=3,
    ),
    ROOM("""tests_are_in_no_class: A test stands outside of the class
        If the test runner says `Found 0 test(s)`, and a def test… begins at the left
        edge
        Do: Indent def $name, and all of its lines, so that it belongs to the class.
        Why: The test runner looks for methods of test cases; what begins at the left
        edge is a function of the module.
    """).on("tests: no_tests", test_in_no_class, weight=2),
    ROOM("""tab_has_no_user: A tab that is to receive something has no user
        If a test waits for a message until a TimeoutError, and its tab was opened
        without a user
        Do: Give $tab a user where it is opened, as in self.tab("lobby", "ben").
        Why: Who is not logged in is rejected, and receives nothing.
    """).on("tests: test_fails", TOO_LONG, has_no_user, weight=3),
    ROOM("""tab_is_in_another_room: A tab waits for a message of another room
        If a test waits for a message until a TimeoutError, and nobody sends in the room
        of its tab
        Do: Assert that $tab receives nothing, with receive_nothing(): it is in the room
        $room, and nothing is sent there.
        Why: A message reaches the tabs of its own room only.
    """).on("tests: test_fails", TOO_LONG, is_in_another_room, weight=2),
    BREAK("""since_is_the_last_id: A tab comes back with the id of the last message
        If a test waits for a message until a TimeoutError, and since is sent[-1]["id"]
        Do: Open $tab with the id of an earlier message, sent[0]["id"].
        Why: A tab that comes back receives what has a higher id than since; nothing is
        higher than the last.
    """).on("tests: test_fails", TOO_LONG, comes_with_the_last_id, weight=4),
    IDEA("""nothing_awaits_it: A method of a tab is called without await
        If the test fails, and the terminal says `was never awaited`
        Do: Write await before $call(…).
        Why: Calling an async method makes a coroutine; none of it is done before it is
        awaited.
    """).on("tests: test_fails", never_awaited_in_a_test, weight=2),
    IDEA("""tabs_of_another_loop: Tabs are opened in an event loop that has ended
        If a test that is async uses what async_to_sync() has opened in setUp()
        Do: Open the tabs in the test itself, with await; or write async def asyncSetUp(),
        in a class that inherits from IsolatedAsyncioTestCase.
        Why: async_to_sync() runs a coroutine in an event loop, and ends what is left in
        it. A tab is a task there.
    """).on(
        "tests: test_fails",
        raised("^CancelledError"),
        look(calls(r"async_to_sync(\(.*\))?", "setUp")),
        weight=2,
    ),
    IDEA("""each_call_has_a_loop: Each call of a tab has an event loop of its own
        If a test that is not async raises CancelledError
        Do: Write the test with async def, and await each call of a tab there.
        Why: When a function made by async_to_sync() returns, its event loop ends, and
        so does the consumer, which is a task there.
    """).on(
        "tests: test_fails",
        raised("^CancelledError"),
        look(calls(r"async_to_sync(\(.*\))?", "test.*")),
        weight=1,
    ),
    IDEA("""own_method_is_not_awaited: A test calls an async method of its own, and does
        not await it
        If the tests pass on a broken chat, and one of them calls a method that is async
        Do: Write await before $call(…).
        Why: Calling an async method makes a coroutine; none of it is done before it is
        awaited.
    """).on("tests: survives cannot_fail", own_coroutine_is_left, weight=3),
    LAST("""scenario_is_not_called: What async_to_sync() returns is not called
        If a test cannot fail, and calls async_to_sync()
        Do: Call what it returns: async_to_sync($call)().
        Why: async_to_sync() makes a function; the coroutine runs when that is called.
    """).on("tests: survives cannot_fail", wrapped_is_left, weight=3),
    LAST("""waits_for_a_timeout: A test expects a TimeoutError, and goes on
        If a test raises CancelledError after assertRaises(TimeoutError)
        Do: Assert await tab.receive_nothing() there, and expect no TimeoutError.
        Why: When a communicator has waited too long, it cancels the consumer: nothing
        can be asked of it afterwards.
    """).on("tests: test_fails", TOO_LONG, expects_a_timeout, weight=5),
    LAST("""reads_until_nothing_comes: A loop reads until nothing comes
        If a test fails only now and then, or on a slow chat, and a loop asks
        `receive_nothing()`
        Do: Receive as many frames as you expect, each with receive_json_from(timeout=5),
        and ask receive_nothing() below the loop.
        Why: receive_nothing() waits for a tenth of a second, and a right chat may take
        longer.
    """).on(
        "tests: test_fails",
        r"^(AssertionError: (Lists differ: \[|\[\] != |0 != )|IndexError)",
        loops_until_silence,
        weight=2,
    ),
    LAST("""something_is_left: A tab has something left that it was sent
        If assertTrue(await tab.receive_nothing()) fails with `False is not true`
        Do: Let the tab receive first what it was sent, with receive_json_from(), once for
        each message.
        Why: receive_nothing() is false as long as there is something to receive.
    """).on(
        "tests: test_fails",
        "^AssertionError: False is not true",
        asks_whether_it_is_silent,
        weight=2,
    ),
    ROOM("""waits_for_a_close: A tab that was rejected is asked for more
        If a test raises TimeoutError at receive_output()
        Do: Call receive_output() only where the tab was accepted: put if
        nobody.is_accepted: above it.
        Why: Who is rejected before accept() receives nothing any more; connect() has
        returned what came.
    """).on("tests: test_fails", TOO_LONG, waits_for_a_close, weight=3),
    IDEA("""test_replaces_another: Two tests of a class have one name
        If two tests of a class have the same name
        Do: Give this test another name: the class has another $name above it.
        Why: A method replaces the one of the same name that is above it, and nobody
        calls that one any more.
    """).on("tests: survives", replaces_another, weight=3),
    IDEA("""class_replaces_another: Two classes with tests have one name
        If two classes of a file have the same name
        Do: Give this class another name: the file has another $name above it.
        Why: A class replaces the one of the same name that is above it, and nobody
        runs the tests of that one any more.
    """).on("tests: survives", class_replaces_another, weight=4),
    ROOM("""exit_swallows_it: The end of a with block swallows what is raised in it
        If an assertion fails inside of a with block, and its test passes
        Do: Let __exit__() or __aexit__() return nothing: write no return here.
        Why: If it returns something true, what was raised in the block ends there.
    """).on("tests: survives", unmet, swallows_what_is_raised, weight=3),
    IDEA("""async_tear_down_is_never_called: Nobody calls asyncTearDown()
        If a class of Django's has a method asyncTearDown()
        Do: Put what asyncTearDown() does at the end of each test, or into a function
        that each test awaits.
        Why: IsolatedAsyncioTestCase of unittest calls it, and Django's classes do not:
        what it asserts is never asserted.
    """).on(
        "tests: survives cannot_fail",
        look(defines("asyncTearDown")),
        weight=3,
    ),
    ROOM("""comparison_is_not_asserted: A comparison is made, and nothing asserts it
        If a line of a test is a comparison alone
        Do: Put both sides into self.assertEqual(…).
        Why: A comparison returns True or False, and raises nothing.
    """).on("tests: survives cannot_fail", compares_in_vain, weight=2),
    ROOM("""asserts_what_is_there: assertTrue() is given two values to compare
        If assertTrue(…) has a second argument
        Do: Write assertEqual(…) there: assertTrue() compares nothing.
        Why: The second argument of assertTrue() is what it says when it fails; any text
        but an empty one is true.
    """).on("tests: survives cannot_fail", asserts_with_a_message, weight=2),
    ROOM("""catches_its_assertions: A test catches what its assertions raise
        If a test has an except for every Exception
        Do: Move self.assertEqual(…) out of try, and leave out the except.
        Why: An assertion that fails raises AssertionError; a test that catches it passes.
    """).on(
        "tests: survives cannot_fail test_fails",
        catches_assertions,
        is_given_up,
        weight=2,
    ),
    ROOM("""assertion_is_lost: An assertion fails, and its test passes
        If a test has gather(…, return_exceptions=True), or a task that is not awaited
        Do: Let what this line raises leave the test: take out return_exceptions=True, and
        await each task.
        Why: A test fails if an exception leaves its method. gather() with that argument
        returns the exception, and a task keeps it until it is awaited.
    """).on("tests: survives", unmet, weight=1),
    ROOM("""wait_raises_nothing: asyncio.wait() keeps what its tasks raise
        If an assertion fails in a task, and its test passes
        Do: Write await asyncio.gather(…), with the coroutines as its arguments, in the
        place of asyncio.wait(…).
        Why: gather() raises what one of them raises. wait() returns the tasks, and each
        keeps its exception.
    """).on(
        "tests: survives", unmet, look(calls(r"(asyncio\.)?wait")), weight=2
    ),
    ROOM("""expects_any_exception: A test expects an exception of any kind
        If a test has assertRaises(Exception)
        Do: Assert what becomes of the tab instead: self.assertFalse(tab.is_accepted), or
        what it receives.
        Why: A mistake in the test, or in what it calls, raises an exception as well.
    """).on("tests: survives cannot_fail", expects_any, weight=2),
    IDEA("""text_is_no_object: A text is read as if it were an object
        If a test raises `string indices must be integers`
        Do: Call receive_json_from(…) instead of receive_from(…).
        Why: receive_from() returns the text of a frame; receive_json_from() returns the
        object that the text stands for.
    """).on(
        "tests: test_fails", "^TypeError: string indices", reads_text, weight=5
    ),
    ROOM("""no_name_begins_with_test: No name of a method begins with test
        If the test runner says `Found 0 test(s)`, and a method has another name
        Do: Begin the name of each test with test_, as in test_the_room.
        Why: The test runner calls methods with such names, and no others: so a class
        can have other methods, which the tests call.
    """).on("tests: no_tests", no(test_is_there)),
    ROOM("""tests_are_no_package: The folder with the tests is no package
        If the test runner says `Found 0 test(s)`, and chat/tests/ has no __init__.py
        Do: Put an empty file __init__.py into chat/tests/.
        Why: The test runner looks for modules whose names begin with test, and only into
        folders that are packages.
    """).on("tests: no_tests", tests_are_no_package, weight=3),
    ROOM("""module_has_another_name: The tests are in a module of another name
        If the test runner does not find tests, and their file does not begin with test
        Do: Rename the file: begin its name with test.
        Why: The test runner loads modules with such names, and no others: so other
        modules can have what the tests call.
    """).on("tests: no_tests survives", tests_are_elsewhere, weight=4),
    BREAK("""loop_has_no_turn: What is asserted is in a loop that may have no turn
        If a broken chat sends no history, and the tests go through zip(…)
        Do: Compare the two lists with assertEqual(…), or first how many frames have come.
        Why: zip() ends with the shorter list. If nothing has come, it is empty, and no
        line of the loop runs.
    """).on("tests: survives", is_about_nothing, look(calls("zip"))),
    ROOM("""counts_before_the_answer: The database is asked before the message is saved
        If a test fails that counts messages after it has sent one
        Do: Receive what the chat sends for that message first: then it is saved.
        Why: send_json_to() returns at once. The consumer handles the frame while the
        test awaits what comes back.
    """).on("tests: test_fails", look(asks_the_database), weight=2),
    ROOM("""one_client_logs_all_in: One client logs in all users, one after the other
        If a chat passes in which every message has the name of whoever receives it
        Do: Create a client for each user, as AsyncClient(), and read its cookie.
        Why: A client has one session, that of the last login. So all tabs with its
        cookie are tabs of that user.
    """).on("tests", one_client, expects("to fail on a broken chat"), weight=3),
    ROOM("""class_is_no_test_case: The class does not inherit from a test case
        If the test runner says `Found 0 test(s)`, and the names begin with test
        Do: Let the class of these methods inherit from TransactionTestCase, of
        django.test.
        Why: The test runner looks for classes that inherit from a test case. This one
        empties the database after each test.
    """).on("tests: no_tests", test_is_there),
    ROOM("""test_case_of_unittest: The class inherits from unittest's TestCase
        If every test passes, and the terminal says `was never awaited`
        Do: Let the class inherit from TransactionTestCase, of django.test.
        Why: unittest.TestCase calls an async method and does not await it, so no line of
        it runs. Django's test cases do, and they empty the database after each test.
    """).on("tests: cannot_fail", imports_unittest, weight=3),
    ROOM("""users_of_set_up_class: Users are created once for all tests
        If the first test passes, and each other one raises `DoesNotExist`
        Do: Create them in the test, or in setUp(), and not in
        setUpClass().
        Why: A TransactionTestCase empties the database after each test.
    """).on(
        "tests: test_fails",
        r"^\w*(DoesNotExist|IntegrityError)",
        look(defines("setUp(Class|TestData|Module)")),
        weight=4,
    ),
    BREAK("""since_is_a_number: The id in since is a number that the test made up
        If a test passes alone, and fails after others
        Do: Take the id from a frame that the tab has received: frame["id"].
        Why: The database goes on counting after it was emptied: the first message of a
        test has the id 1 in the first test only.
    """).on("tests: test_fails", made_up_since, weight=2),
    LAST("""asserts_a_coroutine: A coroutine is asserted, and not what it returns
        If receive_nothing() is called without await
        Do: Put await before receive_nothing(), in each assertion.
        Why: Without it, the call returns a coroutine, and every object like that is
        true: the assertion holds, whatever comes.
    """).on("tests: survives cannot_fail", coroutine_is_asserted, weight=1),
    LAST("""order_is_not_compared: What is compared has no order
        If a broken chat sends the newest message first, and the tests compare without
        order
        Do: Write assertEqual, and compare lists.
        Why: assertCountEqual() takes the same things in any order, and a set has none.
    """).on("tests: survives", is_about_order, has_no_order, weight=1),
    LAST("""silence_comes_first: Nothing comes, because nothing was sent yet
        If receive_nothing() stands above what is to be followed by nothing
        Do: Move receive_nothing() below the calls of receive_json_from(), for each tab.
        Why: It looks for 0.1 s, and knows nothing of what comes later.
    """).on("tests: survives", is_about_silence, _asks_too_early),
    IDEA("""coroutine_in_a_test: A coroutine is used, and not what it returns
        If the test raises something about a `'coroutine' object`
        Do: Write await before $call(…).
        Why: Calling an async method makes a coroutine; what it returns comes of awaiting
        it.
    """).on("tests: test_fails", "'coroutine' object", _unawaited, weight=2),
    IDEA("""test_is_not_async: A method of the tests awaits, and is no async def
        If the terminal says `'await' outside async function`, in chat/tests.py
        Do: Write async def for the method that has this line.
        Why: Only an async function can await. Django's test cases run such a method in
        an event loop.
    """).on("tests: tests_unreadable", "'await' outside", weight=4),
    IDEA("""tests_have_two_homes: A file tests.py stands beside a folder tests
        If the terminal says `'tests' module incorrectly imported`
        Do: Keep one of the two: move all tests into the folder chat/tests, and delete
        chat/tests.py, or the other way round.
        Why: Both are chat.tests to Python, which imports the folder; the test runner
        has found the file.
    """).on("tests: tests_unreadable", "'tests' module incorrectly", weight=4),
    IDEA("""connect_is_not_awaited: connect() is not awaited
        If the test raises `cannot unpack non-iterable coroutine object`
        Do: Put await before that call.
        Why: All methods of a communicator are coroutines: nothing happens before they
        are awaited.
    """).on(
        "tests: test_fails",
        raised("cannot unpack non-iterable coroutine"),
        weight=3,
    ),
    IDEA("""consumer_without_application: A consumer is tested without its application
        If a test raises `KeyError: 'url_route'` or `KeyError: 'user'`
        Do: Give the communicator the application of mysite/asgi.py instead of
        ChatConsumer.as_asgi().
        Why: The application adds to the scope: AuthMiddlewareStack the user, URLRouter
        the url_route. A consumer that is called directly has a scope without them.
    """).on("tests: test_fails", "^KeyError: '(user|url_route)'", weight=1),
    IDEA("""no_origin: The communicator sends no Origin
        If each connection is rejected, and no header is named origin
        Do: Add the header (b"origin", b"http://testserver") to what the communicator
        is given.
        Why: A browser sends it by itself. AllowedHostsOriginValidator rejects a
        connection without it, and in tests "testserver" is the only host.
    """).on("tests: test_fails", "^TimeoutError", no(names_an_origin)),
    IDEA("""nobody_sends_no_origin: A tab without a user has no Origin either
        If the tests pass on a chat that accepts whoever is not logged in
        Do: Open this tab with self.tab("lobby"), which sends the header Origin.
        Why: Without that header, every tab is rejected, even one of a user. So the
        test cannot notice whom the chat accepts.
    """).on(
        "tests: survives",
        is_about("nobody"),
        connects_without_headers,
        weight=3,
    ),
    DAPHNE("""tests_on_the_real_database: Tests use the database of the project
        If TEST in DATABASES has the NAME of the database itself
        Do: Name another file under TEST in DATABASES, such as test.sqlite3, or take
        TEST out.
        Why: The test runner deletes a file of that name before it creates its own, and
        again at the end: everything in it would be lost.
    """).on("tests: tests_on_real_database"),
)
