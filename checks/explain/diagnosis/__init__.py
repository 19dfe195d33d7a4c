"""From evidence to words: what a Finding says about what was seen.

Each function takes evidence and returns a Finding in the voice of the learner's
project. It says only what is known. Where it names no place or no cure, the task of the
failed check does (`checks.run.plugin`).
"""

from checks.explain.diagnosis.connections import (
    breaks_over_a_room,
    does_not_know_the_room,
    does_not_know_the_user,
    hangs,
    not_accepted,
    not_refused,
    refused,
    refuses_a_room,
    without_consumer,
)
from checks.explain.diagnosis.evidence import (
    exception,
    finding,
    frames,
    innermost_own,
    method_for,
    place,
)
from checks.explain.diagnosis.exceptions import raised
from checks.explain.diagnosis.layer import calls, storm
from checks.explain.diagnosis.messages import (
    BUSY,
    closed,
    does_not_end,
    does_not_survive,
    other_form,
    out_of_order,
    overheard,
    silent,
    still_members,
    without_members,
)
from checks.explain.diagnosis.processes import (
    amiss,
    cannot_start,
    does_not_start,
    ended,
    fails_under_daphne,
    no_page,
    serves_another,
)

__all__ = [
    "BUSY",
    "amiss",
    "breaks_over_a_room",
    "calls",
    "cannot_start",
    "closed",
    "does_not_end",
    "does_not_know_the_room",
    "does_not_know_the_user",
    "does_not_start",
    "does_not_survive",
    "ended",
    "exception",
    "fails_under_daphne",
    "finding",
    "frames",
    "hangs",
    "innermost_own",
    "method_for",
    "no_page",
    "not_accepted",
    "not_refused",
    "other_form",
    "out_of_order",
    "overheard",
    "place",
    "raised",
    "refused",
    "refuses_a_room",
    "serves_another",
    "silent",
    "still_members",
    "storm",
    "without_consumer",
    "without_members",
]
