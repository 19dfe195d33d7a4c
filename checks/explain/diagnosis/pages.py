"""A page of the project that does not open, or whose script cannot work."""

import re
from http import HTTPStatus

from checks.explain.diagnosis.messages import BUSY
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import innermost, raising
from checks.observe.failure import Failure
from checks.observe.timeline import Timeline

PORT = re.compile(r"(?<=localhost):\d+")
"""The port of a server of the run, which nobody else knows."""
ACCOUNTS = {
    *("login_is_forgotten", "login_is_refused", "logout_is_ignored"),
    *("logs_out_by_link", "signup_wants_login"),
}
"""Kinds of failures of whoever signs up, logs in and logs out."""


def page_raised(failure: Failure, _: Timeline) -> Diagnosis:
    """An exception was raised for a page, or where the server was asked something."""
    event = failure.event or {}
    got = PORT.sub("", raising(event))
    at = innermost(event)
    return diagnosis("page_raised", failure.expected, got, at, event=event)


def no_page(failure: Failure, _: Timeline) -> Diagnosis:
    """A page answers with the status of an error, and no exception was raised."""
    status = failure.facts["status"]
    routes = "Look at the routes of your pages: urls.py."
    other = "Look for what answers so: a view, a middleware, or a setting."
    cure = routes if status == HTTPStatus.NOT_FOUND else other
    got = f"HTTP {status} came back"
    return diagnosis("no_page", failure.expected, got, cure=cure)


def page_is_open(failure: Failure, _: Timeline) -> Diagnosis:
    """A page opens for somebody who is not logged in, and was to ask for a login."""
    cure = "Ask for a login in the view of that page."
    got = "it opened for somebody who is not logged in"
    return diagnosis("page_is_open", failure.expected, got, cure=cure)


def account(failure: Failure, _: Timeline) -> Diagnosis:
    """Whoever signs up, logs in or logs out gets something else."""
    cure = "Look at what handles that form: its route, its view, and the settings."
    return diagnosis(failure.kind, failure.expected, failure.got, cure=cure)


def form_is_refused(failure: Failure, _: Timeline) -> Diagnosis:
    """A form was sent as it is in its page, and the server refuses that."""
    got = f"HTTP {failure.facts['status']} came back when it was sent"
    cure = "Look at what the terminal says of that request."
    return diagnosis("form_is_refused", failure.expected, got, cure=cure)


def no_answer(failure: Failure, _: Timeline) -> Diagnosis:
    """The server did not answer a request."""
    got = "no answer came back"
    return diagnosis("busy", failure.expected, got, failure.busy_at, cure=BUSY)


def redirects(failure: Failure, _: Timeline) -> Diagnosis:
    """A page sends the browser to where nothing of the project answers."""
    got = f"it redirects to {failure.facts['to']}"
    cure = "Look for what redirects: a setting, a middleware, or the view."
    return diagnosis(failure.kind, failure.expected, got, cure=cure)


def redirects_to_nothing(failure: Failure, _: Timeline) -> Diagnosis:
    """A page sends the browser to a page that does not exist, or fails."""
    path, _, query = failure.facts["path"].partition("?")
    got = f"it redirects to {path}, which answers HTTP {failure.facts['status']}"
    kind = "no_login_page" if query.startswith("next=") else failure.kind
    cure = "Give that address a page, or redirect to another one."
    return diagnosis(kind, failure.expected, got, cure=cure)


def endless_redirects(failure: Failure, _: Timeline) -> Diagnosis:
    """A page sends the browser on without end."""
    got = f"it redirects without end, last to {failure.facts['last']}"
    cure = "Look for what redirects: a middleware, or the view."
    return diagnosis(failure.kind, failure.expected, got, cure=cure)


def cookie_is_not_sent(failure: Failure, _: Timeline) -> Diagnosis:
    """The session cookie is for other paths than that of the WebSocket."""
    path, asked = failure.facts["path"], failure.facts["asked"]
    got = f"SESSION_COOKIE_PATH is {path!r}, so that it sends none to {asked}"
    cure = 'Take SESSION_COOKIE_PATH out: it is "/" then.'
    return diagnosis(failure.kind, failure.expected, got, cure=cure)


def policy_forbids(failure: Failure, _: Timeline) -> Diagnosis:
    """The Content-Security-Policy of a page keeps its script from its work."""
    directive = failure.facts["directive"]
    got = f"the Content-Security-Policy of the page forbids it: {directive}"
    cure = "Change that directive where the policy is set."
    return diagnosis(failure.kind, failure.expected, got, cure=cure)
