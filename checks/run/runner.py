"""One run of one lesson's checks on one project.

What goes in is a folder, what comes out is a Verdict, whatever the learner's code does.
"""

import contextlib
import dataclasses
import datetime as dt
import hashlib
import io
import os
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.course.lessons import JUDGES, ROOT, Lesson
from checks.observe.failure import Failure
from checks.regular_file import read_bytes
from checks.run import plain
from checks.run.run import Run
from checks.run.versions import versions
from checks.sandbox.preload import preload
from checks.sandbox.processes import Server
from checks.verdict import Cause, Check, Finding, Verdict, broke

if TYPE_CHECKING:
    import pytest

UNUSED = (
    *(
        "cacheprovider",
        "debugging",
        "doctest",
        "faulthandler",
        "junitxml",
        "legacypath",
        "logging",
        "pastebin",
        "setuponly",
        "setupplan",
    ),
    *("stepwise", "terminal", "threadexception", "unittest", "unraisableexception"),
)
"""Parts of pytest that a run does not use, and that take time at each check."""
MODELS = "chat/models.py"
"""Is there in lessons whose servers share what is in a database."""
OnCheck = Callable[[Check], None]
OnCause = Callable[[Verdict], None]


def check(  # noqa: PLR0913 (what is checked, and how)
    lesson: Lesson,
    project: Path,
    limit: float = 60,
    seed: Any = None,
    *,
    on_check: OnCheck | None = None,
    on_cause: OnCause | None = None,
    wait: Callable[[], object] | None = None,
    half: Callable[[Run], object] | None = None,
    strict: bool = False,
    plain: bool = False,
) -> Verdict:
    """Run the lesson's checks on a project and return what came of it.

    `on_check` is called with each check that begins, and again while it waits;
    `on_cause` with the verdict so far, once, where it cannot pass any more. `wait` is
    called when all is prepared: nothing of the project is read before it returns.
    `half` makes a plugin for pytest (`run.halves`). The others are those of `Run`.
    Raises KeyboardInterrupt when the person does; nothing is left behind then either.
    """
    verdict = _empty(lesson, project)
    stopwatch = Stopwatch(verdict)
    try:
        preload()
        prepared = Run(lesson, project, limit, seed, strict=strict, plain=plain)
        with contextlib.closing(prepared) as run:
            if wait is None:
                run.begin()  # While pytest is imported, the servers start.
            begin = partial(_begin, run, stopwatch, wait)
            observers = _observers(run, verdict, on_check, on_cause)
            observers += [half(run)] if half else []
            _run_pytest(run, verdict, observers, begin)
    except Finding as finding:
        verdict.cause = finding.cause
    except Exception as error:
        verdict.cause, verdict.traceback = broke(error), traceback.format_exc()
    return _ended(verdict, lesson, stopwatch)


def _begin(run: Run, stopwatch: "Stopwatch", wait: Callable[[], object] | None) -> None:
    """Begin a run that was prepared, once that is asked for."""
    if wait:
        wait()
        stopwatch.start()
        run.begin()


def _empty(lesson: Lesson, project: Path) -> Verdict:
    """A verdict that says no more than what is checked."""
    return Verdict(
        step=lesson.step,
        lesson=lesson.slug,
        project=_relative(project),
        versions=versions(),
        checks_sha256=digest(lesson.starter),
    )


def _ended(verdict: Verdict, lesson: Lesson, stopwatch: "Stopwatch") -> Verdict:
    """The verdict, with what is known at the end of a run."""
    verdict.checks_changed = digest(lesson.folder) != verdict.checks_sha256
    stopwatch.stop()
    return verdict


class Stopwatch:
    """Notes in a verdict when its run began, and how long it took."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.start()

    def start(self) -> None:
        """Count from now on."""
        self.verdict.started_at = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.began = time.monotonic()

    def stop(self) -> None:
        """Note the seconds since the start."""
        self.verdict.seconds = round(time.monotonic() - self.began, 3)


class CheckObserver:
    """Reports which check is running."""

    def __init__(self, run: Run, on_check: OnCheck) -> None:
        self.on_check = on_check
        self.check: Check | None = None
        run.monitor.watched.append(self.look)

    def pytest_runtest_setup(self, item: "pytest.Item") -> None:
        """Another check begins; the course's plugin has just created it."""
        from checks.run.plugin import CHECK

        self.check = item.stash.get(CHECK, None)
        self.look()

    def look(self) -> None:
        """The check still runs."""
        if self.check:
            self.on_check(self.check)


class CauseObserver:
    """Reports why a run does not pass, before the checks that are left have ended."""

    def __init__(self, run: Run, verdict: Verdict, on_cause: OnCause) -> None:
        self.run, self.verdict = run, verdict
        self.on_cause: OnCause | None = on_cause

    def pytest_runtest_setup(self) -> None:
        """Another check begins: one that cannot be reached was skipped before this."""
        if not self.run.cause or not self.on_cause:
            return
        so_far = dataclasses.replace(self.verdict)
        _note(self.run, so_far)
        so_far.checks = self.run.checks[:-1]  # Without the one that begins.
        self.on_cause(so_far)
        self.on_cause = None


