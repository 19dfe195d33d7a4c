"""Checks that the files of the course are complete and consistent, by reading them.

It looks at the shipped files only: `lessons/` is the learner's to change.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checks.author import pages, rules, sync
from checks.author.problem import Problem
from checks.author.projects import STARTERS, slugs
from checks.author.recorded import FOLDER, submissions
from checks.author.shipped import Shipped
from checks.course.folders import Files, read
from checks.course.lessons import ROOT
from checks.explain.mistakes import catalogue
from checks.explain.mistakes.lessons import all_declared


def problems(root: Path = ROOT) -> list[Problem]:
    """List what is missing or out of step, in the order in which to do it."""
    found = [*_numbering(root), *_unclaimed(root)]
    final: Files | None = None
    for slug in slugs(root / STARTERS):
        lesson = Shipped(root, slug)
        if broken := list(rules.readable(lesson)):
            return found + broken
        found += rules.follows(lesson, final)
        for rule in rules.RULES:
            found += rule(lesson)
        final = sync.finished(lesson.files, lesson.solution)
    return [*found, *_mistakes(root), *_pages(root)]


def _numbering(root: Path) -> Iterator[Problem]:
    for number, slug in enumerate(slugs(root / STARTERS), start=1):
        if not re.fullmatch(rf"{number:02}_[a-z0-9_]+", slug):
            due = f"lesson {number} is to be named {number:02}_…"
            yield Problem(f"lessons/{slug}", due)


def _unclaimed(root: Path) -> Iterator[Problem]:
    """Files and folders that belong to no lesson."""
    known = set(slugs(root / STARTERS))
    for path in sorted((root / "solutions").glob("[!.]*")):
        if path.name not in known:
            yield Problem(f"solutions/{path.name}", "belongs to no lesson")
    for path in sorted((root / "docs/lessons").glob("*")):
        if path.suffix != ".md" or path.stem not in known:
            yield Problem(f"docs/lessons/{path.name}", "belongs to no lesson")
    for name in read(root / FOLDER):
        slug, kind, *inside = [*Path(name).parts, ""][:4]
        if slug not in known or kind not in rules.ENOUGH or "" in inside:
            yield Problem(f"{FOLDER}/{name}", "belongs to no submission")


def _mistakes(root: Path) -> Iterator[Problem]:
    """Every mistake has an id of its own, and is shown by a submission of that name.

    Whether those that a lesson declares are shown is a rule of that lesson.
    """
    shown = {one.name for one in submissions(root) if one.name in one.reported}
    shown |= {mistake.id for mistake in all_declared(root)}
    for mistake in catalogue():
        if mistake.id not in shown:
            missing = f"`{mistake.id}` is reported for no submission of that name"
            yield Problem("checks/explain/mistakes", missing)
    counts = Counter(mistake.id for mistake in catalogue())
    for name in (name for name, count in counts.items() if count > 1):
        yield Problem("checks/explain/mistakes", f"`{name}` is declared twice")


def _pages(root: Path) -> Iterator[Problem]:
    for path in pages.stale(root):
        due = "does not follow from mistakes and submissions: `make sync`"
        yield Problem(path, due)
