"""A signal ends a command, whatever Python is doing when it arrives."""

import signal
import subprocess
import sys

import pytest

from checks.course.lessons import ROOT
from tests.conftest import environment

PROGRAM = """
import gc, os, signal, sys, threading, weakref
from checks import interrupts

interrupts.raise_on(*interrupts.ENDING)

def receive(*_):
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(1000):  # Somewhere here, the handler raises.
        pass

class Thing:
    pass

class Finalized:
    def __del__(self):
        receive()

thing = Thing()
reference = weakref.ref(thing, receive)
try:
    {during}
    threading.Event().wait(30)  # The main code, which would go on.
except interrupts.Terminated as error:
    print("terminated")
    sys.exit(interrupts.exit_status(error))
"""
DISCARDED = {
    "a finalizer": "Finalized()",
    "the callback of a weak reference": "del thing",
    "a callback of the garbage collector": (
        "gc.callbacks.append(receive); gc.collect(); gc.callbacks.clear()"
    ),
    "a hook after a fork": (
        "os.register_at_fork(after_in_parent=receive); os.fork() or os._exit(0)"
    ),
    "two finalizers, one after the other": "Finalized(); Finalized()",
}


def run(program: str) -> "subprocess.CompletedProcess[str]":
    """Run a program that ends, or is ended."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("during", DISCARDED.values(), ids=DISCARDED)
def test_where_python_discards_exceptions_the_signal_is_not_lost(during: str) -> None:
    ended = run(PROGRAM.format(during=during))
    assert (ended.stdout, ended.stderr) == ("terminated\n", "")
    assert ended.returncode == 128 + signal.SIGTERM


def test_where_a_library_discards_it_the_next_safe_point_raises() -> None:
    during = """
    try:
        receive()
    except BaseException:
        pass
    interrupts.check()"""
    ended = run(PROGRAM.format(during=during))
    assert (ended.stdout, ended.stderr) == ("terminated\n", "")
    assert ended.returncode == 128 + signal.SIGTERM


def test_other_exceptions_that_python_discards_are_printed() -> None:
    program = """
from checks import interrupts
interrupts.raise_on(*interrupts.ENDING)
class Broken:
    def __del__(self):
        raise ValueError("printed as usual")
Broken()
"""
    ended = run(program)
    assert ended.returncode == 0
    assert "ValueError: printed as usual" in ended.stderr


def test_without_a_signal_a_safe_point_does_nothing() -> None:
    ended = run("from checks import interrupts; interrupts.check(); print('on')")
    assert (ended.stdout, ended.returncode) == ("on\n", 0)
