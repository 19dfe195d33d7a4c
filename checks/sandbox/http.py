"""One HTTP request to a server of the project, as a browser here makes it."""

import select
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

ANSWERING = 5.0
"""Seconds that a server may take to answer."""
Form = dict[str, str]
"""The fields of a form, and what is in them."""


@dataclass(frozen=True)
class Page:
    """What came back: a status, headers, and the text."""

    path: str
    status: int
    headers: Message
    text: str

    @staticmethod
    def fetch(
        port: int,
        path: str,
        cookie: str = "",
        form: Form | None = None,
        *,
        host: str = "localhost",
    ) -> "Page":
        """Fetch what is at a path; the fields of a form, if any, are sent with POST.

        `host` is the name of this machine in the address. Raises OSError where no
        answer comes.
        """
        return Request(port, path, cookie, form, host=host).answer()


class Request:
    """A request that has been sent; its answer can be read later.

    It takes what `Page.fetch` takes.
    """

    def __init__(
        self,
        port: int,
        path: str,
        cookie: str = "",
        form: Form | None = None,
        *,
        host: str = "localhost",
    ) -> None:
        self.path = path
        self.http = HTTPConnection("127.0.0.1", port, timeout=ANSWERING)
        headers = {"Host": f"{host}:{port}"} | ({"Cookie": cookie} if cookie else {})
        verb, body = "GET", None
        if form is not None:
            verb, body = "POST", urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.http.request(verb, path, body, headers)

    def is_answered(self) -> bool:
        """Whether something has come back, which `answer` can read."""
        return bool(select.select([self.http.sock], [], [], 0)[0])

    def answer(self) -> Page:
        """What has come back, which is waited for. Raises OSError if nothing does."""
        try:
            answer = self.http.getresponse()
            text = answer.read().decode(errors="replace")
            return Page(self.path, answer.status, answer.headers, text)
        except HTTPException as error:
            raise OSError(f"no answer of HTTP: {error}") from error
        finally:
            self.http.close()
