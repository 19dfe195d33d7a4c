"""The catalogue: what people get wrong, how it shows, and what to tell them.

A module of this package that has `MISTAKES` is part of the catalogue: adding a mistake
means adding a declaration there, and a submission under `tests/submissions`.
"""

import dataclasses
import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from checks.explain.mistakes.evidence import Evidence
from checks.explain.mistakes.mistake import SYMPTOMS, Mistake
from checks.verdict import Cause, Finding

if TYPE_CHECKING:
    from checks.run.run import Run

__all__ = ["SYMPTOMS", "Mistake", "catalogue", "named"]


@cache
def catalogue() -> tuple[Mistake, ...]:
    """Every mistake that is known."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(m for module in modules for m in getattr(module, "MISTAKES", ()))


def named(finding: Finding, run: "Run") -> Cause:
    """The cause of a finding, with the mistake that its evidence fits best.

    Where two fit equally, both are named; where none does, it stays as it is.
    """
    if finding.cause.voice != "project" or not finding.kind:
        return finding.cause
    evidence = Evidence(finding, run)
    fitting = [(m, f) for m in catalogue() if (f := m.fits(evidence)) is not None]
    most = max((mistake.specificity for mistake, _ in fitting), default=0)
    best = [(m, found) for m, found in fitting if m.specificity == most]
    if not best:
        return finding.cause
    mistake, found = best[0]
    tie = len(best) > 1
    cures = (f"If {m.when}: {m.cure_for(found)}" for m, found in best)
    return dataclasses.replace(
        finding.cause,
        mistake=" or ".join(mistake.id for mistake, _ in best),
        cure=" ".join(cures) if tie else mistake.cure_for(found),
        why="" if tie else mistake.why,
        page=f"lessons/{mistake.page}",
        where=found.get("where") or finding.cause.where,
    )
