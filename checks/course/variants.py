"""The versions of a lesson's code that the tests of a learner are tried on.

A lesson in which people write tests declares them in `.checks/variants.py`: the code is
that of the starter, and each version has other text in one of its files.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from checks.course.folders import Files, read
from checks.course.hidden import run_hidden
from checks.course.lessons import VARIANTS, Lesson, is_own

TABLES = re.compile(r"models|migrations|apps\.py")
"""Files that are read before the tables are made."""
Edit = tuple[str, str]
"""A text that is in the file once, and what replaces it."""


@dataclass(frozen=True)
class Variant:
    """One version of the code: the starter's, but for one file.

    `words` complete "a chat in which …", and `cure` is what to do about tests that do
    not judge it rightly. The file has its `edits`, or is `whole` another one. Where the
    code `waits` by itself, that time is skipped.
    """

    name: str
    words: str
    cure: str = ""
    edits: tuple[Edit, ...] = ()
    whole: str = ""
    waits: bool = False
    file: str = "chat/consumers.py"

    def files(self, starter: Files) -> dict[str, bytes]:
        """What it replaces, by the path. Raises ValueError for an edit that misfits."""
        if not (self.whole or self.edits):
            return {}
        text = self.whole or starter[self.file].text
        for old, new in self.edits:
            if text.count(old) != 1:
                raise ValueError(f"{self.name}: not once in {self.file}: {old!r}")
            text = text.replace(old, new)
        return {self.file: text.encode()}


@dataclass(frozen=True)
class Variants:
    """What tests have to pass on, what they have to fail on, and what does nothing.

    Each test by itself has to fail on one of those that do nothing.
    """

    right: tuple[Variant, ...]
    broken: tuple[Variant, ...]
    idle: tuple[Variant, ...]


def variants(lesson: Lesson) -> Variants:
    """The versions that a lesson declares."""
    declared = run_hidden(lesson.starter / VARIANTS)
    return Variants(declared.RIGHT, declared.BROKEN, declared.IDLE)


def with_tests(lesson: Lesson, project: Path) -> Files:
    """A learner's project around the lesson's own code, with the tests of the learner.

    Of the folders in which the learner changes a file, everything else is as the
    lesson ships it: what is tried is the tests. A migration of the learner's would make
    other tables there.
    """
    theirs = {p: f for p, f in read(project).items() if not is_own(p)}
    migrations = tuple(f"{folder}/migrations/" for folder in labels(lesson))
    kept = {p: f for p, f in theirs.items() if not p.startswith(migrations)}
    return kept | code_under_test(lesson)


def code_under_test(lesson: Lesson) -> Files:
    """The lesson's own files in the folders in which the learner writes tests."""
    return {
        path: file
        for path, file in read(lesson.starter).items()
        if path.partition("/")[0] in labels(lesson)
        and path not in lesson.files
        and not is_own(path)
    }


def changed_code(lesson: Lesson, project: Path) -> dict[str, bytes]:
    """What the learner has made of that code, by the paths; empty if nothing."""
    theirs, ours = read(project), code_under_test(lesson)
    changed = sorted(p for p in ours.keys() & theirs.keys() if theirs[p] != ours[p])
    return {path: theirs[path].content for path in changed}


def needs_other_tables(changed: Iterable[str]) -> bool:
    """Whether one of these files says what the tables are, or what is beside them."""
    return any(TABLES.search(path) for path in changed)


def labels(lesson: Lesson) -> list[str]:
    """The folders in which the learner changes files: where their tests are."""
    return sorted({file.partition("/")[0] for file in lesson.files})