def _observers(
    run: Run, verdict: Verdict, on_check: OnCheck | None, on_cause: OnCause | None
) -> list[object]:
    """Plugins for pytest, which calls the last one first."""
    check = [CheckObserver(run, on_check)] if on_check else []
    cause = [CauseObserver(run, verdict, on_cause)] if on_cause else []
    return [*check, *cause]


def _run_pytest(
    run: Run, verdict: Verdict, observers: list[object], begin: Callable[[], None]
) -> None:
    import pytest  # It takes a while: the servers start meanwhile.

    from checks.run import plugin, production_fixtures, tab_fixtures
    from checks.run.given import Given

    # What a person set for their own pytest is not meant for the course's.
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    given = Given(run, begin)
    # The fixtures first: pytest would look for them by name in all distributions.
    fixtures = [tab_fixtures, production_fixtures]
    plugins: list[object] = [*fixtures, plugin, given, *observers]
    with contextlib.redirect_stdout(io.StringIO()):
        status = pytest.main(_arguments(run.lesson), plugins=plugins)
    if given.interrupt:
        raise given.interrupt
    _note(run, verdict)
    if verdict.cause is None and (not run.checks or status != pytest.ExitCode.OK):
        raise RuntimeError(given.unreadable or f"pytest ended with {status!r}")
    if verdict.cause is None and run.is_strict:
        _require_own_code(run, verdict)
    if verdict.cause is None and run.conversations:
        _repeat(run, verdict)


def _arguments(lesson: Lesson) -> list[str]:
    """What pytest is called with: the course's own checks, and nothing around them."""
    checks = [str(path) for path in sorted(lesson.starter.glob("test_*.py"))]
    options = ["-c", str(lesson.starter / "pytest.ini"), "--import-mode=importlib"]
    quiet = ["--disable-plugin-autoload", "--capture=no"]
    quiet += [word for name in UNUSED for word in ("-p", f"no:{name}")]
    return [*options, *quiet, *checks]


def _note(run: Run, verdict: Verdict) -> None:
    """Note in the verdict what a run has found out."""
    verdict.checks, verdict.advice = run.checks, run.advice
    verdict.cause, verdict.traceback = run.cause, run.traceback
    verdict.replay = None if run.cause else run.replay
    verdict.answers = run.answers
    verdict.broker = run.broker.name if run.broker else None
    verdict.printed_bytes, verdict.printed = run.project.printed()
    verdict.logged = run.project.logged()
    if other := run.taken_over:
        verdict.printed_bytes += other.printed_bytes
        verdict.printed += other.printed
        verdict.logged += other.logged


def _require_own_code(run: Run, verdict: Verdict) -> None:
    """Let nothing count where the project has replaced code of the checker."""
    for server in run.serving():
        if cause := _replaces_ours(run, server):
            _fail(verdict, verdict.checks[0].id, cause)
            return


def _replaces_ours(run: Run, server: Server) -> Cause | None:
    """The cause to tell of a process in which code of ours is another one."""
    try:
        replaced = server.ask("replaced")
    except Failure as failure:
        return run.explain(failure)
    if not replaced:
        return None
    file, name = replaced[0]["file"] or "the project", replaced[0]["name"]
    return Cause("project", plain.UNCHANGED, f"{file} replaces {name}", plain.LIES)


def _repeat(run: Run, verdict: Verdict) -> None:
    """Repeat what passed with plain servers: what is seen there counts."""
    try:
        plain.require_own_database(run.server())
        share = (run.lesson.starter / MODELS).exists()
        found = plain.difference(run.project, run.conversations, share=share)
    except plain.CannotRepeat as why:
        verdict.advice.append(plain.cannot(str(why)))
        return
    if found:
        _fail(verdict, *found)


def _fail(verdict: Verdict, name: str, cause: Cause) -> None:
    """Let one check fail, and none of the others count."""
    verdict.cause = cause
    for check in verdict.checks:
        check.outcome, check.reason = "not_reached", plain.WORTHLESS
        if check.id == name:
            check.outcome, check.reason, check.cause = "failed", None, cause


def _relative(project: Path) -> str:
    """The path as a person types it in the repository; whole if it is elsewhere."""
    path = project.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def digest(folder: Path) -> str:
    """A SHA-256 of the files in a lesson's folder that a verdict depends on."""
    digest = hashlib.sha256()
    for path in sorted(path for name in JUDGES for path in folder.glob(name)):
        with contextlib.suppress(OSError):  # A folder of a learner may have anything.
            digest.update(read_bytes(path))
    return digest.hexdigest()
