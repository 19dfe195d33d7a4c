"""Words that somebody pastes lead to the mistake behind them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from checks.__main__ import main
from checks.author.finder import SEEN
from checks.author.recorded import Submission, submissions
from checks.course.lessons import ROOT
from checks.explain import finder
from checks.explain.finder import MOST

DATA = finder.load(ROOT)
TRACEBACK = """
Traceback (most recent call last):
  File "/home/me/.venv/lib/python3.12/site-packages/channels/routing.py", line 134
    raise ValueError("No route found for path %r." % path)
ValueError: No route found for path 'ws/chat/lobby/'.
"""


def first(text: str, most: int = 3) -> list[str]:
    return [match.id for match in finder.find(DATA, text)[:most]]


def place(one: Submission) -> int:
    """At which place its sentence leads to the mistake; MOST where it does not."""
    ((mistakes, expected, got), *_) = SEEN.findall(one.file.read_text())
    found = first(f"{expected}, but {got}", MOST)
    return min(map(found.index, {*mistakes.split(" or ")} & {*found}), default=MOST)


def test_the_sentence_of_a_check_leads_to_the_mistake() -> None:
    there = [one for one in submissions() if one.kind == "wrong" and one.file.exists()]
    places = [place(one) for one in there if one.reported]
    assert len(places) > 400
    for most, share in ((3, 0.9), (MOST, 0.95)):
        assert sum(at < most for at in places) / len(places) >= share


@pytest.mark.parametrize(
    ("pasted", "mistake"),
    [
        (TRACEBACK, "consumer_in_django_urls_py"),
        ("NameError: name 'jsn' is not defined", "name_is_not_defined"),
        (
            "ValueError: Django can only handle ASGI/HTTP connections, not websocket.",
            "asgi_untouched_default",
        ),
        ("ValueError: No handler for message type chat.message", "no_handler_for_type"),
    ],
)
def test_what_a_terminal_prints_leads_to_it(pasted: str, mistake: str) -> None:
    assert mistake in first(pasted, 5)


def test_words_that_nobody_knows_lead_nowhere() -> None:
    assert first("") == first("xyzzy 330291 ☃") == []


def test_the_command_reads_a_file_or_what_is_piped(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(TRACEBACK)
    run = CliRunner().invoke
    of_file = run(main, ["explain", str(file)], standalone_mode=False)
    piped = run(main, ["explain"], input=TRACEBACK, standalone_mode=False)
    assert of_file.stdout == piped.stdout
    assert of_file.return_value == 0
    assert run(main, ["explain"], input="☃", standalone_mode=False).return_value == 1
