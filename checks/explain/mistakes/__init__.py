"""The catalogue: what people get wrong, how it shows, and what to tell them.

A module of this package that has `MISTAKES` is part of the catalogue: adding a mistake
means adding a declaration there, and a submission under `tests/submissions`.
"""

import dataclasses
import importlib
import pkgutil
from functools import cache

from checks.explain.diagnosis.model import Diagnosis
from checks.explain.mistakes.clues import PATTERNS
from checks.explain.mistakes.cures import place
from checks.explain.mistakes.evidence import Evidence, compiled
from checks.explain.mistakes.lessons import all_declared, all_sections, section
from checks.explain.mistakes.mistake import SYMPTOMS, Mistake
from checks.explain.record import Record
from checks.verdict import Cause

__all__ = ["SYMPTOMS", "Mistake", "catalogue", "is_guess", "named", "prepare"]
VAGUE = 2
"""The kind of a failure and one clue: so much fits many things."""


@cache
def catalogue() -> tuple[Mistake, ...]:
    """Every mistake that is known."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    common = tuple(m for module in modules for m in getattr(module, "MISTAKES", ()))
    return common + all_declared()


def prepare() -> None:
    """Load the catalogue, and compile its patterns, so that no run has to."""
    catalogue()
    all_sections()
    for pattern in PATTERNS:
        compiled(pattern)


def named(diagnosis: Diagnosis, record: Record) -> Cause:
    """The cause of a failure, with the mistake that its evidence fits best.

    Where two fit equally, both are named; where none does, it stays as it is.
    """
    if not diagnosis.kind:
        return diagnosis.cause
    evidence = Evidence(diagnosis, record)
    fitting = [(m, f) for m in catalogue() if (f := m.fits(evidence)) is not None]
    most = max((mistake.specificity for mistake, _ in fitting), default=0)
    best = [(m, found) for m, found in fitting if m.specificity == most]
    if not best:
        return diagnosis.cause
    mistake, found = best[0]
    tie = len(best) > 1
    cures = (f"If {m.when}: {m.cure_for(found)}" for m, found in best)
    at = found.get("where") or diagnosis.cause.where
    cure = mistake.cure_for(found)
    page = section(mistake, evidence.step)
    return dataclasses.replace(
        diagnosis.cause,
        mistake=" or ".join(mistake.id for mistake, _ in best),
        cure=" ".join(cures) if tie else cure,
        why="" if tie else mistake.why,
        page=f"lessons/{page}" if "#" in page else "",
        where=place(cure, evidence.statements, at),
    )


def is_guess(cause: Cause) -> bool:
    """Whether little of the evidence has led to the mistake that a cause names."""
    names = (cause.mistake or "").split(" or ")
    return any(m.id in names and m.specificity <= VAGUE for m in catalogue())
