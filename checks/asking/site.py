"""What a check asks of a project in production, and of nginx in front of it."""

from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from checks.asking.accounts import Newcomer
from checks.asking.pages import Browser, Document
from checks.asking.policy import lets_its_script_work
from checks.asking.skipping import skip
from checks.asking.users import User
from checks.observe.failure import Failure
from checks.sandbox.http import HTTPS_PORT, Page
from checks.sandbox.nginx import CONFIGURATION, PORT, UPSTREAM, Nginx
from checks.sandbox.processes import Asking, Server
from checks.sandbox.started import COMPOSE, START, VARIABLES
from checks.verdict import Where

SETTINGS, HEALTH = Where("mysite/settings.py"), Where("chat/health.py")
PINGS = 20.0
"""Seconds after which Daphne sends a ping to a tab on which nothing was sent."""
NOTICED = 30.0
"""Seconds after which a health page has to know that Redis has ended."""
ASKED = {
    "security.W009": "SECRET_KEY",
    "security.W012": "SESSION_COOKIE_SECURE",
    "security.W016": "CSRF_COOKIE_SECURE",
    "security.W018": "DEBUG",
    "security.W020": "ALLOWED_HOSTS",
}
"""The warnings of `check --deploy` that must not come, and the setting of each."""
ERROR = HTTPStatus.BAD_REQUEST
LIMITED = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


