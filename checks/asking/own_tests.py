"""What a check asks of the tests that a learner has written."""

import time
from typing import NamedTuple

from checks.asking.skipping import skip
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.sandbox.one_suite import HANG, LIVE
from checks.sandbox.suite_process import SuiteProcess
from checks.verdict import Where, shown

RUN = "your tests to run"
OWN = "own"
"""The version that is the learner's own code."""
OTHER_TABLES = (
    "your tests are tried with the tables of this lesson, and your chat has others; "
    "type python manage.py test"
)


class Tried(NamedTuple):
    """A version of the code that the tests are tried on.

    `words` complete "a chat in which …"; `cure` is what to do about tests that do not
    judge it rightly.
    """

    name: str
    words: str
    cure: str


class OwnTests:
    """The tests of a learner, by what becomes of them on versions of the code.

    The first version in `tried` is the lesson's own, and so are the files named in
    `code`: no error is looked for in them. `needs_other_tables` is whether the learner
    has changed what makes the tables. Each method raises a Failure when something is
    not what it should be.
    """

    def __init__(
        self,
        process: SuiteProcess,
        tried: dict[str, Tried],
        idle: list[Tried],
        code: frozenset[str],
        *,
        needs_other_tables: bool,
    ) -> None:
        self.process, self.tried, self.code = process, tried, code
        self.first, self.idle = next(iter(tried.values())), idle
        self.needs_other_tables = needs_other_tables

    def run(self) -> None:
        """They can be read, there are some, they end, and they pass on right code."""
        result = self.process.result(self.first.name)
        _ran(result)
        if not result["tests"]:
            raise Failure(
                "no_tests",
                "at least one test",
                "Django's test runner finds none",
                cure="Begin the name of the file with test, and the name of the method "
                "with test_, in a class that inherits from TransactionTestCase.",
            )
        if all(test["outcome"] == "skipped" for test in result["tests"]):
            first, *_ = result["tests"]
            cure = "Take out what skips them, or give it what it asks for."
            if first.get("is_live"):
                cure = "Write tests with a WebsocketCommunicator: no check runs these."
            got = "all of them are skipped"
            raise Failure("all_skipped", RUN, got, _place(first), cure)
        self._passed(result, "your tests to pass on the chat of this lesson", RIGHT)

    def are_all_run(self) -> None:
        """None of them was left out because it needs a server of its own."""
        tests = self.process.result(self.first.name)["tests"]
        for test in (it for it in tests if it.get("is_live")):
            expected = "a check to run each of your tests"
            got = f"it leaves out {test['name']}: {LIVE}"
            cure = "Run it yourself: type python manage.py test."
            raise Failure("left_out", expected, got, _place(test), cure)

    def can_fail(self) -> None:
        """Each that opens a tab fails somewhere: where nothing is done, at the latest.

        Others are about a model or a page, unless all of them are.
        """
        tests = self.process.result(self.first.name)["tests"]
        about = [test for test in tests if test["tabs"]] or tests
        never = {_name(test) for test in about}
        for idle in self.idle:
            tests = self.process.result(idle.name)["tests"]
            never &= {_name(test) for test in tests if test["outcome"] != "failed"}
            last = {_name(test): test for test in tests}
        for name in sorted(never, key=lambda name: last[name]["line"] or 0):
            raise Failure(
                "cannot_fail",
                "each of your tests to fail on a chat that does nothing",
                f"{name} passes there",
                _place(last[name]),
                "Let it first receive something that only a working chat sends.",
                event=_unawaited(self.process.result(self.first.name)),
            )

    def pass_on(self, name: str) -> None:
        """They pass on this version, which is right as well."""
        tried = self.tried[name]
        result = self._result(name)
        _ran(result)
        expected = f"your tests to pass on a chat in which {tried.words}"
        self._passed(result, expected, tried.cure)

    def pass_at_home(self) -> None:
        """They pass on the learner's own code, where that is not the lesson's.

        The check is skipped where that needs other tables than the tests have.
        """
        if self.needs_other_tables:
            skip(OTHER_TABLES)
        if files := self.process.first("own")["files"]:
            result = self._result(OWN)
            _ran(result)
            which = " or ".join(files)
            cure = f"Correct {which}: your tests pass on the chat of this lesson."
            expected = "your tests to pass on your own chat, in your project"
            self._passed(result, expected, cure, Where(files[0]))

    def fail_on(self, name: str) -> None:
        """At least one of them fails on this version, which is broken."""
        tried = self.tried[name]
        result = self._result(name)
        if result["done"] and not failing(result):
            raise Failure(
                "survives",
                "your tests to fail on a broken chat",
                f"they pass on a chat in which {tried.words}",
                cure=tried.cure,
                event=_unawaited(result) | {"variant": name, "unmet": _unmet(result)},
            )

    def _passed(
        self, result: Event, expected: str, cure: str, look: Where | None = None
    ) -> None:
        """Raise a Failure for the first test that has failed."""
        if test := failing(result):
            error = test["raised"] or {"error": "", "words": "", "frames": []}
            own = [f for f in error["frames"] if f["file"] not in self.code]
            error = error | {"frames": own}
            said = _said(error)
            got = f"{test['name']} failed" + (f" with {said}" if said else "")
            at = look or _innermost(error) or _place(test)
            error |= {"unawaited": _unawaited(result)}
            raise Failure("test_fails", expected, got, at, cure, event=error)

    def _result(self, name: str) -> Event:
        """What became of the tests on a version, which is noted as an event."""
        result = self.process.result(name)
        event = {"kind": "tried", "at": time.monotonic(), "test": failing(result)}
        none = {"socket": None, "process": self.process.number}
        self.process.monitor.timeline.record(event | none)
        return result


