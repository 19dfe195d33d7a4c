"""A newcomer to the pages of a project: signs up, logs in, and logs out again.

It goes where the pages lead, and fills in what forms they have. A form that takes what
nobody can guess, such as an invitation, ends the way without a failure.
"""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import parse_qs, urljoin, urlsplit

from checks.asking.pages import (
    LOGS_OUT_FOR_GOOD,
    Browser,
    Document,
    Form,
    require_method,
    wants_login,
)
from checks.observe.failure import Failure
from checks.sandbox.http import Page
from checks.sandbox.web_process import WebProcess

KEPT = {"hidden", "submit", "button", "checkbox", "radio"}
"""Types of fields into which nobody types."""
SIGNS_UP = "the page at {} to open for whoever has no account yet"
LEADS_ON = "whoever has {} to be sent to a page"
LOGS_IN = "whoever has signed up to be able to log in"
STAYS = "whoever has logged in to stay logged in"


class Newcomer:
    """Somebody who has no account yet.

    What the course's own pages do is known: `tries` is false where they are as shipped.
    """

    def __init__(self, server: WebProcess, name: str, *, tries: bool) -> None:
        self.browser, self.path = Browser(server), "/"
        self.name, self.password = name, f"a password of {name[::-1]}"
        self.tries = tries
        self.typed: list[str] = []

    def comes_and_goes(self, path: str, room: str) -> None:
        """Sign up on the page at `path`, log in, open the page of a room, and log out.

        Raises Failure where one of these does not do what its form is for.
        """
        self.path = room
        if self.tries and (page := self._signs_up(path)) and self._logs_in(page):
            self._logs_out()

    def _signs_up(self, path: str) -> Page | None:
        """The page that follows the form to sign up, if there is one that takes it."""
        page = self.browser.opens(path)
        if parse_qs(urlsplit(page.path).query).get("next") == [path]:
            got = "it asks for a login"
            raise Failure("signup_wants_login", SIGNS_UP.format(path), got=got)
        form = _form(page)
        if page.status != HTTPStatus.OK or not form:
            return None
        answer = self.browser.sends(page, self._filled(form), "sign somebody up")
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._leads_nowhere(answer, page, "signed up")
        return answer if self.browser.was_redirected else None

    def _logs_in(self, page: Page) -> bool:
        """Log in on this page, or where the room leads; False where no form does it.

        Raises Failure where it takes nothing that was typed to sign up, where it leads
        to no page, or where the user is forgotten.
        """
        form = _form(page)
        if not form:
            page = self.browser.opens(self.path)
            form = _form(page)
            if not form or not wants_login(page, self.path):
                return not wants_login(page, self.path)
        answer = self._tries(page, form)
        if answer.status != HTTPStatus.OK:
            raise self._leads_nowhere(answer, page, "logged in")
        again = self.browser.opens(self.path)
        if wants_login(again, self.path):
            got = f"the page at {self.path} asks for a login again"
            raise Failure("login_is_forgotten", STAYS, got=got)
        return True

    def _tries(self, page: Page, form: Form) -> Page:
        """The page that follows the form to log in, filled in with name or e-mail."""
        for filled in self._fillings(form):
            answer = self.browser.sends(page, filled, "log somebody in")
            if self.browser.was_redirected or not _form(answer):
                return answer
        path = page.path.partition("?")[0]
        got = f"the form at {path} does not take the name and password"
        raise Failure("login_is_refused", LOGS_IN, got=got)

    def _logs_out(self) -> None:
        """Log out with what the page of the room has for it, if it has anything."""
        page = self.browser.opens(self.path)
        way = Document.of(page).way_out()
        if not way:
            return
        to, fields = way
        if fields is None:
            answer = self.browser.opens(urljoin(page.path, to))
        else:
            answer = self.browser.sends(page, Form(to, fields), "log somebody out")
        require_method(answer)
        if answer.status != HTTPStatus.OK:
            raise self._leads_nowhere(answer, page, "logged out")
        if not wants_login(self.browser.opens(self.path), self.path):
            got = f"the page at {self.path} opens all the same"
            raise Failure("logout_is_ignored", LOGS_OUT_FOR_GOOD, got=got)

    def _leads_nowhere(self, answer: Page, page: Page, done: str) -> Failure:
        """What came back after a form is no page."""
        failure = self.browser.no_page(answer, page.path)
        return failure.within(failure.kind, LEADS_ON.format(done))

    def _filled(self, form: Form) -> Form:
        """The form to sign up, with something in each field."""
        fields = dict(form.fields)
        for field, kind in form.types.items():
            if form.takes_password(field):
                fields[field] = self.password
            elif kind == "checkbox":
                fields[field] = "on"
            elif kind not in KEPT:
                mail = kind == "email" or "mail" in field
                fields[field] = f"{self.name}@example.com" if mail else self.name
                self.typed.append(fields[field])
        return Form(form.action, fields, form.types)

    def _fillings(self, form: Form) -> Iterator[Form]:
        """The form to log in, with each thing that was typed to sign up in turn."""
        for typed in dict.fromkeys(self.typed):
            fields = dict(form.fields)
            for field, kind in form.types.items():
                if form.takes_password(field):
                    fields[field] = self.password
                elif kind not in KEPT:
                    fields[field] = typed
            yield Form(form.action, fields, form.types)


def _form(page: Page) -> Form | None:
    """The form of a page in which a password is typed."""
    return next((form for form in Document.of(page).forms if form.has_password), None)
