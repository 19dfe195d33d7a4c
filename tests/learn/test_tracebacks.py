"""A traceback that is printed again is one line."""

from collections import Counter

from checks.learn.tracebacks import LONGEST, Tracebacks

NAME = """Traceback (most recent call last):
  File "chat/consumers.py", line 9, in connect
    undefined
NameError: name 'undefined' is not defined""".splitlines()
KEY = [*NAME[:-1], "KeyError: 'undefined'"]
AGAIN = f"{NAME[-1]} (raised again, {{}} times so far; the traceback is above)"


def printed(tracebacks: Tracebacks, *lines: str) -> list[str]:
    """What is printed of these lines."""
    return [shown for line in lines for shown in tracebacks.take(line)]


def test_the_same_traceback_is_printed_once() -> None:
    known: Counter[str] = Counter()
    one, two = Tracebacks(known), Tracebacks(known)
    lines = ["before", *NAME, "after"]
    assert printed(one, *lines) == lines
    assert printed(one, *lines) == ["before", AGAIN.format(2), "after"]
    assert printed(one, *KEY) == KEY
    assert printed(two, *NAME) == [AGAIN.format(3)]


def test_nothing_is_lost_of_one_that_does_not_end() -> None:
    tracebacks = Tracebacks(Counter())
    assert printed(tracebacks, *NAME[:2], *NAME) == [*NAME[:2], *NAME]
    assert printed(tracebacks, *NAME[:2]) == []
    assert tracebacks.rest() == NAME[:2]
    endless = [NAME[0], *["    again"] * LONGEST]
    assert printed(tracebacks, *endless) == endless
