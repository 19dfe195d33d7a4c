"""The pytest side of a run: what checks may ask for, and what became of them.

pytest loads this in every folder, as the course's package is installed. It acts on
tests that carry `@task` or `@advice` alone, and leaves all others as they are.
"""

import time
import traceback
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import pytest

from checks.asking import messages
from checks.asking.accounts import Newcomer
from checks.asking.members import Members
from checks.asking.own_tests import OwnTests
from checks.asking.project import Inspection
from checks.asking.users import User
from checks.course.lessons import Course, open_tasks
from checks.observe.failure import Failure
from checks.observe.monitor import SHORT
from checks.page import files
from checks.run import replay
from checks.run.page import RoomPage
from checks.run.run import Run
from checks.sandbox import questions
from checks.sandbox.preload import preload
from checks.sandbox.processes import Server
from checks.verdict import Cause, Check, Finding, broke

pytest_plugins = ("checks.run.tab_fixtures", "checks.run.production_fixtures")
RUN = pytest.StashKey[Run]()
CHECK = pytest.StashKey[Check]()
PAGE = pytest.StashKey[RoomPage]()


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the marks that a lesson's checks carry."""
    config.addinivalue_line("markers", "task(number): the task that a check belongs to")
    config.addinivalue_line("markers", "needs(*names): checks that have to pass before")
    config.addinivalue_line("markers", "advice: given after passing, never a failure")


def run_of(item: pytest.Item) -> Run:
    """The run that a check belongs to; plain `pytest` gets one for its own folder."""
    stash = item.config.stash
    if RUN not in stash:
        folder = item.path.parent
        lesson = Course().lesson_in(folder)
        preload()
        run = stash[RUN] = Run(lesson, folder)
        run.begin()
        item.session.config.add_cleanup(run.close)
    return stash[RUN]


def page_of(config: pytest.Config, run: Run) -> RoomPage:
    """The page of a run, which keeps the browser that it was tried in."""
    return config.stash.setdefault(PAGE, RoomPage(run))