class Site:
    """A project in production.

    `server` is one of its servers, and `answer` returns what a process of the project
    answers to a question of that name. Each method raises a Failure when the answer is
    not what it should be.
    """

    def __init__(self, server: Server, answer: Callable[[str], Any]) -> None:
        self.server, self.answer = server, answer

    def needs_a_key(self) -> None:
        """It does not start without a SECRET_KEY in the environment."""
        if self.answer("without_a_key")["starts"]:
            expected = "a server not to start without SECRET_KEY in its environment"
            got = "it starts, with a key that is written in your settings"
            raise Failure("starts_without_a_key", expected, got, SETTINGS)

    def passes_deploy_check(self) -> None:
        """`manage.py check --deploy` finds no error.

        Nor does it warn of the settings that are asked.
        """
        answers = self.answer("deploy_check")
        for error in (it for it in answers if it["is_error"]):
            expected = "`manage.py check --deploy` to find no error"
            words = error["words"].partition(" (")[0].rstrip(".")
            got = f"it says {error['id']}: {words}"
            raise Failure("deploy_error", expected, got, SETTINGS)
        found = {it["id"]: it["words"] for it in answers}
        for code, setting in ASKED.items():
            if code in found:
                expected = f"`manage.py check --deploy` not to warn of {setting}"
                facts = {"setting": setting}
                got = f"it gives the warning {code}"
                raise Failure("deploy_warning", expected, got, SETTINGS, facts=facts)

    def answers_under(self, *hosts: str) -> None:
        """It answers under each of these hosts, which ALLOWED_HOSTS names."""
        for host in hosts:
            status = self._status(host)
            if status >= ERROR:
                expected = f"a page to open under the host {host} of ALLOWED_HOSTS"
                got = f"HTTP {status} came back"
                if status == HTTPStatus.BAD_REQUEST:
                    allowed = self.server.ask("setting", name="ALLOWED_HOSTS")
                    got += f"; ALLOWED_HOSTS is {allowed}"
                raise Failure("host_is_rejected", expected, got, SETTINGS)

    def rejects_host(self, host: str) -> None:
        """It answers with an error under a host that ALLOWED_HOSTS does not name."""
        status = self._status(host)
        if status < ERROR:
            expected = f"{host}, which is not in ALLOWED_HOSTS, to be rejected"
            got = f"its page was answered with HTTP {status}"
            raise Failure("host_is_accepted", expected, got, SETTINGS)

    def _status(self, host: str) -> int:
        return self._fetch("/accounts/login/", host=host).status

    def _fetch(self, path: str, **how: str) -> Page:
        """A page as nginx fetches it for somebody whose browser speaks TLS."""
        expected = f"the page at {path} to answer over HTTP"
        return self.server.fetch(path, expected, X_Forwarded_Proto="https", **how)

    def shows_no_settings(self, path: str) -> None:
        """A page that is not there shows nothing about the project."""
        if "DEBUG = True" in self._fetch(path).text:
            expected = "a page that is not there to show nothing of your project"
            got = "it shows its routes, and that DEBUG is on"
            raise Failure("debug_page", expected, got, SETTINGS)

    def lets_in(self, name: str, nginx: Nginx, room: str) -> None:
        """Somebody signs up, logs in, opens a room and logs out, through nginx."""
        newcomer = Newcomer(nginx, name, tries=True)
        path = "/accounts/signup/"
        try:
            page = newcomer.browser.opens(path)
            if page.status != HTTPStatus.OK:
                raise newcomer.browser.no_page(page, path)
            newcomer.comes_and_goes(path, room)
        except Failure as failure:
            raise self._through(nginx, failure) from None
        expected = "Django to know that a page came over TLS"
        if insecure := self._insecure(nginx.ask("seen"), expected):
            raise insecure
        if newcomer.browser.insecure:
            expected = "the browser to send the cookies of your project over TLS only"
            which = ", ".join(sorted(newcomer.browser.insecure))
            got = f"these have no Secure attribute: {which}"
            raise Failure("insecure_cookies", expected, got, SETTINGS)

    def logs_out(self, user: User, nginx: Nginx, room: str) -> None:
        """A user logs out with the form of the page of a room, through nginx."""
        browser = Browser(nginx)
        browser.has_cookie(user.cookie)
        try:
            browser.logs_out(room)
        except Failure as failure:
            raise self._through(nginx, failure) from None

    def lets_in_where_published(self, name: str, nginx: Nginx, room: str) -> None:
        """The same at the usual port of HTTPS, which is in no address."""
        with nginx.published_at(HTTPS_PORT):
            try:
                newcomer = Newcomer(nginx, name, tries=True)
                newcomer.comes_and_goes("/accounts/signup/", room)
            except Failure as failure:
                expected = "all forms to work at https://localhost/, as well"
                raise failure.within("only_at_its_port", expected) from None

    def lets_its_page_connect(self, nginx: Nginx, path: str, user: User) -> bool:
        """The policy of a page allows its WebSocket; false where there is no page."""
        page = nginx.page(path, user.cookie)
        if page:
            lets_its_script_work(page, PORT, "wss")
        return bool(page)

    def serves_files(self, nginx: Nginx, path: str, user: User) -> None:
        """The scripts and styles of a page come through nginx, if a server is asked.

        What nginx answers itself is not judged: who starts it may fill its folders.
        """
        page = nginx.page(path, user.cookie)
        for file in Document.of(page).files if page else ():
            address = urlsplit(urljoin(path, file))
            if address.netloc:
                continue  # It is a file of another site.
            expected = f"{address.path} to come through nginx: the page {path} needs it"
            answer = nginx.fetch(address.path, expected)
            own = self.server.fetch(address.path, expected)
            if answer.status >= ERROR and answer.text == own.text:
                got = f"nginx asked a server, which answered HTTP {answer.status}"
                raise Failure("no_file", expected, got, Where(CONFIGURATION))

    def starts_servers_alike(self) -> None:
        """What starts servers in `deploy/` gives all of them the same environment.

        Where one of its files starts no two, the check is skipped.
        """
        found = self.answer("environments")
        if words := found.get("error"):
            expected = f"Compose to read {COMPOSE}"
            where, cure = Where(COMPOSE, found["line"]), found["cure"]
            raise Failure("no_compose_file", expected, words, where, cure)
        for file in (START, COMPOSE):
            for name in VARIABLES:
                values = {it.get(name) for it in found.get(file, [])}
                if len(values) > 1:
                    raise self._differ(file, name, is_missing=None in values)
        if path := found.get("gone"):
            expected = f"the database to be there when {START} starts the servers again"
            got = f"{Path(path).name} is in a folder that is gone once it has ended"
            raise Failure("database_gone", expected, got, Where(START))
        if path := found.get("apart"):
            expected = f"the database of all servers that {COMPOSE} starts to be one"
            got = f"{path} is in no volume that they share"
            raise Failure("database_apart", expected, got, Where(COMPOSE))
        for file in found["debug"]:
            expected = f"the servers that {file} starts to be those of production"
            got = "DEBUG is on in them"
            raise Failure("starts_for_learning", expected, got, Where(file))
        for file in (START, COMPOSE):
            if len(found.get(file, [])) < len(UPSTREAM):
                skip(f"{file} starts no two servers here")

    def _differ(self, file: str, name: str, *, is_missing: bool) -> Failure:
        expected = f"all servers that {file} starts to have the same {name}"
        got = "each has another one"
        if is_missing:
            got = "some of them have none"
        facts = {"variable": name}
        return Failure("servers_differ", expected, got, Where(file), facts=facts)

    # The pages, through nginx ---------------------------------------------------------

    def _through(self, nginx: Nginx, failure: Failure) -> Failure:
        """Why a page does not work through nginx, if what that passes on is why."""
        status = failure.facts.get("status", 0)
        endless = failure.kind == "endless_redirects"
        if not (status or endless) or failure.event:
            return failure
        got = f"HTTP {status} came back" if status else "it redirects without end"
        if status in LIMITED and (limit := nginx.limit()):
            return self._wrong("nginx_limits", failure, f"{got}: nginx is {limit}")
        if status >= HTTPStatus.BAD_GATEWAY:
            return self._wrong(
                "no_upstream", failure, f"{got}: nginx reached no server"
            )
        asked = failure.facts.get("path", "").partition("?")[0]
        seen, here = nginx.ask("seen", below=asked), f"localhost:{PORT}"
        if seen["host"] != here:
            got = f"{got}; the server has received the host {seen['host']!r}"
            return self._wrong("other_host", failure, got)
        return self._insecure(seen, failure.expected, f"{got}; ") or failure

    def _insecure(
        self, seen: dict[str, Any], expected: str, got: str = ""
    ) -> Failure | None:
        """That Django takes a request for one without TLS, if it does."""
        if seen["secure"]:
            return None
        header = seen["header"]
        got += "Django does not see that the request came over TLS"
        got += ", although " if header == "https" else ": "
        got += f"X-Forwarded-Proto was {header or 'not there'}"
        return Failure("not_secure", expected, got, Where(CONFIGURATION))

    def _wrong(self, kind: str, failure: Failure, got: str) -> Failure:
        return Failure(kind, failure.expected, got, Where(CONFIGURATION))

    # Health ---------------------------------------------------------------------------

    def is_healthy(self, path: str, when: str = "all is well") -> None:
        """Its health page answers 200, to whoever asks, while `when`."""
        expected = f"{path} to answer 200 while {when}"
        page = self._fetch(path)
        if page.status != HTTPStatus.OK:
            got = f"it answers {page.status}"
            if to := page.headers["Location"]:
                got += f", and sends whoever asks to {to.partition('?')[0]}"
            raise self._unhealthy("never_healthy", expected, got)

    def stays_healthy(self, path: str, times: int) -> None:
        """Its health page still answers 200 once it was asked as often."""
        for _ in range(times):
            if self._fetch(path).status != HTTPStatus.OK:
                break
        self.is_healthy(path, f"it is asked {times} times")

    def _unhealthy(self, kind: str, expected: str, got: str) -> Failure:
        """With the exception that Django has answered for, if that is why."""
        page = Page("", HTTPStatus.INTERNAL_SERVER_ERROR, Message(), "")
        failure = Browser(self.server).no_page(page, "")
        if failure.event:
            return failure.within(kind, expected)
        return Failure(kind, expected, got, HEALTH)

    def notices_the_end(
        self, path: str, server: Server, skips: Callable[[float], None]
    ) -> None:
        """Half a minute after the Redis of a server has ended, it is not healthy."""
        server.fetch(path, f"{path} to answer", X_Forwarded_Proto="https")
        server.ask("redis_ends")
        skips(NOTICED)
        self.is_unhealthy(path, server, "whose Redis is not there")

    def is_unhealthy(self, path: str, server: Server, without: str) -> None:
        """On a server without something that it needs, its health page says so."""
        expected = f"{path} not to answer 200 on a server {without}"
        page = server.fetch(path, expected, X_Forwarded_Proto="https")
        if page.status < ERROR:
            got = f"it answers {page.status} there, too"
            raise Failure("always_healthy", expected, got, HEALTH)

    # A quiet tab ----------------------------------------------------------------------

    def is_kept_open(self, quiet: Asking) -> None:
        """A tab that is quiet until the next ping of Daphne is still open then.

        Its process has listened to an nginx whose time passes twenty times as fast.
        """
        if quiet.answer()["closed"]:
            expected = "nginx to keep a tab open on which nothing is sent for "
            expected += f"{PINGS:g} s"
            got = "it closed the connection within that time"
            raise Failure("cuts_quiet_tabs", expected, got, Where(CONFIGURATION))
