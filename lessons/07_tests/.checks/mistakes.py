"""What people get wrong in tests of consumers."""

import ast
import re

from checks.explain.mistakes.clues import (
    FAILED,
    Evidence,
    Found,
    Line,
    any_line,
    defines,
    fact,
    look,
    name_of,
    no,
    raised,
)
from checks.explain.mistakes.mistake import Section

IDEA = Section("07_tests/#the-idea")
LAST = Section("07_tests/#why-does-receive_nothing-come-last")
ROOM = Section("07_tests/#task-1-test-who-receives-a-message-and-who-does-not")
BREAK = Section("07_tests/#task-3-test-what-a-tab-receives-that-comes-later")
DAPHNE = Section("07_tests/#what-a-communicator-does-not-show")


def is_of_tests(line: Line) -> bool:
    """It is in the file of the tests."""
    return line.at.file.startswith("chat/tests")


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
test_is_there = any_line()(
    lambda line: is_of_tests(line) and line.defines.startswith("test")
)
is_about_silence = fact(
    lambda evidence: evidence.event.get("variant") in {"twice", "every_room"}
)


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


def _callers(line: Line, method: str, evidence: Evidence) -> set[str]:
    """The tabs of which a line calls this method; each one that a loop goes through."""
    names = {
        name.removesuffix(f".{method}")
        for name in line.names
        if name.endswith(f".{method}")
    }
    for loop in evidence.statements:
        node = loop.node
        if isinstance(node, ast.For) and loop.spans(line.at):
            tabs = getattr(node.iter, "elts", ())
            if ast.unparse(node.target) in names:
                names |= {ast.unparse(tab) for tab in tabs}
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


MISTAKES = (
    ROOM("""no_name_begins_with_test: No name of a method begins with test
        If the test runner says `Found 0 test(s)`, and a method has another name
        Do: Begin the name of each test with test_, as in test_the_room.
        Why: The test runner calls methods with such names, and no others: so a class
        can have other methods, which the tests call.
    """).on("wrong: no_tests", no(test_is_there)),
    ROOM("""class_is_no_test_case: The class does not inherit from a test case
        If the test runner says `Found 0 test(s)`, and the names begin with test
        Do: Let the class of these methods inherit from TransactionTestCase, of
        django.test.
        Why: The test runner looks for classes that inherit from a test case. This one
        empties the database after each test.
    """).on("wrong: no_tests", test_is_there),
    ROOM("""test_case_of_unittest: The class inherits from unittest's TestCase
        If every test passes, and the terminal says `was never awaited`
        Do: Let the class inherit from TransactionTestCase, of django.test.
        Why: unittest.TestCase calls an async method and does not await it, so no line of
        it runs. Django's test cases do, and they empty the database after each test.
    """).on("wrong: cannot_fail", imports_unittest, weight=3),
    ROOM("""users_of_set_up_class: Users are created once for all tests
        If the first test passes, and each other one raises `DoesNotExist`
        Do: Create them in the test, or in setUp() or asyncSetUp(), and not in
        setUpClass().
        Why: A TransactionTestCase empties the database after each test.
    """).on(
        "wrong: test_fails",
        r"^\w*(DoesNotExist|IntegrityError)",
        look(defines("setUp(Class|TestData|Module)")),
        weight=4,
    ),
    BREAK("""since_is_a_number: The id in since is a number that the test made up
        If a test passes alone, and fails after others
        Do: Take the id from a frame that the tab has received: frame["id"].
        Why: The database goes on counting after it was emptied: the first message of a
        test has the id 1 in the first test only.
    """).on("wrong: test_fails", made_up_since, weight=2),
    LAST("""asserts_a_coroutine: A coroutine is asserted, and not what it returns
        If receive_nothing() is called without await
        Do: Put await before receive_nothing(), in each assertion.
        Why: Without it, the call returns a coroutine, and every object like that is
        true: the assertion holds, whatever comes.
    """).on("wrong: survives cannot_fail", coroutine_is_asserted, weight=1),
    LAST("""silence_comes_first: Nothing comes, because nothing was sent yet
        If receive_nothing() stands above what is to be followed by nothing
        Do: Move receive_nothing() below what the tabs have received, for each tab.
        Why: It looks for 0.1 s, and knows nothing of what comes later.
    """).on("wrong: survives", is_about_silence, _asks_too_early),
    IDEA("""coroutine_in_a_test: A coroutine is used, and not what it returns
        If the test raises something about a `'coroutine' object`
        Do: Write await before $call(…).
        Why: Calling an async method makes a coroutine; what it returns comes of awaiting
        it.
    """).on("wrong: test_fails", "'coroutine' object", _unawaited, weight=2),
    IDEA("""test_is_not_async: A method of the tests awaits, and is no async def
        If the terminal says `'await' outside async function`, in chat/tests.py
        Do: Write async def for the method that has this line.
        Why: Only an async function can await. Django's test cases run such a method in
        an event loop.
    """).on("wrong: tests_unreadable", "'await' outside", weight=4),
    IDEA("""connect_is_not_awaited: connect() is not awaited
        If the test raises `cannot unpack non-iterable coroutine object`
        Do: Put await before that call.
        Why: All methods of a communicator are coroutines: nothing happens before they
        are awaited.
    """).on(
        "wrong: test_fails", raised("cannot unpack non-iterable coroutine")
    ),
    IDEA("""consumer_without_application: A consumer is tested without its application
        If a test raises `KeyError: 'url_route'` or `KeyError: 'user'`
        Do: Give the communicator the application of mysite/asgi.py instead of
        ChatConsumer.as_asgi().
        Why: The application adds to the scope: AuthMiddlewareStack the user, URLRouter
        the url_route. A consumer that is called directly has a scope without them.
    """).on("wrong: test_fails", "^KeyError: '(user|url_route)'", weight=1),
    IDEA("""no_origin: The communicator sends no Origin
        If each connection is rejected, and no header is named origin
        Do: Add the header (b"origin", b"http://testserver") to what the communicator
        is given.
        Why: A browser sends it by itself. AllowedHostsOriginValidator rejects a
        connection without it, and in tests "testserver" is the only host.
    """).on("wrong: test_fails", "^TimeoutError", no(names_an_origin)),
    DAPHNE("""tests_on_the_real_database: Tests use the database of the project
        If TEST in DATABASES has the NAME of the database itself
        Do: Name another file under TEST in DATABASES, such as test.sqlite3, or take
        TEST out.
        Why: The test runner deletes a file of that name before it creates its own, and
        again at the end: everything in it would be lost.
    """).on("wrong: tests_on_real_database"),
)
