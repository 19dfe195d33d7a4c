"""The cause of a failure: what was seen, the mistake that fits it, and the cure."""

import dataclasses

from checks.course.changes import outside_of_tasks
from checks.course.lessons import instruction, open_tasks, task_at
from checks.explain import mistakes
from checks.explain.diagnosis import Diagnosis, chain, diagnose, existing, is_of_lesson
from checks.explain.record import Record
from checks.observe.failure import Failure
from checks.verdict import Cause, Where

NOT_BEGUN = {
    *("not_accepted", "silent", "no_reader", "no_route", "no_urlpatterns"),
    *("no_redis_layer", "no_members", "astray", "received_elsewhere"),
    *("unknown_room", "unknown_user", "not_refused", "not_kept_out", "without_key"),
    *("kept_waiting", "not_listed", "still_listed", "stays_open"),
}
"""Kinds of failures that say no more than: this has not been done yet."""
FEW = 3
"""Files: of more, it is not said which were changed."""
NOT_RECOGNISED = "The course does not recognise this mistake"


def cause_of(failure: Failure, record: Record, task: int | None = None) -> Cause:
    """The cause of a failure, with the mistake that the evidence fits, if one does.

    Where the evidence shows only that a task has not been begun, or the lines failed
    that it is to change, the task says what to do: the one that failed, else the first
    that is open. Where nothing is recognised, the cure says so.
    """
    diagnosis = diagnose(failure, record.timeline)
    cause = mistakes.named(diagnosis, record)
    undone = open_tasks(record.project, record.lesson)
    task = task or next(iter(undone), None)
    unchanged = task_at(record.project, diagnosis.cause.where) == task
    of_lesson = is_of_lesson(failure) and "error" not in (failure.event or {})
    says_no_more = diagnosis.kind in NOT_BEGUN or of_lesson or unchanged
    still_open = says_no_more and task in undone
    if task and still_open:
        where, cure = instruction(record.project, record.lesson, task)
        cause = dataclasses.replace(diagnosis.cause, where=where, cure=cure)
    elif not cause.cure:
        cause = _not_recognised(diagnosis, record)
    elif mistakes.is_guess(cause) and not cause.where:
        for where in _changed(record, most=1):
            cause = dataclasses.replace(cause, where=where)
    return existing(cause, record.project)


def _changed(record: Record, most: int) -> list[Where]:
    """What was changed outside of the tasks; nothing where that is in more files."""
    changed = outside_of_tasks(record.lesson, record.project)
    return changed if len(changed) <= most else []


def _not_recognised(diagnosis: Diagnosis, record: Record) -> Cause:
    """The cause where nothing fits: what is said of it, and what may be why."""
    cause, cure = diagnosis.cause, _said(diagnosis, record)
    changed = _changed(record, FEW)
    told = cause.where and cause.where.file in {place.file for place in changed}
    if changed and not told:
        places = " and ".join(map(str, changed))
        what = f"you have changed {places}, which may be why."
        cure = f"{cure} Outside of the tasks, {what}"
    return dataclasses.replace(cause, cure=cure)


def _said(diagnosis: Diagnosis, record: Record) -> str:
    """What to do where nothing fits: whoever raised the exception says it best."""
    if words := chain(diagnosis.event or {}):
        return f"{NOT_RECOGNISED}; look up what {words}"
    if record.timeline.tabs:
        return f"{NOT_RECOGNISED}; follow the messages below to the first wrong one."
    return f"{NOT_RECOGNISED}; compare what happened with what was expected."
