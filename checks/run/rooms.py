"""Rooms that have a page: each needs a WebSocket, too."""

from http import HTTPStatus
from urllib.parse import quote

from checks.asking.sockets import SocketTab, close_tabs
from checks.observe.failure import Failure
from checks.sandbox.web_process import WebProcess


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
