"""What a run answers to each prediction of the lessons, from what it really saw."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.author import projects
from checks.course import fences
from checks.course.lessons import ROOT, Course
from tests.conftest import Check

ONE, TWO, THREE = "01_consumer", "02_routing", "03_channel_layer"
SIX = "06_async"
OWN = "its consumer sent the answer to its own tab only"
DELIVERED = "the channel layer delivered the event to the consumer"
Answers = Callable[..., dict[str, Any]]


@pytest.fixture
def answers(check: Check, tmp_path: Path) -> Answers:
    """`answers(slug, state)`: `solved`, a submission, or the number of tasks done."""

    def answers(slug: str, state: str | int) -> dict[str, Any]:
        found = [*(ROOT / "tests/submissions" / slug).glob(f"*/{state}"), None]
        solved = not isinstance(state, int)
        project = projects.build(
            slug, tmp_path / "project", solved=solved, submission=found[0]
        )
        if isinstance(state, int):
            do(slug, project, state)
        verdict = check(slug[:2], project).verdict
        return {it["prediction"]: it for it in verdict["answers"]}

    return answers


def do(slug: str, project: Path, tasks: int) -> None:
    """Do the first tasks of a lesson as the course would."""
    for file in Course().lesson(slug).files:
        text = (project / file).read_text()
        solution = fences.regions((ROOT / "solutions" / slug / file).read_text())
        bodies = {it.name: it.body for it in fences.regions(text)}
        done = {it.name: it.body for it in solution if it.task <= tasks}
        (project / file).write_text(fences.with_bodies(text, bodies | done))


@pytest.mark.parametrize(
    ("slug", "state", "prediction", "outcome", "saw", "because"),
    [
        (
            ONE,
            1,
            "comes_back",
            "none",
            "nobody received it",
            "its consumer sent nothing",
        ),
        (ONE, "solved", "comes_back", "sender", "only tab A received it", OWN),
        (ONE, "solved", "two_tabs", "sender", "only tab A received it", OWN),
        (ONE, "raises", "comes_back", "none", "nobody received it", "ValueError"),
        (TWO, "solved", "elsewhere", "rejected", "it was rejected", "No route found"),
        (TWO, "solved", "same_room", "sender", "only tab A received it", OWN),
        (THREE, 2, "joined", "sender", "only tab A received it", OWN),
        (
            THREE,
            "solved",
            "joined",
            "all",
            "tab A, tab B and tab C",
            f"{DELIVERED}s of",
        ),
        (
            THREE,
            "solved",
            "two_processes",
            "all",
            "tab A and tab B",
            f"{DELIVERED}s of",
        ),
        (SIX, 0, "waiting", "unanswered", "it was not answered", "waits for tab A"),
        (SIX, 1, "waiting", "accepted", "it was accepted", "ChatConsumer took it"),
        (SIX, "solved", "leaves", "none", "nobody received it", ""),
    ],
)
def test_a_run_answers_what_was_predicted(  # noqa: PLR0913 (the columns of a table)
    *,
    slug: str,
    state: str | int,
    prediction: str,
    outcome: str,
    saw: str,
    because: str,
    answers: Answers,
) -> None:
    answer = answers(slug, state)[prediction]
    assert answer["outcome"] == outcome
    assert saw in answer["saw"]
    assert because in answer["because"]


def test_a_run_that_does_not_come_that_far_answers_nothing(answers: Answers) -> None:
    assert answers(THREE, 1) == {}
    # What it saw without the routes is not what they will do.
    assert "elsewhere" not in answers(TWO, 1)


@pytest.mark.parametrize("lesson", Course().lessons, ids=lambda it: it.slug)
def test_every_lesson_asks_on_its_page_what_it_declares(lesson: Any) -> None:
    page = (ROOT / f"docs/lessons/{lesson.slug}.md").read_text()
    assert 2 <= len(lesson.predictions) <= 3
    for prediction in lesson.predictions:
        assert f'--8<-- "predict/{prediction.id}"' in page
        assert len(prediction.options) >= 2
