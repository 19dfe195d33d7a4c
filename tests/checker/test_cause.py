"""What is told where no mistake fits, and the place that is told with a cause."""

import os
from pathlib import Path

import pytest

from checks.explain.diagnosis import chain, existing
from checks.explain.diagnosis.places import raising
from checks.observe.log import Event
from checks.observe.recorder import Recorder
from checks.verdict import Cause, Where


def failed(outer: BaseException, inner: BaseException) -> BaseException:
    """An exception that was raised because of another one."""
    try:
        try:
            raise inner
        except type(inner) as error:
            raise outer from error
    except type(outer) as error:
        return error


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(os.open(os.devnull, os.O_WRONLY), tmp_path)


def test_the_first_exception_and_the_one_that_began_it_are_reported(
    recorder: Recorder,
) -> None:
    middle = failed(RuntimeError("no driver"), ModuleNotFoundError("no psycopg"))
    event = recorder.error(failed(ValueError("no\n  engine."), middle))
    assert chain(event) == (
        "Python says: ValueError: no engine. "
        "It was raised because of ModuleNotFoundError: no psycopg."
    )


@pytest.mark.parametrize(
    ("functions", "who"),
    [
        (["receive"], "receive()"),
        (["receive", "<listcomp>"], "receive()"),
        (["<module>"], "the server"),
        ([], "the server"),
    ],
)
def test_who_raised_it_is_named(functions: list[str], who: str) -> None:
    frames = [{"function": function} for function in functions]
    event = {"error": "KeyError", "words": "'text'", "frames": frames}
    assert raising(event) == f"{who} raised KeyError: 'text'"


def test_an_exception_that_is_its_own_cause_is_reported_once(
    recorder: Recorder,
) -> None:
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    assert recorder.chain(one) == ["ValueError: one", "ValueError: two"]


@pytest.mark.parametrize(
    ("library", "says"),
    [
        ("django", "Django says: "),
        ("channels_redis", "channels_redis says: "),
        ("", "Python says: "),
    ],
)
def test_whoever_raised_it_is_named(library: str, says: str) -> None:
    event: Event = {"chain": ["ValueError: so"], "library": library}
    assert chain(event) == f"{says}ValueError: so."


def test_nothing_is_reported_where_nothing_was_raised() -> None:
    assert chain({}) == ""


@pytest.mark.parametrize(
    ("at", "cure", "told"),
    [
        (Where("mysite/asgi.py", 1), "", "mysite/asgi.py, line 1"),
        (Where("mysite/asgi.py", 9), "", "mysite/asgi.py"),
        (Where("chat/routing.py"), "", "mysite/asgi.py"),
        (Where("chat/consumer.py", 3), "", "None"),
        (Where("chat/routing.py"), "Make chat/routing.py.", "chat/routing.py"),
        (None, "", "None"),
    ],
)
def test_a_place_is_there_or_asked_for(
    at: Where | None, cure: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "mysite").mkdir()
    (tmp_path / "mysite/asgi.py").write_text("application = None\n")
    cause = Cause("project", "this", "that", cure, at)
    assert str(existing(cause, tmp_path).where) == told
