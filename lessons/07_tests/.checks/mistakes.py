"""What people get wrong in tests of consumers."""

import ast
import re

from checks.explain.mistakes.clues import (
    Evidence,
    Found,
    Line,
    any_line,
    defines,
    fact,
    look,
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
received_twice = fact(lambda evidence: evidence.event.get("variant") == "twice")


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
while_nothing = any_line()(
    lambda line: line.keyword.startswith("while") and asks_for_nothing(line)
)


def _asks_too_early(evidence: Evidence) -> Found | None:
    """Something is sent below the last `receive_nothing()` of a test."""
    for line in filter(awaits_nothing, evidence.statements):
        below = [
            other
            for other in evidence.statements
            if other.functions == line.functions
            and other.at.file == line.at.file
            and (other.at.line or 0) > (line.at.line or 0)
        ]
        sends = any(
            name.endswith("send_json_to") for x in below for name in x.names
        )
        if sends and not any(map(awaits_nothing, below)):
            return {"where": line.at}
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
    LAST("""reads_until_nothing_comes: Frames are read until nothing has come for 0.1 s
        If a test says that fewer frames came than were sent
        Do: Call receive_json_from(timeout=5) as often as frames are to come, and
        receive_nothing() after that.
        Why: receive_nothing() looks for 0.1 s: on a busy machine a frame takes longer.
    """).on("wrong: test_fails", while_nothing, weight=3),
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
    """).on("wrong: survives", received_twice, _asks_too_early),
    IDEA("""connect_is_not_awaited: connect() is not awaited
        If the test raises `cannot unpack non-iterable coroutine object`
        Do: Put await before that call.
        Why: All methods of a communicator are coroutines: nothing happens before they
        are awaited.
    """).on(
        "wrong: test_fails", raised("cannot unpack non-iterable coroutine")
    ),
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
