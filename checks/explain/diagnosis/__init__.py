"""What was seen, in a sentence: each failure in the voice of the learner's project.

Each function takes a failure and the timeline of its run, and says only what is known.
"""

from collections.abc import Callable

from checks.explain.diagnosis import (
    connections,
    exceptions,
    layer,
    messages,
    pages,
    processes,
)
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import chain, existing
from checks.observe.failure import Failure
from checks.observe.timeline import Timeline

__all__ = ["Diagnosis", "chain", "diagnose", "existing", "is_of_lesson"]

BY_KIND: dict[str, Callable[[Failure, Timeline], Diagnosis]] = {
    "cannot_start": processes.cannot_start,
    "closed": messages.closed,
    "does_not_end": messages.does_not_end,
    "does_not_start": processes.does_not_start,
    "ended": processes.ended,
    "endless": messages.endless,
    "endless_redirects": pages.endless_redirects,
    "form_is_refused": pages.form_is_refused,
    "forgetful_layer": layer.forgetful_layer,
    "hangs": connections.hangs,
    "joined_though_rejected": connections.joined_though_rejected,
    "lost": messages.lost,
    "moves_elsewhere": pages.redirects,
    "moves_to_https": pages.redirects,
    "no_host": layer.no_host,
    "no_members": messages.no_members,
    "no_answer": pages.no_answer,
    "no_page": pages.no_page,
    "no_redis_layer": layer.no_redis_layer,
    "not_accepted": connections.not_accepted,
    "not_listed": messages.unless_reason,
    "not_kept_out": connections.not_kept_out,
    "not_refused": connections.not_refused,
    "other_form": messages.other_form,
    "other_layer": layer.other_layer,
    "other_runserver": processes.other_runserver,
    "other_value": messages.other_value,
    "out_of_order": messages.out_of_order,
    "out_of_time": processes.out_of_time,
    "overheard": messages.overheard,
    "page_is_open": pages.page_is_open,
    "page_raised": pages.page_raised,
    "policy_forbids_script": pages.policy_forbids,
    "policy_forbids_socket": pages.policy_forbids,
    "project_fault": processes.project_fault,
    "raised": exceptions.raised,
    "cookie_is_not_sent": pages.cookie_is_not_sent,
    "redirects_to_nothing": pages.redirects_to_nothing,
    "redis_8": layer.impatient_redis,
    "refused": connections.refused,
    "replaced_database": processes.replaced_database,
    "runserver_check": processes.runserver_check,
    "runserver_raised": processes.runserver_raised,
    "secret_is_drawn": processes.secret_is_drawn,
    "sent_though_rejected": connections.sent_though_rejected,
    "silent": messages.silent,
    "stays_open": messages.unless_reason,
    "still_listed": messages.unless_reason,
    "still_members": messages.still_members,
    "storm": layer.message_loop,
    "unanswered": connections.unanswered,
    "unknown_room": connections.unknown_room,
    "unknown_user": connections.unknown_user,
    "unread_key": layer.unread_key,
    "without_consumer": connections.without_consumer,
    "without_key": messages.without_key,
    **dict.fromkeys(pages.ACCOUNTS, pages.account),
    **dict.fromkeys((*layer.MISFITS, *layer.TOLD), layer.misfit),
}
LARGER: dict[str, Callable[[Diagnosis, Failure], Diagnosis]] = {
    "daphne_serves_another": processes.serves_another,
    "in_no_group": messages.in_no_group,
}
"""Failures of larger steps, as far as they have something to add."""


def diagnose(failure: Failure, timeline: Timeline) -> Diagnosis:
    """What a failure comes down to.

    That of a larger step (`Failure.within`) is what its cause comes down to, expected
    by the step. A failure of another kind brings its own words.
    """
    if failure.cause:
        inner = diagnose(failure.cause, timeline)
        larger = LARGER.get(failure.kind)
        inner = larger(inner, failure) if larger else inner.replace(failure.kind)
        return inner.replace(expected=failure.expected)
    if waiting := connections.kept_waiting(failure, timeline):
        return waiting
    if explain := BY_KIND.get(failure.kind):
        return explain(failure, timeline)
    return diagnosis(
        *(failure.kind, failure.expected, failure.got, failure.where),
        cure=failure.cure,
        event=failure.event,
        tab=failure.tab,
    )


def is_of_lesson(failure: Failure) -> bool:
    """Whether it is of a kind that only a lesson knows."""
    return bool(failure.kind) and not failure.cause and failure.kind not in BY_KIND
