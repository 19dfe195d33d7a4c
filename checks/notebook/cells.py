"""What the cells of a notebook call, and what they print.

The tabs and servers are those of the checks. They start with the first tab, and end
with the kernel. Which lesson it is, the notebook's folder says.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

from checks.asking.project import Inspection
from checks.asking.sockets import close_tabs
from checks.asking.users import User
from checks.explain.diagnosis.places import exception, innermost
from checks.notebook.exploration import Exploration, Tab, exploration, misused
from checks.notebook.failures import as_text
from checks.observe.failure import Failure
from checks.run.run import Run
from checks.verdict import Cause, Finding

LATEST = 12
"""How many lines of the transcript are printed with a failure: the latest."""
ARROWS = {
    "opens": ("→", "asks for"),
    "is connected": ("←", "answers"),
    "is rejected": ("←", "answers"),
    "sends": ("→", "text"),
    "receives": ("←", "text"),
    "closes": ("→", "close"),
    "is closed": ("←", "close"),
}
"""Which way a line of the transcript went, seen from a tab, and what it was."""

ANSWERS = "the server to answer over HTTP"

# What a cell calls --------------------------------------------------------------------


def open_tab(address: str, on: int = 1, cookie: str | None = None) -> Tab:
    """A new tab at an address such as `/ws/chat/lobby/`, once it is connected.

    `on` is the server process, 1 or 2; `cookie` makes it the tab of a user (`log_in`).
    Raises Failure when the server does not accept.
    """
    tab = exploration().open(address, on, cookie)
    tab.connects()
    return tab


def handshake(
    address: str, cookie: str | None = None, origin: str | None = None
) -> Tab:
    """A new tab, once the server has accepted or rejected it.

    `origin` is the site of the page that opens it, where it is not the project's own.
    """
    here = exploration()
    tab = here.open(address, 1, cookie, origin)
    here.answered(tab)
    return tab


def received(*tabs: Tab) -> None:
    """Print what each of these tabs received since this was last asked.

    Waits until all is quiet. Raises Failure when something went wrong meanwhile.
    """
    here = exploration()
    here.settle()
    here.check_news()
    for tab in _opened(tabs):
        news = tab.news()
        for text in news:
            print(f"{tab.name} received {text}")
        if not news:
            print(f"{tab.name} received nothing")


def frames(tab: Tab) -> None:
    """Print all that passed between a tab and its server, and what ended it."""
    here = exploration()
    here.settle()
    here.news()  # What was raised is shown, and is no failure of this cell.
    for line in _passed(here, _opened([tab])):
        print(line)
    if raised := tab.saw("raised"):
        place = innermost(raised)
        where = f"In {place}, the" if place else "The"
        print(f"{where} server raised {exception(raised)}")


def _opened(tabs: Sequence[Tab]) -> Sequence[Tab]:
    """The same tabs. Raises Finding where one is something else."""
    for tab in tabs:
        if not isinstance(tab, Tab):
            cure = "Give it a name first: tab_a = open_tab(…)"
            expected, got = "a tab, as open_tab() returns it", f"it is {tab!r}"
            raise misused(expected, got, cure)
    return tabs


def _passed(here: Exploration, tabs: Iterable[Tab]) -> Iterator[str]:
    """The messages between these tabs and their servers, a line for each frame."""
    actors = {tab.name.lower().replace(" ", "-"): tab for tab in tabs}
    for moment in here.run.timeline.transcript:
        if tab := actors.get(moment.actor.id):
            arrow, kind = ARROWS.get(moment.does, ("-", moment.does))
            what = moment.what
            if moment.does == "is closed":  # Known once both sides have closed.
                what = f"code {tab.close_code}"
            yield f"{tab.name} {arrow} server  {kind:8}  {what}"


def scope(tab: Tab) -> None:
    """Print what the consumer of a tab knows about it: the room and the user."""
    consumer = _opened([tab])[0].consumer()
    user = consumer["user"] and consumer["user"]["name"]
    print(f"""scope["url_route"]["kwargs"]: {consumer["kwargs"] or "there is none"}""")
    print(f"""scope["user"]: {user or "there is none"}""")


def log_in(name: str) -> str:
    """The cookie of a browser in which this user is logged in; the user is created."""
    here = exploration()
    if name not in here.cookies:
        user = here.run.log_in(name)
        if "cannot" in user:
            expected = f"a user named {name} to be created"
            raise misused(expected, user["cannot"], "Use a user model of Django here.")
        here.cookies[name] = user["cookie"]
    return here.cookies[name]


def log_out(cookie: str) -> None:
    """End the session that this cookie belongs to, as Django's logout does."""
    exploration().run.server().ask("log_out", cookie=cookie)


