"""What only the checks of this lesson need."""

import time

import pytest

from checks import Failure, Where

CONFIGURATION = Where("deploy/nginx.conf")
MANY = 10


def connected(tab, kind, expected, after="", of=""):
    """The tab, once it is connected; else a failure that is called `kind`.

    Where `of` is given, only one of that kind is called so.
    """
    try:
        return tab.connects()
    except Failure as failure:
        if of and failure.kind != of:
            raise
        got = f"{after}{failure.got or 'it was not'}"
        raise Failure(kind, expected, got, CONFIGURATION, tab=tab) from None


def none_connects(number, when):
    """What none of so many tabs, of one person, is connected for."""
    return Failure(
        "none_connects",
        f"one of {number} tabs of one person to be connected {when}",
        "none was: nginx sent all of them to that one",
        CONFIGURATION,
    )


def first_connected(tabs, silence):
    """The first of these tabs that is connected; nothing after a silence.

    Nor after twice as long: the heartbeats of other tabs end each silence.
    """
    ends_at = time.monotonic() + 2 * silence

    def connected():
        found = (tab for tab in tabs if tab.is_connected)
        return next(found, False if time.monotonic() > ends_at else None)

    return tabs[0].monitor.wait(connected, silence)


@pytest.fixture
def on_both(open_tab, nginx, production, second_production):
    """A function that opens tabs through nginx until each server has one."""
    servers = (production, second_production)

    def on_both(path, user):
        tabs = []
        for _ in range(MANY):
            tabs.append(open_tab(path, on=nginx, user=user))
            ours = [[tab for tab in tabs if tab.is_on(it)] for it in servers]
            if all(ours):
                return [some[0] for some in ours]
        unused = servers[1] if ours[0] else servers[0]
        raise Failure(
            "one_server_only",
            f"nginx to connect some of {MANY} tabs to each server",
            f"it connected none to {unused.name}",
            CONFIGURATION,
        )

    return on_both


@pytest.fixture
def connects_while(handshake, nginx):
    """A function that opens a tab through nginx; `when` says what happens."""

    def connects_while(when, path, user):
        tab = handshake(path, on=nginx, user=user)
        expected = f"a tab to be connected {when}"
        return connected(tab, "refused_meanwhile", expected)

    return connects_while


@pytest.fixture
def connects_at(handshake, nginx, site):
    """A function that opens a room through nginx, if it has a page."""

    def connects_at(page, path, user):
        if not site.lets_its_page_connect(nginx, page, user):
            return
        tab = handshake(path, on=nginx, user=user)
        expected = f"a tab to be connected at {path}, as its room has a page"
        connected(tab, "room_not_proxied", expected, of="not_proxied")

    return connects_at


@pytest.fixture
def all_connect(handshake, nginx):
    """A function that opens many tabs from one address, and waits for all."""

    def all_connect(number, path, user):
        same = {"on": nginx, "user": user, "client": "127.20.20.20"}
        tabs = [handshake(path, **same) for _ in range(number)]
        expected = f"{number} tabs of one address to be connected"
        for place, tab in enumerate(tabs):
            connected(
                tab,
                "address_is_limited",
                expected,
                after=f"after {place} of them, ",
                of="not_proxied",
            )

    return all_connect


@pytest.fixture
def one_connects(handshake, nginx):
    """A function that opens tabs from one address; the first that connects."""

    def one_connects(number, when, path, user):
        same = {"on": nginx, "user": user, "client": "127.10.10.10"}
        tabs = [handshake(path, **same) for _ in range(number)]

        # On a busy machine, nginx, a server and this process wait in turn.
        if tab := first_connected(tabs, silence=6):
            return tab.connects()
        raise none_connects(number, when)

    return one_connects


@pytest.fixture
def reload_connects(handshake, nginx):
    """A function that opens a tab again and again, until it is connected."""

    def reload_connects(number, when, path, user):
        for _ in range(number):
            tab = handshake(path, on=nginx, user=user)
            if first_connected([tab], silence=1):
                return
            tab.cut()
        raise none_connects(number, when)

    return reload_connects
