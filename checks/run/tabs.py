"""The tabs of one check: opened, logged in where the project wants it, and closed."""

import contextlib
from collections.abc import Callable
from functools import partial

from checks.asking.members import Members
from checks.asking.nginx_tabs import opened
from checks.asking.sockets import SocketTab, close_tabs
from checks.asking.users import User
from checks.observe.conversation import id_of
from checks.observe.failure import Failure
from checks.observe.monitor import IDLE
from checks.page import files
from checks.run.page import RoomPage
from checks.run.run import Run
from checks.sandbox.processes import Server
from checks.sandbox.web_process import WebProcess

ENDLESS = {"not_accepted", "hangs"}
"""Kinds of failures of a handshake that are known after a silence only."""
REJECTED = {"refused", "closed"}
"""Kinds of failures of a handshake that a login may prevent."""
SENT = "the browser of somebody who has logged in to send the session cookie"


class Tabs:
    """Opens the tabs of one check.

    A project may reject whoever has not logged in. Where its page asks for a login as
    well, its tabs have logged in.
    """

    def __init__(self, run: Run, page: RoomPage) -> None:
        self.run, self.page = run, page
        self.tabs: list[SocketTab] = []

    def handshake(
        self,
        path: str,
        on: WebProcess | None = None,
        user: User | None = None,
        **options: str,
    ) -> SocketTab:
        """Open a tab, and do not wait for an answer.

        It is that of `user`, of whoever has the `cookie`, or else of the run's own.
        """
        cookie = options.pop("cookie", user.cookie if user else self.run.cookie)
        if cookie and not path.startswith(self.run.cookie_path):
            facts = {"path": self.run.cookie_path, "asked": path}
            raise Failure("cookie_is_not_sent", SENT, facts=facts)
        name = f"tab {chr(ord('A') + len(self.tabs))}"
        server = on or self.run.server()
        tab = opened(server, path, name, cookie, user=user, **options)
        self.tabs.append(tab)
        return self.tabs[-1]

    def open(
        self,
        path: str,
        on: WebProcess | None = None,
        user: User | None = None,
        **options: str,
    ) -> SocketTab:
        """Open a tab, and wait until it is connected."""
        handshake = partial(self.handshake, path, on, user, **options)
        if user:
            self._connect(tab := handshake())
            return tab
        return self._connected(handshake)[0]

    def reopen(self, tab: SocketTab, on: WebProcess | None = None) -> SocketTab:
        """Open a tab again after a break, as the page of the course does.

        It names the newest message that it has received. Raises Failure where what it
        received has no id.
        """
        ids = [id_of(text) for text in tab.received]
        newest = max((number for number in ids if number is not None), default=None)
        if newest is None:
            expected = f'what {tab.name} receives to have a number under "id"'
            expected += ", for the page"
            raise Failure("without_id", expected, "there was none", tab=tab)
        return self.open(f"{tab.path}?since={newest}", on, tab.user)

    def open_together(self, *paths: str) -> list[SocketTab]:
        """Open tabs, one for each path, and wait until all are connected."""
        return self._connected(*(partial(self.handshake, path) for path in paths))

    def first(self, path: str) -> SocketTab:
        """The first tab of the run, which stays open."""
        (tab,) = self._connected(partial(self.run.first_tab, path))
        return tab

    def open_by_routes(self, path: str) -> SocketTab:
        """Open a tab on a server for the routes of chat/routing.py alone.

        Where these raise, and the whole application does not, it is opened there: that
        may add a prefix to the routes, or a middleware that the consumer relies on.
        """
        if not self.tabs:
            self.routes = self._routes(path)
        return self.open(path, self.routes)

    def _routes(self, path: str) -> Server:
        """The server for the routes, or for the application, if that was changed."""
        starter, project = self.run.lesson.starter, self.run.project.path
        is_changed = files.differs(starter, project, "mysite/asgi.py")
        fails: Failure | None = None
        try:
            routes = self.run.server("open_by_routes")
        except Failure as failure:  # The list may have another name.
            fails = failure
        # Forked here, no exception of ours is the context of those of the project.
        raises = is_changed and (fails or self._raises(path, routes))
        if raises and not self._raises(path, None):
            return self.run.server()
        if fails:
            raise fails
        return routes

    def _raises(self, path: str, server: WebProcess | None) -> bool:
        """Whether a tab there, or its first message, meets an exception or no route.

        Raises Failure where a tab is not answered: that takes long to be sure of.
        """
        raises = True
        try:
            tab = self.open(path, server)
        except Failure as failure:
            if failure.kind in ENDLESS and server:
                raise
        else:
            tab.sends("hello")
            self.run.monitor.wait(
                lambda: tab.saw("raised") or tab.received or None, IDLE
            )
            routed = (tab.saw("consumer") or {}).get("kwargs")
            raises = bool(tab.saw("raised")) or not routed
        self._forget()
        return raises

    def _connected(self, *handshakes: Callable[[], SocketTab]) -> list[SocketTab]:
        """Tabs that are connected, and whose groups Redis has confirmed."""
        tabs = [handshake() for handshake in handshakes]
        fails: Failure | None
        try:
            for tab in tabs:
                self._connect(tab)
        except Failure as failure:
            fails = failure
        else:
            fails = None
            if not any(tab.saw("out", type="websocket.close") for tab in tabs):
                return tabs
        # Outside of the handler: no exception of ours is the context of the project's.
        is_rejected = fails is None or fails.kind in REJECTED or _ended(fails)
        if is_rejected and not self.run.cookie and self._logs_in():
            self._forget()
            return self._connected(*handshakes)
        if fails:
            raise fails
        return tabs

    def _connect(self, tab: SocketTab) -> None:
        tab.connects()
        if broker := self.run.broker:
            prefix = self.run.project.prefix
            Members(tab.server, broker, prefix).are_subscribed(tab)

    def _logs_in(self) -> bool:
        """Log in for all tabs of the run, where the page asks for it."""
        with contextlib.suppress(Failure):
            self.run.cookie = self.page.logs_in()
        return bool(self.run.cookie)

    def _forget(self) -> None:
        """Close all tabs of this check as if none had been opened."""
        self.close()
        self.tabs = []
        self.run.forget_first_tab()
        self.run.monitor.begin_check()

    def close(self) -> None:
        """Close them all, and wait until their consumers have ended."""
        close_tabs(self.tabs)


def _ended(failure: Failure) -> bool:
    """Whether connect() has ended and answered nothing, as where a close() is lost."""
    tab = failure.tab if failure.kind == "not_accepted" else None
    return bool(tab and tab.saw("handled", type="websocket.connect"))
