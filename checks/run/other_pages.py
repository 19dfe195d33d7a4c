"""What is asked of other pages than the one that is tried in a browser."""

import contextlib
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from checks.asking.sockets import SocketTab, close_tabs
from checks.observe.failure import Failure
from checks.sandbox.web_process import WebProcess

if TYPE_CHECKING:
    from checks.run.run import Run


def require_room(server: WebProcess, name: str, cookie: str) -> None:
    """Raise Failure where a room of this name has a page, and no WebSocket."""
    path = f"{quote(name)}/"
    expected = f"the page at /chat/{path} to answer over HTTP"
    page = server.fetch(f"/chat/{path}", expected, cookie)
    if page.status != HTTPStatus.OK:
        return
    tab = SocketTab(server, f"/ws/chat/{path}", "tab A", cookie)
    try:
        tab.connects()
    except Failure as failure:
        expected = f"the room {name!r}, which has a page, to have a WebSocket too"
        raise failure.within("page_without_room", expected) from None
    finally:
        close_tabs([tab])


def html_over_tls(run: "Run", path: str, name: str) -> str:
    """A page as a server in production sends it to a user when nginx asks over TLS.

    It is empty where there is none: other checks tell why.
    """
    with contextlib.suppress(Failure):
        server = run.server("production")
        cookie = run.log_in(name, on=server).get("cookie", "")
        asked = f"the page at {path} to answer"
        page = server.fetch(path, asked, cookie, X_Forwarded_Proto="https")
        if page.status == HTTPStatus.OK:
            return page.text
    return ""