def log_out_on(address: str, cookie: str) -> None:
    """Log out with the form of a page, in the browser that has this cookie."""
    browser = _inspection(exploration().run).browser_of(User(cookie=cookie))
    browser.logs_out(address)


def manage(*arguments: str) -> None:
    """Run a command of `manage.py` with arguments, in a process of its own."""
    _inspection(exploration().run).manages(*arguments)


def _inspection(run: Run) -> Inspection:
    return Inspection(run.project, run.server(), run.answer)


def page(address: str) -> None:
    """Fetch a page over HTTP, and print the status of the answer."""
    run = exploration().run
    _inspection(run).answers(address)
    print(f"{address} answers over HTTP: {HTTPStatus.OK.value} {HTTPStatus.OK.phrase}")


def request(
    address: str, host: str = "localhost", cookie: str = "", **headers: str
) -> None:
    """Send one request over HTTP, and print the status that comes back.

    `headers` are sent as they are, with `_` for each hyphen, as in `Accept_Language`.
    """
    server = exploration().run.server()
    answer = server.fetch(address, ANSWERS, cookie, host=host, **headers)
    print(f"{answer.status} {HTTPStatus(answer.status).phrase}")


def layer_keys() -> None:
    """Print what Redis keeps for this run's channel layer, without the run's prefix."""
    here = exploration()
    here.settle()
    _inspection(here.run).has_redis_layer()
    clients = here.run.broker.clients if here.run.broker else []
    kept = [[*_stored(here, it), *_subscribed(here, it)] for it in clients]
    lines = [line for lines in kept for line in lines]
    print("\n".join(lines) or "Redis keeps nothing for this chat.")


def _stored(here: Exploration, client: Any) -> Iterator[str]:
    """The keys of this run, each with its type, and the members of a group."""
    prefix = here.run.project.prefix
    for key in sorted(client.scan_iter(match=f"{prefix}*", count=1000)):
        kind = client.type(key).decode()
        yield f"{key.decode().removeprefix(prefix)}  ({kind})"
        if kind == "zset":
            members = [member.decode() for member in client.zrange(key, 0, -1)]
            shown = {m: re.sub("[0-9a-f]{32}", "…", m) for m in members}
            yield from sorted(f"    {shown[m]}  {here.owner(m)}" for m in members)


def _subscribed(here: Exploration, client: Any) -> Iterator[str]:
    """The groups of the pub/sub layer: it keeps no keys."""
    prefix = here.run.project.prefix
    for channel in sorted(client.pubsub_channels(f"{prefix}*__group__*")):
        yield f"{channel.decode().removeprefix(prefix)}  (subscribed)"


def close(*closing: Tab) -> None:
    """Close tabs as a browser does, wait for their consumers, and print the codes."""
    here = exploration()
    for tab in _opened(closing):
        tab.ends()
        left = tab.saw("in", type="websocket.disconnect") or {}
        print(f"{tab.name} is closed; disconnect() got the code {left.get('code')}")
    close_tabs([*closing])
    here.check_news()


# What a cell that fails shows ---------------------------------------------------------


def _cause(run: Run, error: Failure | Finding) -> Cause:
    """The cause of a failure; the first open task, where evidence names no cure."""
    cause = run.explain(error)
    if cause.voice != "project" or cause.cure:
        return cause
    cure = f"Type make check STEP={run.lesson.step}: it asks step by step."
    return dataclasses.replace(cause, cure=cure)


def _rendered(error: Failure | Finding) -> list[str]:
    """What a notebook shows: the words of a check, and the end of the transcript."""
    if isinstance(error, Finding) and not exploration.cache_info().currsize:
        return as_text(error.cause).splitlines()
    here = exploration()
    lines = as_text(_cause(here.run, error)).splitlines()
    passed = [*_passed(here, here.tabs)]
    return [*lines, "", "Messages:", *passed[-LATEST:]] if passed else lines


# IPython asks an exception for this before it creates a traceback.
for _error in (Failure, Finding):
    setattr(_error, "_render_traceback_", _rendered)  # noqa: B010