def is_check(item: pytest.Item) -> bool:
    """Whether this test is a check of a lesson."""
    return any(item.get_closest_marker(name) for name in ("task", "advice"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin a check, or say why it cannot be reached."""
    if not is_check(item):
        return
    run = run_of(item)
    mark = item.get_closest_marker("task")
    title = (item.obj.__doc__ or item.name).strip()  # type: ignore[attr-defined]
    check = item.stash[CHECK] = Check(item.name, mark and mark.args[0], title)
    run.monitor.begin_check()
    reason = _not_reached(run, item)
    if not item.get_closest_marker("advice"):
        run.checks.append(check)
    if reason:
        check.reason = reason
        pytest.skip(f"not reached: {reason}")


def _not_reached(run: Run, item: pytest.Item) -> str | None:
    if time.monotonic() > run.monitor.ends_at:
        run.cause = run.cause or run.explain(run.monitor.out_of_time())
        return f"the run was over after {run.monitor.limit:g} s"
    if run.monitor.stopped and run.cause:
        return "your project was stopped before"
    outcomes = {check.id: check for check in run.checks}
    if item.get_closest_marker("advice"):
        passed = all(check.outcome in ("passed", "skipped") for check in run.checks)
        return None if passed else "advice comes after passing"
    mark = item.get_closest_marker("needs")
    needed = (outcomes.get(name) for name in (mark.args if mark else ()))
    failed = (check for check in needed if check and check.outcome != "passed")
    return next((f"it needs: {check.title}" for check in failed), None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what became of a check, and report it in the course's words."""
    report = yield
    check = item.stash.get(CHECK, None)
    if check is None:
        return report
    check.seconds = round(check.seconds + report.duration, 4)
    if call.excinfo is None:
        if call.when == "call":
            check.outcome = "passed"
            run_of(item).keep_replay(check)
            run_of(item).keep_answers(check)
    elif call.excinfo.errisinstance(pytest.skip.Exception):
        if check.reason is None:
            check.outcome, check.reason = "skipped", str(call.excinfo.value)
    else:
        if check.outcome != "failed":  # Then its teardown fails in consequence.
            _note(run_of(item), item, check, call.excinfo.value)
        report.outcome = "passed" if check.outcome == "passed" else "failed"
        cause = check.cause or run_of(item).cause
        report.longrepr = f"{cause and cause.sentence()}\n{check.traceback or ''}"
    return report


def _note(run: Run, item: pytest.Item, check: Check, error: BaseException) -> None:
    """Keep what a check found out, or that it broke."""
    try:
        cause = _explained(run, check, error)
    except Exception as ours:
        check.traceback = "".join(traceback.format_exception(ours))
        check.outcome, check.cause = "broken", broke(ours)
        run.fail(check.cause, check.traceback)
        return
    # Up to here: tabs close later.
    check.transcript = replay.transcript(run.monitor, run.project.path, cause)
    check.waited = round(time.monotonic() - run.timeline.began, 4)
    if cause.voice == "machine":
        check.reason = cause.sentence()
        run.fail(cause)
    elif item.get_closest_marker("advice"):
        check.outcome = "passed"
        run.advice.append(cause)
    elif run.monitor.cut_short:
        check.reason = f"nothing came within {SHORT:g} s, as before: {run.silent}"
    elif run.cause and check.task in open_tasks(run.project.path, run.lesson):
        check.reason = f"nothing between the comments of task {check.task} has changed"
        run.keep_answers(check)
    else:
        check.outcome, check.cause = "failed", cause
        run.keep_answers(check)
        run.fail(cause)
        if run.monitor.in_vain:
            run.monitor.patience, run.silent = SHORT, check.title


def _explained(run: Run, check: Check, error: BaseException) -> Cause:
    """The cause of a failed check. What is neither a failure nor a finding is ours."""
    if isinstance(error, Failure | Finding):
        return run.explain(error, check.task)
    raise error


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the advice of a run, below what pytest itself prints."""
    for cause in config.stash[RUN].advice if RUN in config.stash else ():
        terminalreporter.write_line(f"Advice: {cause.sentence()}", yellow=True)


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Run:
    """The run that the check belongs to."""
    return run_of(request.node)


@pytest.fixture
def server(run: Run) -> Server:
    """A Daphne that serves the learner's project."""
    return run.server()


@pytest.fixture
def second_server(run: Run) -> Server:
    """Another Daphne, in another process, that serves the same project."""
    return run.server("second_server")


@pytest.fixture
def serve(run: Run) -> Callable[..., Server]:
    """A function that starts one more Daphne for the project.

    Given a function, it serves the ASGI application that this returns in that process.
    """

    def serve(make: Callable[[], Any] | None = None, name: str = "") -> Server:
        application = make and partial(questions.application_of, make)
        return run.ready(run.project.serve(application, name))

    return serve


@pytest.fixture
def project(run: Run) -> Inspection:
    """The learner's project, to be asked other things than a tab can see."""
    return Inspection(run.project, run.server(), run.answer, run.broker)


@pytest.fixture
def newcomer(run: Run) -> Newcomer:
    """Somebody who signs up, where the project's own pages are to be tried for that."""
    differs = files.differs(run.lesson.starter, run.project.path, *files.ACCOUNTS)
    return Newcomer(run.server(), f"new-{run.user}", tries=differs)


@pytest.fixture
def own_tests(run: Run) -> OwnTests:
    """The tests that the learner has written, tried on versions of the code."""
    return run.own_tests()


@pytest.fixture
def page(request: pytest.FixtureRequest, run: Run) -> RoomPage:
    """The page of a room, to be tried in a browser if it is not the course's own."""
    return page_of(request.config, run)


@pytest.fixture
def members(run: Run) -> Members:
    """Who is in the groups of the channel layer."""
    server = run.server()
    if run.broker is None:
        raise RuntimeError("a check about members needs one about the layer")
    return Members(server, run.broker, run.project.prefix)


@pytest.fixture
def user(run: Run) -> User:
    """A user who is logged in: `name`, and the `cookie` that the browser sends."""
    return _logged_in(run, run.user)


@pytest.fixture
def new_user(run: Run) -> Callable[..., User]:
    """A function that logs in a user, of this name if it has one (see `Run.log_in`)."""
    return lambda name="", **where: _logged_in(run, name or next(run.names), **where)


def _logged_in(run: Run, name: str, **where: Any) -> User:
    user = run.log_in(name, **where)
    if "cannot" in user:
        pytest.skip(f"this checker cannot log in a user here: {user['cannot']}")
    return User(user["name"], user["cookie"])


@pytest.fixture
def nobody() -> User:
    """Somebody who is not logged in, for whom a browser sends no cookie."""
    return User()


@pytest.fixture
def log_out(run: Run) -> Callable[[User], User]:
    """A function that ends the session of a user, who still sends its cookie then."""
    return run.log_out


@pytest.fixture
def anonymous(run: Run) -> str:
    """The cookie of somebody who has not logged in: none."""
    if run.cookie:
        pytest.skip("your project rejects whoever has not logged in, so it has no such")
    return ""


@pytest.fixture
def new_room(run: Run) -> Callable[[], str]:
    """A function that returns the name of a room in which nobody has been."""
    return lambda: f"room{run.random.randrange(10**6)}"


@pytest.fixture
def new_words(run: Run) -> Callable[[], str]:
    """A function that returns words which nobody has said before."""
    return lambda: messages.words(run.random)


@pytest.fixture
def unusual_texts(run: Run) -> list[str]:
    """Messages that code may change: any letters, quotes, lines, 100 kB, empty."""
    return messages.unusual_texts(run.random)
