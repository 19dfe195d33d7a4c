"""Mistakes in the routes that lead to a consumer."""

import re

from checks.explain.mistakes.clues import (
    Found,
    consumer,
    got,
    is_,
    lacks,
    look_at,
    never_saw,
    outside,
    raised,
    resolves,
    route,
    saw,
    step,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import HAND_ON, KNOWS, REGEX, ROUTE, ROUTING, WHO
from checks.explain.mistakes.seen import Seen

WRITE = 'Write path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi()).'
LOADING = ("cannot_start", "settings_do_not_load", "fails_under_daphne")
NAMES = ("websocket_urlpatterns", "application", "CHANNEL_LAYERS")
"""What Channels and Django read from the learner's files, by these names."""
PARTS = {"int": "[0-9]+", "slug": "[-a-zA-Z0-9_]+", "str": "[^/]+", "path": ".+"}
"""What the converters of path() fit; one of the learner's own may fit anything."""


def _code(seen: Seen) -> str:
    frames = seen.event.get("frames") or [{"code": ""}]
    return str(frames[-1]["code"])


def _all(seen: Seen) -> str:
    return "\n".join(line.text for line in seen.source.lines(seen.method or "connect"))


def _one_for_all(seen: Seen) -> bool:
    """Whether one consumer object has taken two connections."""
    took = [e["object"] for e in seen.wire.events if e["kind"] == "consumer"]
    since = [e for e in seen.wire.events if e["at"] >= seen.wire.began]
    objects = [(e["process"], e["object"]) for e in since if e["kind"] == "consumer"]
    return len(objects) > len(set(objects)) or (
        not since and len(took) > len(set(took))
    )


def _second_value(seen: Seen) -> Found | None:
    """One of the names that matter, given a value twice in its file."""
    for file in ("chat/routing.py", "mysite/asgi.py", "mysite/settings.py"):
        before: set[str] = set()
        for line in seen.source.lines(file):
            name = line.text.partition(" = ")[0]
            if name in NAMES and not line.column:
                if name in before:
                    return {"name": name, "where": line.at}
                before.add(name)
    return None


def _routed_in_urls(seen: Seen) -> dict[str, object] | None:
    """A urls.py that names a consumer."""
    for file in ("chat/urls.py", "mysite/urls.py"):
        for line in seen.source.lines(file):
            if "Consumer" in line.text:
                return {"where": line.at}
    return None


def _regex(written: str) -> re.Pattern[str] | None:
    """A route as it was written, as what it fits; None if nobody can tell."""
    kind, _, pattern = written.partition("('")
    pattern = pattern[:-2]
    if kind == "path":
        parts = re.split(r"<(?:(\w+):)?\w+>", pattern)
        told = [
            PARTS.get(p or "str", ".+") if i % 2 else re.escape(p)
            for i, p in enumerate(parts)
        ]
        pattern = f"^{''.join(told)}$"
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _fitting(seen: Seen) -> list[int]:
    """Which of the routes in chat/routing.py fit the address of the tab."""
    path = seen.tab.path.removeprefix("/") if seen.tab else ""
    routes = seen.ready.get("routes", ())
    found = enumerate(map(_regex, routes))
    return [at for at, regex in found if regex and regex.search(path)]


def _is_not_the_list(seen: Seen) -> bool:
    """Whether the routes of chat/routing.py fit, or are not even imported."""
    unread = not seen.ready.get("routes") and written(r"path\(", "chat/routing.py")(
        seen
    )
    return bool(_fitting(seen)) or (unread is not None and unread is not False)


def _fits_later(seen: Seen) -> bool:
    """Whether more than one route fits: then the first one was taken."""
    return len(_fitting(seen)) > 1


MISTAKES = (
    # Routes -------------------------------------------------------------------
    Mistake(
        id="named_urlpatterns",
        step=2,
        name="The list of routes has another name",
        sight="no_start",
        sign="the terminal says `cannot import name 'websocket_urlpatterns'`",
        cure="Call the list websocket_urlpatterns.",
        why="mysite/asgi.py, and the checks, import it by that name.",
        page=ROUTING,
        evidence=(is_("no_urlpatterns"),),
    ),
    Mistake(
        id="no_routing_py",
        step=2,
        name="There is no chat/routing.py",
        sight="no_start",
        sign="the terminal says `No module named 'chat.routing'`",
        cure="Make the file chat/routing.py, with websocket_urlpatterns in it.",
        why="That is where everybody looks for it, as for urls.py.",
        page=ROUTING,
        evidence=(
            raised("No module named 'chat.routing'"),
            is_(*LOADING),
            look_at("chat/routing.py"),
        ),
    ),
    Mistake(
        id="missing_as_asgi",
        step=2,
        name="The route is given the class",
        sight="500",
        sign="the terminal says `object ChatConsumer can't be used in 'await' "
        "expression`",
        cure="Give the route ChatConsumer.as_asgi(), with its brackets.",
        why="as_asgi() makes a new consumer for each connection; the class alone "
        "cannot be called in this place.",
        page=ROUTE,
        evidence=(
            raised(
                r"can't be used in 'await' expression|__call__\(\) missing|"
                r"__init__\(\) takes 1 positional argument but 4"
            ),
            outside(),
            never_saw("consumer"),
        ),
    ),
    Mistake(
        id="view_decorator_around_consumer",
        step=2,
        name="A decorator for views is put around the consumer",
        sight="500",
        sign="the route says login_required(…), or another decorator of Django",
        cure="Take $name away: who wants to refuse does so in connect(), by "
        'self.scope["user"].',
        why="Decorators for views expect a request; a consumer is given a scope.",
        page=WHO,
        evidence=(
            raised(),
            never_saw("consumer"),
            written(
                r"(?P<name>login_required|permission_required|csrf_exempt|"
                r"staff_member_required|user_passes_test|require_\w+)\("
            ),
        ),
    ),
    Mistake(
        id="as_asgi_is_not_called",
        step=2,
        name="as_asgi has no brackets",
        sight="500",
        sign="the terminal says `as_asgi() takes 1 positional argument but 4`",
        cure="Give the route ChatConsumer.as_asgi(), with its brackets.",
        why="Without brackets Python looks the method up, and does not call it.",
        page=ROUTE,
        evidence=(raised(r"as_asgi\(\) takes"),),
        weight=2,
    ),
    Mistake(
        id="as_view_on_consumer",
        step=2,
        name="as_view() is called on a consumer",
        sight="no_start",
        sign="the terminal says `has no attribute 'as_view'`",
        cure="Write as_asgi() instead of as_view().",
        why="A view answers a request; a consumer is an ASGI application.",
        page=ROUTE,
        evidence=(raised("no attribute 'as_view'"),),
    ),
    Mistake(
        id="consumer_instance_in_route",
        step=2,
        name="The route is given one object for all",
        sight="wrong",
        sign="the route says ChatConsumer() and not ChatConsumer.as_asgi()",
        cure="Give the route ChatConsumer.as_asgi(): it makes a consumer for each tab.",
        why="One object for all connections sends to whichever came last.",
        page=ROUTE,
        evidence=(
            is_("overheard", "heard_elsewhere", "heard_twice", "silent", "raised"),
            lambda seen: {} if _one_for_all(seen) else None,
            look_at("chat/routing.py"),
            written(r"Consumer\w*\(\)"),
        ),
    ),
    Mistake(
        id="include_in_urlrouter",
        step=2,
        name="include() is used in routes of WebSockets",
        sight="no_start",
        sign="the terminal says `include() is not supported in URLRouter`",
        cure="Give URLRouter the list itself, without include().",
        why="include() belongs to urls.py; a URLRouter can hold another URLRouter.",
        page=ROUTE,
        evidence=(raised(r"include\(\) is not supported in URLRouter"),),
    ),
    Mistake(
        id="no_routes",
        step=2,
        name="The list of routes is empty",
        sight="500",
        sign="the terminal says `No route found for path`",
        cure=WRITE,
        why="A WebSocket is led to a consumer by a route, as a page is to a view.",
        page=ROUTE,
        evidence=(
            is_("no_route"),
            resolves(routes=r"^\[\]$"),
            lacks(r"path\(", "chat/routing.py"),
            look_at("chat/routing.py"),
        ),
    ),
    Mistake(
        id="second_value_counts",
        step=2,
        name="A name is given a value twice",
        sight="500",
        sign="the file has two lines that begin with the same name and =",
        cure="Take one of the two $name = … out: the last one counts.",
        why="A name has one value, the last that it was given.",
        page=HAND_ON,
        evidence=(
            is_(
                "no_route",
                "no_redis_layer",
                "raised",
                "unknown_room",
                "not_refused",
                "unknown_user",
            ),
            _second_value,
        ),
        weight=3,
    ),
    Mistake(
        id="consumer_in_django_urls_py",
        step=2,
        name="The consumer is routed in urls.py",
        sight="500",
        sign="the terminal says `No route found for path`, and a urls.py names the "
        "consumer",
        cure="Move that route to websocket_urlpatterns in chat/routing.py.",
        why="urls.py is asked for pages only; WebSockets go another way.",
        page=ROUTING,
        evidence=(
            is_("no_route"),
            _routed_in_urls,
        ),
        weight=3,
    ),
    Mistake(
        id="routes_are_not_those_of_chat",
        step=2,
        name="asgi.py uses other routes than chat/routing.py has",
        sight="500",
        sign="chat/routing.py is right, and asgi.py has a list of its own",
        cure="Hand the list of chat/routing.py on: URLRouter(websocket_urlpatterns), "
        "imported from chat.routing.",
        why="A list that is written twice is mended once.",
        page=HAND_ON,
        evidence=(
            is_("no_route"),
            lambda seen: {} if _is_not_the_list(seen) else None,
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="no_route_fits",
        step=2,
        name="No route fits the address",
        sight="500",
        sign="the terminal says `No route found for path`",
        cure="Write a route that fits it: ws/chat/<slug:room_name>/.",
        why="The address of a room is /ws/chat/, the name of the room, and a slash.",
        page=ROUTE,
        evidence=(is_("no_route"),),
    ),
    Mistake(
        id="regex_leading_slash",
        step=2,
        name="A route begins with a slash",
        sight="500",
        sign="the route begins with / or ^/",
        cure="Begin it without the slash: Channels takes that away.",
        why="As in urls.py, the path that is compared has no slash at its beginning.",
        page=ROUTE,
        evidence=(is_("no_route"), route(r"path\('\^?/")),
    ),
    Mistake(
        id="path_with_regex_syntax",
        step=2,
        name="path() is given a regular expression",
        sight="500",
        sign="the route is a path() with (?P<…>), ^ or $",
        cure="Write re_path() for it; path() takes <slug:room_name>.",
        why="path() reads ( and $ as letters of the address.",
        page=REGEX,
        evidence=(is_("no_route"), route(r"^path\('.*(\(\?P|[\^$]|\\w)")),
    ),
    Mistake(
        id="re_path_with_path_syntax",
        step=2,
        name="re_path() is given <slug:…>",
        sight="500",
        sign="the route is a re_path() with <slug:…> or <str:…>",
        cure="Write path() for it; re_path() takes (?P<room_name>[-\\w]+).",
        why="re_path() reads < and > as letters of the address.",
        page=REGEX,
        evidence=(is_("no_route"), route(r"^re_path\('[^?]*<\w+:?\w*>")),
    ),
    Mistake(
        id="fixed_room",
        step=2,
        name="The route is that of one room",
        sight="500",
        sign="the route has no part in angle brackets",
        cure="Put what differs between rooms into <>: <slug:room_name>.",
        why="A part in angle brackets fits any name, and hands it to the consumer.",
        page=ROUTE,
        evidence=(is_("no_route"), route(r"^path\('[^<>(]*'\)")),
    ),
    Mistake(
        id="numbered_rooms",
        step=2,
        name="The route takes numbers only",
        sight="500",
        sign="the route says <int:…> or \\d",
        cure="Write <slug:room_name>: rooms of this chat have names.",
        why="int fits digits, and nothing else.",
        page=ROUTE,
        evidence=(is_("no_route"), route(r"<int:|\\d|\[0-9\]")),
    ),
    Mistake(
        id="client_missing_trailing_slash",
        step=2,
        name="The route has no slash at its end",
        sight="500",
        sign="the route does not end with /",
        cure="End it with a slash, as the page's address does.",
        why="For WebSockets nobody adds a slash that is missing.",
        page=ROUTE,
        evidence=(is_("no_route"), route(r"path\('[^']*[^/$]'\)|[^/]\$'\)")),
    ),
    Mistake(
        id="client_url_missing_ws_prefix",
        step=2,
        name="The route does not begin with ws/",
        sight="500",
        sign="the route has no ws/ at its beginning",
        cure="Begin it with ws/, as the page's address does.",
        why="The page connects to /ws/chat/…; a route fits the whole path.",
        page=ROUTE,
        evidence=(is_("no_route"), route(r"path\('(?!\^?/?ws/)")),
    ),
    Mistake(
        id="prefix_in_another_file",
        step=2,
        name="A part of the address stands in another file",
        sight="500",
        sign="asgi.py, or another file, puts a ws/ before the routes",
        cure="Write the whole address in chat/routing.py, ws/chat/<slug:room_name>/, "
        "and hand that list to the URLRouter as it is.",
        why="A URLRouter has no include(), and the routes of a chat fit in one list.",
        page=ROUTE,
        evidence=(
            is_("no_route"),
            route(r"path\('(?!\^?/?ws/)"),
            written(r"path\(r?'\^?ws/.*(include|URLRouter)"),
        ),
    ),
    Mistake(
        id="url_kwarg_name_mismatch",
        step=2,
        name="The consumer asks for another name than the route gives",
        sight="500",
        sign="the terminal says `KeyError`, in connect()",
        cure="Use one name in both: the route calls it as it stands in its <…>, and "
        'that is the key in scope["url_route"]["kwargs"].',
        why="The part in angle brackets names the key.",
        page=KNOWS,
        evidence=(
            raised(r"^KeyError: '(?P<name>\w+)'"),
            lambda seen: {} if seen.consumer.get("kwargs") is not None else None,
            lambda seen: (
                {} if "kwargs" in _code(seen) or "url_route" in _all(seen) else None
            ),
        ),
    ),
    Mistake(
        id="no_url_route_in_scope",
        step=2,
        name="No URLRouter has been passed",
        sight="500",
        sign="the terminal says `KeyError: 'url_route'`",
        cure="Hand WebSockets to URLRouter(websocket_urlpatterns) in mysite/asgi.py.",
        why="URLRouter puts url_route into the scope; without one nobody does.",
        page=HAND_ON,
        evidence=(
            raised(r"^KeyError: 'url_route'"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="request_in_a_consumer",
        step=2,
        name="The consumer asks for the request",
        sight="500",
        sign="the terminal says `object has no attribute 'request'`",
        cure='Read self.scope: scope["user"], scope["session"], scope["url_route"].',
        why="A consumer has no request; its scope takes that place.",
        page=WHO,
        evidence=(
            raised("no attribute '(?P<name>request|kwargs|user|room_name_from_url)'"),
            is_("raised"),
        ),
    ),
    Mistake(
        id="route_order_shadowing",
        step=2,
        name="A more general route stands first",
        sight="silent",
        sign="another consumer takes the WebSocket than you expect",
        cure="Put the more general route below that of the rooms, or take it out.",
        why="The first route that fits is taken.",
        page=ROUTE,
        evidence=(
            is_("no_reader", "silent", "hangs", "closed", "refused"),
            lambda seen: {} if _fits_later(seen) else None,
            look_at("chat/routing.py"),
        ),
    ),
    Mistake(
        id="no_consumer_answers",
        step=2,
        name="Something answers that is no consumer",
        sight="scope",
        sign="asgi.py leads to a function of yours",
        cure="Let the route lead to ChatConsumer.as_asgi().",
        why="A consumer of Channels has a scope that others can look into.",
        page=ROUTE,
        evidence=(is_("without_consumer"),),
    ),
    Mistake(
        id="catch_all_route",
        step=2,
        name="A route lets any address in",
        sight="advice",
        sign="/ws/nowhere/ connects",
        cure="Let only the chat's own addresses lead to a consumer; a re_path begins "
        "with ^ and ends with $.",
        why="An address that nobody knows should be refused, as a page is not found.",
        page=REGEX,
        evidence=(is_("not_refused"), consumer(kwargs="^(?!None)")),
    ),
    Mistake(
        id="asgi_still_hands_all_to_one",
        step=2,
        name="asgi.py hands every WebSocket to one consumer",
        sight="scope",
        sign='asgi.py says "websocket": ChatConsumer.as_asgi()',
        cure="Hand WebSockets to URLRouter(websocket_urlpatterns) in mysite/asgi.py.",
        why="The URLRouter looks at the path, and tells the consumer what is in it.",
        page=HAND_ON,
        evidence=(
            is_("unknown_room", "not_refused"),
            consumer(kwargs="^None$"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="room_name_is_lost",
        step=2,
        name="The route takes the name of the room and does not give it on",
        sight="scope",
        sign="the part of the route that differs has no name",
        cure="Give that part a name: <slug:room_name>, or (?P<room_name>[-\\w]+).",
        why="Only what has a name comes to the consumer, in "
        'scope["url_route"]["kwargs"].',
        page=ROUTE,
        evidence=(is_("unknown_room"), consumer(kwargs="^(?!None)")),
    ),
    Mistake(
        id="no_auth_middleware",
        step=2,
        name="Nothing finds out who it is",
        sight="scope",
        sign="scope has no user",
        cure="Wrap the URLRouter: AuthMiddlewareStack(URLRouter(…)).",
        why="AuthMiddlewareStack reads the session cookie, and puts the user into "
        "scope.",
        page=WHO,
        evidence=(is_("unknown_user"),),
    ),
    Mistake(
        id="session_without_auth",
        step=2,
        name="The session is found, and the user is not",
        sight="scope",
        sign="asgi.py says SessionMiddlewareStack",
        cure="Write AuthMiddlewareStack instead of SessionMiddlewareStack: it brings "
        "the session along, and the user.",
        why="A session is a box for one browser; who has logged in is found from it.",
        page=WHO,
        evidence=(
            is_("unknown_user"),
            written(r"SessionMiddleware(Stack)?\(", "mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="everybody_is_a_stranger",
        step=2,
        name="The user in scope is always the same",
        sight="scope",
        sign="somebody who has logged in is anonymous to the consumer",
        cure="Take out what puts a user into the scope, and leave that to "
        "AuthMiddlewareStack.",
        why="AuthMiddlewareStack finds the user by the cookie of each browser.",
        page=WHO,
        evidence=(
            is_("unknown_user"),
            got("^it is"),
            written(r"scope\[?.*user|AnonymousUser", look=True),
        ),
    ),
    Mistake(
        id="user_without_middleware",
        step=2,
        name="scope has no user",
        sight="500",
        sign="the terminal says `KeyError: 'user'`",
        cure="Wrap the URLRouter in mysite/asgi.py: AuthMiddlewareStack(URLRouter(…)).",
        why="AuthMiddlewareStack puts the user into the scope; without it nobody does.",
        page=WHO,
        evidence=(
            raised("^KeyError: '(user|session|cookies)'"),
            is_("raised"),
            look_at("mysite/asgi.py"),
        ),
        weight=1,
    ),
    Mistake(
        id="no_user_yet",
        step=1,
        name="The consumer asks who it is, and nobody knows yet",
        sight="500",
        sign="the terminal says `KeyError: 'user'`, in lesson 1",
        cure='Take out what asks for scope["$name"]: that comes with lesson 2.',
        why="What is in the scope is put there by what stands before the consumer, "
        "and in this lesson nothing does.",
        page=WHO,
        evidence=(
            raised("^KeyError: '(?P<name>user|session|cookies|url_route)'"),
            is_("raised"),
            step(1),
        ),
        weight=4,
    ),
    # Advice -------------------------------------------------------------------
    Mistake(
        id="regex_no_dollar_swallows_longer_paths",
        step=2,
        name="A route has no end",
        sight="advice",
        sign="/ws/chat/lobby/and/more/ connects",
        cure="End the pattern with $, or write path().",
        why="Without the $ a re_path() fits wherever it is found in the address.",
        page=REGEX,
        evidence=(
            is_("not_refused"),
            route(r"^re_path\('[^$]*'\)"),
            consumer(kwargs="^(?!None)"),
            saw("opened", path="and/more|before"),
        ),
    ),
    Mistake(
        id="no_origin_validator",
        step=2,
        name="Pages of other sites may connect",
        sight="advice",
        sign="asgi.py has no AllowedHostsOriginValidator",
        cure="Put AllowedHostsOriginValidator(…) around AuthMiddlewareStack(…).",
        why="A page of any site could open a WebSocket here in the browser of your "
        "visitor, with their cookies.",
        page=WHO,
        evidence=(is_("foreign_origin"),),
    ),
)
