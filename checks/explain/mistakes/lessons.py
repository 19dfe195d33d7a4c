"""What lessons say of mistakes themselves, each in its `.checks/mistakes.py`.

`MISTAKES` are those that it declares. `SECTIONS`, which is optional, has sections of
the lesson for mistakes that are declared elsewhere, by their ids: from this lesson on,
a message refers to these. Both are read from the course's own copies in
`checks/starters/`, never from the learner's folder, so that nothing in a project can
change what it is told.
"""

from functools import cache
from pathlib import Path
from types import ModuleType

from checks.course.hidden import run_hidden
from checks.course.lessons import OWN_MISTAKES, ROOT
from checks.explain.mistakes.mistake import Mistake, Section


def declared(folder: Path) -> tuple[Mistake, ...]:
    """The mistakes that the lesson in this folder declares; most declare none.

    Raises whatever the file raises, and TypeError where it declares something else.
    """
    module = _module(folder)
    mistakes = tuple(module.MISTAKES) if module else ()
    if not all(isinstance(mistake, Mistake) for mistake in mistakes):
        raise TypeError("MISTAKES has something in it that is not a Mistake")
    return mistakes


def all_declared(root: Path = ROOT) -> tuple[Mistake, ...]:
    """The mistakes of all lessons, in the order of the lessons."""
    return tuple(one for starter in _starters(root) for one in declared(starter))


@cache
def all_sections(root: Path = ROOT) -> tuple[tuple[int, dict[str, Section]], ...]:
    """The number of each lesson, and its sections by the ids of mistakes."""
    return tuple(
        (int(starter.name[:2]), getattr(_module(starter), "SECTIONS", {}))
        for starter in _starters(root)
    )


def section(mistake: Mistake, step: int) -> str:
    """The section that teaches what a mistake is about, for a reader of this lesson."""
    page = mistake.page
    for number, of_lesson in all_sections():
        if number <= step and mistake.id in of_lesson:
            page = of_lesson[mistake.id].page
    return page


def _starters(root: Path) -> list[Path]:
    return sorted((root / "checks/starters").glob("[0-9]*"))


def _module(folder: Path) -> ModuleType | None:
    path = folder / OWN_MISTAKES
    return run_hidden(path) if path.exists() else None
