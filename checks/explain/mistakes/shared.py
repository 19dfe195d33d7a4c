"""Mistakes in what a class of a consumer shares, and in what is done around it."""

import ast
import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *
from checks.verdict import Where

OF_A_REQUEST = "user|META|method|COOKIES|headers|path|build_absolute_uri|get_full_path"
WITHOUT_REQUEST = (
    r"missing 1 required positional argument: 'request'|"
    rf"^AttributeError: '\w+' object has no attribute '({OF_A_REQUEST})'"
)
OF_VIEWS = "login|permission|user|csrf|require|cache|never|vary|gzip|transaction"
HOST = {"host", b"host", "server", "client", "HTTP_HOST"}
"""What a scope calls an address that has a port in it."""


def _on_the_instance(evidence: Evidence) -> Found | None:
    """A number is changed on the class, and elsewhere by way of self."""
    changed = [x for x in evidence.statements if isinstance(x.node, ast.AugAssign)]
    names = {name_of(line.node.target): line for line in changed}  # type: ignore[union-attr]
    for name, line in names.items():
        owner, _, attribute = name.rpartition(".")
        of_class = owner in {line.in_class, "cls", "type()", "self.__class__"}
        other = names.get(f"self.{attribute}")
        if of_class and other and other.in_class == line.in_class:
            changes = ast.unparse(other.node)
            right = changes.replace("self.", f"{line.in_class}.", 1)
            return {"right": right, "where": other.at}
    return None


@any_line(r"(?!.*settings).*\.py")
def _of_the_host(line: Line) -> bool:
    """A line reads the address of the server, or of the client."""
    values = (node.value for node in line.nodes if isinstance(node, ast.Constant))
    return any(value in HOST for value in values)


def _decorated(evidence: Evidence) -> Found | None:
    """A method of a consumer has a decorator that is for views."""
    for line in evidence.statements:
        marks = getattr(line.node, "decorator_list", [])
        for mark in marks if line.in_class in evidence.consumers else ():
            words = ast.unparse(mark).removeprefix("method_decorator(").rstrip("()")
            if re.match(OF_VIEWS, words):
                found = {"decorator": ast.unparse(mark), "method": line.defines}
                return found | {"where": line.at}
    return None


def _waits_for_a_loop(evidence: Evidence) -> Found | None:
    """connect() awaits a method of the consumer that has a loop in it."""
    for line in evidence.lines("connect"):
        for name in line.awaits:
            method = name.removeprefix("self.")
            if method != name and statement("while|for", method)(evidence):
                return {"method": method, "where": line.at}
    return None


def _sent_from_two_files(evidence: Evidence) -> Found | None:
    """Lines of two files have asked the layer for a group_send."""
    events = [e for e in evidence.check_events if e["kind"] == "layer"]
    places = [e["where"] for e in events if e["does"] == "group_send" and e["where"]]
    one, *others = sorted({place["file"] for place in places}) or [""]
    last = next((p for p in reversed(places) if p["file"] != CONSUMERS), None)
    if not last or not others:
        return None
    files = " and ".join([one, *others])
    return {"files": files, "where": Where(last["file"], last["line"])}


MISTAKES = [
    CONSUMER("""connect_waits_for_a_loop: connect() waits for a method that does not end
      If the page says Connected., and no message is answered
      Do: Write asyncio.create_task(self.$method()) there instead of awaiting it, keep
        the task on self, and cancel it in disconnect().
      Why: A consumer handles one thing after another: while connect() runs, no message
        comes.
    """).on(
        "silent: busy",
        fact(lambda e: "connect()" in e.cause.expected),
        _waits_for_a_loop,
    ),
    SENDING("""sent_from_two_places: Two lines send each message to the group
      If a signal, or a method of the model, sends what the consumer sends as well
      Do: Send it in one place: take group_send out of one of the two, in $files.
      Why: Each group_send calls the handler of each member once.
    """).on("wrong: received_twice", _sent_from_two_files, weight=2),
    SENDING("""worker_is_not_running: A message is sent to a worker, which is another
        process
      If send() names a channel of the ChannelNameRouter
      Do: Use group_send in the consumer, which needs no worker; or start the worker
        beside the server: python manage.py runworker, with the name of that channel.
      Why: runserver and daphne handle HTTP and WebSockets alone; what is sent to a
        channel of a ChannelNameRouter waits for runworker.
    """).on(
        "silent: astray",
        got("^send\\(\\)"),
        asked("send"),
        calls("ChannelNameRouter", ASGI),
    ),
    OTHER("""count_is_kept_on_the_instance: A number of the class is changed on the
        instance
      If a number in the class only grows, or only falls
      Do: Put the name of the class before that number, where it has self: $right.
      Why: self.count -= 1 reads the number of the class, and keeps the result on the
        one instance: the class, and all other connections, do not see it.
    """).on("403: refused closed silent raised busy", _on_the_instance, weight=2),
    JOIN("""group_named_by_the_host: The name of the group has the host in it
      If tabs at one address receive it, and those at another do not
      Do: Leave the host out of the name of the group: it has a port in it, and each
        server another one.
      Why: The same room is reached at localhost, 127.0.0.1 and at the port of each
        server process.
    """).on("own_only: apart astray", got("it went to the group"), _of_the_host),
    WHO("""view_decorator_on_a_method: A method of the consumer has a decorator for
        views
      If a decorator such as login_required stands above connect()
      Do: Take out @$decorator; where users have to log in, close the connection in
        connect() if self.scope["user"].is_authenticated is false.
      Why: Such a decorator looks at a request, and a consumer is given none.
    """).on("500: raised", WITHOUT_REQUEST, _decorated, weight=1, step=1),
]
