"""One HTTP request to a server of the project, as a browser here makes it."""

from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from typing import Self
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

    @classmethod
    def fetch(
        cls,
        port: int,
        path: str,
        cookie: str = "",
        form: Form | None = None,
        *,
        host: str = "localhost",
    ) -> Self:
        """Fetch what is at a path; the fields of a form, if any, are sent with POST.

        `host` is the name of this machine in the address. Raises OSError where no
        answer comes.
        """
        http = HTTPConnection("127.0.0.1", port, timeout=ANSWERING)
        headers = {"Host": f"{host}:{port}"} | ({"Cookie": cookie} if cookie else {})
        verb, body = "GET", None
        if form is not None:
            verb, body = "POST", urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            http.request(verb, path, body, headers)
            answer = http.getresponse()
            text = answer.read().decode(errors="replace")
            return cls(path, answer.status, answer.headers, text)
        except HTTPException as error:
            raise OSError(f"no answer of HTTP: {error}") from error
        finally:
            http.close()
