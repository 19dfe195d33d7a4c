"""The mistakes that lessons declare themselves, each in its `.checks/mistakes.py`.

They are read from the course's own copies in `checks/starters/`, never from the
learner's folder, so that nothing in a project can change what it is told.
"""

from pathlib import Path

from checks.course.hidden import run_hidden
from checks.course.lessons import OWN_MISTAKES, ROOT
from checks.explain.mistakes.mistake import Mistake


def declared(folder: Path) -> tuple[Mistake, ...]:
    """The mistakes that the lesson in this folder declares; most declare none.

    Raises whatever the file raises, and TypeError where it declares something else.
    """
    path = folder / OWN_MISTAKES
    if not path.exists():
        return ()
    mistakes = tuple(run_hidden(path).MISTAKES)
    if not all(isinstance(mistake, Mistake) for mistake in mistakes):
        raise TypeError("MISTAKES has something in it that is not a Mistake")
    return mistakes


def all_declared(root: Path = ROOT) -> tuple[Mistake, ...]:
    """The mistakes of all lessons, in the order of the lessons."""
    starters = sorted((root / "checks/starters").glob("[0-9]*"))
    return tuple(mistake for starter in starters for mistake in declared(starter))
