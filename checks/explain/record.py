"""What explanations read of a run."""

from pathlib import Path
from typing import NamedTuple

from checks.course.lessons import Lesson
from checks.observe.timeline import Timeline


class Record(NamedTuple):
    """What is left of a run to read: the lesson, the learner's files, what happened."""

    lesson: Lesson
    project: Path
    timeline: Timeline
