"""The pages of a project, as a browser on this machine sees them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.sandbox.http import HTTPS_PORT, Page, Request
from checks.sandbox.web_process import WebProcess

MOVED = {301, 302, 303, 307, 308}
FORBIDDEN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
MOST_REDIRECTS = 10
"""How often a page may send the browser on; Chromium gives up after twenty."""
LOCAL = {"localhost", "127.0.0.1", "::1"}
TYPED = {"input", "textarea"}
LOGS_OUT = re.compile(r"(log|sign)[-_]?(out|off)", re.IGNORECASE)
"""What an address looks like that ends a session."""
LOGS_OUT_FOR_GOOD = "whoever logs out to be logged out"
DOMAIN = re.compile(r";\s*domain=([^;\s]*)", re.IGNORECASE)
VISITOR = "visitor"
"""The user for whom pages that want a login are fetched, where it matters to nobody."""


def require_kept(cookie: str, domain: str, host: str) -> None:
    """Raise Failure where a browser drops a cookie, as it is for another host."""
    parent = domain.lstrip(".").lower()
    if parent and host != parent and not host.endswith(f".{parent}"):
        expected = f"a browser to keep the cookie {cookie}"
        got = f"it is for {domain}, and the page is one of {host}"
        raise Failure("cookie_is_dropped", expected, got)


def require_login(user: Event, host: str) -> None:
    """Raise Failure where nobody can be logged in, or a browser drops the cookie.

    `user` is what a project answers that has logged one in (see `sandbox.login`).
    """
    if backends := user.get("without_get_user"):
        expected = "a user to be found by the id that is in the session"
        got = f"{backends} has no get_user() of its own"
        raise Failure("finds_nobody", expected, got)
    if "cookie" in user:
        name = user["cookie"].partition("=")[0]
        require_kept(name, user["cookie_domain"], host)


def require_method(answer: Page) -> None:
    """Raise Failure where this came back because a link logs nobody out."""
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        got = f"HTTP {int(answer.status)} came back for its link to {answer.path}"
        raise Failure("logs_out_by_link", LOGS_OUT_FOR_GOOD, got)


def wants_login(page: Page, path: str) -> bool:
    """Whether this page, which a path led to, asks the visitor to log in."""
    asks = page.status in FORBIDDEN or page.path != path
    return asks and page.status in {HTTPStatus.OK, *FORBIDDEN}


@dataclass
class Form:
    """A form of a page that is sent with POST: where to, and what is in its fields."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    """The type of each field, such as "password"."""
    longest: dict[str, int] = field(default_factory=dict)
    """How many characters a browser lets somebody type, where the page says so."""

    @property
    def has_password(self) -> bool:
        """Whether somebody can sign up, or log in, with it."""
        return any(map(self.takes_password, self.types))

    def takes_password(self, field: str) -> bool:
        """Whether a password is typed into a field, also if everybody can read it."""
        kind = self.types[field]
        return kind == "password" or (kind == "text" and "password" in field)


@dataclass
class Document(HTMLParser):
    """What a browser finds in a page: forms that are sent with POST, links, and files.

    Files are the scripts and styles that are not in the page itself.
    """

    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    inside: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, page: Page) -> Self:
        """What is in a page."""
        document = cls()
        document.feed(page.text)
        return document

    def form_to(self, action: re.Pattern[str]) -> Form | None:
        """The first form that is sent to an address that looks like this."""
        return next((form for form in self.forms if action.search(form.action)), None)

    def way_out(self) -> tuple[str, dict[str, str] | None] | None:
        """Where it logs out, and the fields of the form for that; None of a link."""
        if form := self.form_to(LOGS_OUT):
            return form.action, form.fields
        links = (link for link in self.links if LOGS_OUT.search(link))
        here = (link for link in links if not urlsplit(link).netloc)
        return next(((link, None) for link in here), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("method", "").lower() == "post"
            if self.inside:
                self.forms.append(Form(given.get("action", "")))
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "script" and given.get("src"):
            self.files.append(given["src"])
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.files.append(given.get("href", ""))
        elif tag in TYPED and self.inside and given.get("name"):
            form, name, kind = self.forms[-1], given["name"], given.get("type", "text")
            if kind != "radio" or "checked" in given:
                form.fields[name] = given.get("value", "")
                form.types[name] = kind
            if (most := given.get("maxlength", "")).isdecimal():
                form.longest[name] = int(most)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


class Browser:
    """Fetches pages, follows redirects, and can log in; it runs no scripts."""

    def __init__(self, server: WebProcess, user: str = VISITOR) -> None:
        self.server, self.user = server, user
        self.cookies: dict[str, str] = {}
        self.insecure: set[str] = set()
        self.was_redirected = False
        self.cookie_path = "/"

    @property
    def cookie(self) -> str:
        """The cookies that it sends, as a header has them."""
        return "; ".join(map("=".join, self.cookies.items()))

    @property
    def _host(self) -> str:
        return urlsplit(self.server.site).hostname or ""

    def logs_in(self) -> bool:
        """Become a user of the project; False where the checker cannot create one."""
        user = self.server.ask("log_in", name=self.user)
        self.has_cookie(user.get("cookie", ""))
        for name in self.cookies:
            require_kept(name, user["cookie_domain"], self._host)
        self.cookie_path = user.get("cookie_path", "/")
        return bool(self.cookies)

    def has_cookie(self, cookie: str) -> None:
        """Send this cookie, and no other, until a page sets one."""
        name, _, value = cookie.partition("=")
        self.cookies = {name: value} if value else {}

    def opens(self, path: str, form: Form | None = None, expected: str = "") -> Page:
        """The page at a path, or the one that it redirects to.

        With a form, that is sent there first. Raises Failure where the page cannot be
        reached on this machine.
        """
        expected = expected or f"the page at {path} to answer over HTTP"
        asked, fields = path, form.fields if form else None
        self.was_redirected = False
        for _ in range(MOST_REDIRECTS):
            page = self.server.fetch(path, expected, self.cookie, fields)
            self._keep_cookies(page)
            if page.status not in MOVED or not page.headers["Location"]:
                return page
            here = f"{self.server.site}{path}"
            target = urlsplit(urljoin(here, page.headers["Location"]))
            self._stays_here(target, expected)
            path = target._replace(scheme="", netloc="").geturl() or "/"
            fields, self.was_redirected = None, True
        facts = {"asked": asked, "last": path}
        raise Failure("endless_redirects", expected, facts=facts)

    def _keep_cookies(self, page: Page) -> None:
        """Keep the cookies that a page sets, and drop those that it deletes."""
        for line in page.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            if domain := DOMAIN.search(line):
                require_kept(name.strip(), domain[1], self._host)
            self.cookies[name.strip()] = value.strip()
            if "max-age=0" in line.lower():
                del self.cookies[name.strip()]
            elif not re.search(r";\s*secure\b", line, re.IGNORECASE):
                self.insecure.add(name.strip())

    def _stays_here(self, target: SplitResult, expected: str) -> None:
        """A redirect leads to the same server."""
        port = target.port or HTTPS_PORT
        at_home = target.hostname in LOCAL and port == self.server.shown_port
        scheme = self.server.site.partition(":")[0]
        if not at_home or target.scheme != scheme:
            moves = scheme == "http" and target.scheme == "https"
            kind = "moves_to_https" if moves else "moves_elsewhere"
            to = f"{target.scheme}://{target.hostname}{target.path}"
            raise Failure(kind, expected, facts={"to": to})

    def comes_back(self, page: Page) -> None:
        """Open a page again, with the cookies that it has set, if it has set any.

        Raises Failure where it does not answer then.
        """
        if not page.headers.get_all("Set-Cookie", []):
            return
        again = self.opens(page.path)
        if again.status != HTTPStatus.OK:
            failure = self.no_page(again, page.path)
            expected = f"the page at {page.path} to answer whoever opens it again"
            raise failure.within(failure.kind, expected)

    def sends(self, page: Page, form: Form, does: str) -> Page:
        """Send a form of a page; returns what comes back, after redirects.

        `does` says what the form is for. Raises Failure where the server refuses it.
        """
        expected = f"the form at {page.path.partition('?')[0]} to {does}"
        answer = self.opens(urljoin(page.path, form.action), form, expected)
        if answer.status == HTTPStatus.FORBIDDEN:
            facts = {"status": int(answer.status)}
            raise Failure("form_is_refused", expected, facts=facts)
        return answer

    def fills_in(self, path: str, **typed: str) -> Page:
        """Type into the form of a page that has these fields, and send it.

        Returns what comes back. Raises Failure where there is no such form, where the
        server refuses it, or where an exception is raised.
        """
        page = self.opens(path)
        if page.status != HTTPStatus.OK:
            raise self.no_page(page, path)
        names = " and ".join(typed)
        forms = Document.of(page).forms
        form = next((f for f in forms if f.fields.keys() >= typed.keys()), None)
        if form is None:
            raise Failure(
                "no_form", f"the page at {path} to ask for {names}", "it does not"
            )
        for name, text in typed.items():
            if len(text) > (most := form.longest.get(name, len(text))):
                expected = (
                    f"the page at {path} to take a {name} of {len(text)} characters"
                )
                got = f"a browser stops after {most}, which is its maxlength there"
                raise Failure("form_is_short", expected, got)
        filled = Form(form.action, form.fields | typed)
        answer = self.sends(page, filled, f"take {names}")
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self.no_page(answer, path)
        return answer

    def begins_to_log_out(self, path: str) -> Request:
        """Send the form of a page that logs out; what comes back can be read later.

        A link is followed. Raises Failure where the page has neither.
        """
        page = self.opens(path)
        way = Document.of(page).way_out()
        if way is None:
            expected = f"the page at {path} to have a form that logs out"
            raise Failure("no_logout", expected, "it has none")
        to, fields = way
        return self.server.request(urljoin(page.path, to), self.cookie, fields)

    def logs_out(self, path: str) -> None:
        """Log out with the form of a page. Raises Failure where that does not work."""
        answer = self.begins_to_log_out(path).answer()
        require_method(answer)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise self.no_page(answer, answer.path)

    def submits_login(self, page: Page) -> None:
        """Send the form of a page to log in, with nothing typed into it.

        Raises Failure where the server refuses the form itself.
        """
        for form in Document.of(page).forms:
            if form.has_password:
                self.sends(page, form, "log somebody in")

    def shows(self, path: str) -> Page:
        """The page at a path, for a user where it wants a login.

        Raises Failure where there is none: with the exception that Django has answered
        for, or with the status.
        """
        page = self.opens(path)
        if self.was_redirected and page.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.logs_in()  # A page for the login may need the tables that this makes.
            self.has_cookie("")
            page = self.opens(path)
        if wants_login(page, path):
            self.submits_login(page)
            page = self.opens(path) if self.logs_in() else page
        if page.status != HTTPStatus.OK:
            raise self.no_page(page, path)
        return page

    def no_page(self, page: Page, path: str) -> Failure:
        """Why a path led to no page: an exception, a redirect, or the status alone."""
        expected = f"the page at {path} to answer over HTTP"
        facts = {"status": page.status, "path": page.path}
        if error := self._error(page.status):
            return Failure("page_raised", expected, event=error, facts=facts)
        if page.path != path:
            return Failure("redirects_to_nothing", expected, facts=facts)
        return Failure("no_page", expected, facts=facts)

    def _error(self, status: int) -> Event | None:
        """The exception that Django has just answered with this status.

        That no route fits is none.
        """
        self.server.monitor.drain()
        events = reversed(self.server.events)
        last = next((e for e in events if e["kind"] == "http_raised"), None)
        if last and last.get("status", status) == status:
            return None if last["error"] == "Resolver404" else last
        return None