RIGHT = "Correct the test: the chat that it is run on here is right."


def _ran(result: Event) -> None:
    """Raise a Failure if the tests were not run to their end."""
    if error := result["unreadable"]:
        got = f"{_said(error)} was raised when they were imported"
        cure = "Correct that first: no test is run until all of them can be imported."
        raise Failure(
            "tests_unreadable", RUN, got, _innermost(error), cure, event=error
        )
    running = result["runs"] or {"name": "their module", "file": "", "line": None}
    if hangs := result["hangs"]:
        got = f"{running['name']} was still running after {HANG:g} s"
        at = Where(**hangs["where"]) if hangs["where"] else _place(running)
        cure = "Give what it waits for a time limit, and each loop an end."
        raise Failure("test_hangs", "each of your tests to end", got, at, cure)
    if not result["done"]:
        got = (
            f"their process ended in {running['name']}, with status {result['status']}"
        )
        cure = "Take out what ends the process there."
        raise Failure("tests_end_early", RUN, got, _place(running), cure)


def _said(error: Event) -> str:
    words = error["words"].strip().partition("\n")[0].rstrip(".")
    return shown(f"{error['error']}: {words}") if words else error["error"]


def _innermost(error: Event) -> Where | None:
    frames = error["frames"]
    return Where(frames[-1]["file"], frames[-1]["line"]) if frames else None


def _place(test: Event) -> Where | None:
    return Where(test["file"], test["line"]) if test["file"] else None


def _name(test: Event) -> str:
    return str(test["name"])


def _unawaited(result: Event) -> Event:
    """What nobody has awaited, if there is something."""
    return next(iter(result["unawaited"]), {})


def _unmet(result: Event) -> Event | None:
    """Where an assertion did not hold or nothing came in a test that has passed."""
    return next((t["unmet"] for t in result["tests"] if t["unmet"]), None)


def failing(result: Event) -> Event | None:
    """The first test that has failed, if one has."""
    return next((t for t in result["tests"] if t["outcome"] == "failed"), None)
