"""Mistakes in the routes that lead to a consumer."""

import ast
import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

NAMES = {"websocket_urlpatterns", "application", "CHANNEL_LAYERS"}
"""What Channels and Django read from the learner's files, by these names."""
NO_APPLICATION = (
    r"object (?!NoneType|dict|str|bool|int)\w+ can't be used in 'await' expression|"
    r"__call__\(\) missing|"
    r"__init__\(\) takes 1 positional argument but 4"
)
PATH = "path|re_path"
OF_VIEWS = (
    r"login_required|permission_required|csrf_exempt|staff_member_required|"
    r"user_passes_test|require_\w+"
)
OF_REQUESTS = "request|kwargs|user|room_name_from_url"
"""Attributes that a view of Django has, or its request."""
PARTS = {"int": "[0-9]+", "slug": "[-a-zA-Z0-9_]+", "str": "[^/]+", "path": ".+"}
"""What the converters of path() fit; one of the learner's own may fit anything."""
_reads_kwargs = either(
    says("kwargs", FAILED), uses(".*kwargs.*", FAILED), says("url_route", METHOD)
)


@fact
def _one_for_all(evidence: Evidence) -> bool:
    """One consumer object has taken two connections."""
    events = evidence.check_events or evidence.run_events
    took = [(e["process"], e["object"]) for e in events if e["kind"] == "consumer"]
    return len(took) > len(set(took))


def _second_value(evidence: Evidence) -> Found | None:
    """One of the names that matter is given a value twice in its file."""
    before: set[tuple[str, str]] = set()
    for line in evidence.lines(f"{ROUTES}|{ASGI}|{SETTINGS}"):
        for name in NAMES.intersection(line.assigns if line.at_margin else ()):
            if (line.at.file, name) in before:
                return {"name": name, "where": line.at}
            before.add((line.at.file, name))
    return None


@any_line(ROUTES)
def _sets_kwargs(line: Line) -> bool:
    """A route has a dictionary as its third argument, or as that for kwargs."""
    routes = [node for node in line.nodes if isinstance(node, ast.Call)]
    given = [
        value
        for route in routes
        if re.fullmatch(rf"(.*\.)?({PATH})", name_of(route.func))
        for value in (*route.args[2:], *(word.value for word in route.keywords))
    ]
    return any(isinstance(value, ast.Dict) for value in given)


def _regex(written: str) -> re.Pattern[str] | None:
    """A route as it was written, as what it fits; None if nobody can tell."""
    kind, _, pattern = written.partition("('")
    pattern = pattern[:-2]
    if kind == "path":
        parts = re.split(r"<(?:(\w+):)?\w+>", pattern)
        fits = [re.escape(part or "") for part in parts]
        fits[1::2] = [PARTS.get(part or "str", ".+") for part in parts[1::2]]
        pattern = f"^{''.join(fits)}$"
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _fitting_routes(evidence: Evidence) -> int:
    """How many of the routes in chat/routing.py fit the address of the tab."""
    routes = map(_regex, evidence.ready.get("routes", ()))
    return sum(bool(regex and regex.search(evidence.path)) for regex in routes)


@fact
def _is_not_the_list(evidence: Evidence) -> object:
    """The routes of chat/routing.py fit, or are not even imported."""
    unread = not evidence.ready.get("routes") and calls(PATH, ROUTES)(evidence)
    return _fitting_routes(evidence) or unread


@fact
def _fits_later(evidence: Evidence) -> bool:
    """More than one route fits: then the first one was taken."""
    return _fitting_routes(evidence) > 1


MISTAKES = [
    # Routes
    ROUTING("""named_urlpatterns: The list of routes has another name
      If the terminal says `cannot import name 'websocket_urlpatterns'`
      Do: Call the list websocket_urlpatterns. Why: mysite/asgi.py, and the checks,
        import it by that name.""").on("no_start: no_urlpatterns"),
    ROUTING("""no_routing_py: There is no chat/routing.py
      If the terminal says `No module named 'chat.routing'`
      Do: Make the file chat/routing.py, with websocket_urlpatterns in it.
      Why: That is where everybody looks for it, as for urls.py.
    """).on("no_start: loading", terminal, at=ROUTES),
    ROUTE("""argument_of_as_asgi_is_refused: as_asgi() is given what the consumer does
        not take
      If the terminal says `got an unexpected keyword argument` or `takes no arguments`,
        and the route says as_asgi(…=…)
      Do: Take the arguments out of as_asgi(…), or write an __init__ for the consumer
        that takes them.
      Why: The arguments of as_asgi() are passed to the class each time it creates a
        consumer.
    """).on(
        "500: raised refused",
        r"\w+(\.__init__)?\(\) (got an unexpected keyword|takes no arguments)",
        outside,
        look(calls("as_asgi", given=".+")),
        weight=1,
    ),
    ROUTE("""missing_as_asgi: The route is given the class
      If the terminal says `object ChatConsumer can't be used in 'await' expression`
      Do: Give the route ChatConsumer.as_asgi(), with parentheses.
      Why: as_asgi() makes a new consumer for each connection; the class alone cannot be
        called in this place.
    """).on("500", NO_APPLICATION, outside, no_consumer),
    WHO("""view_decorator_around_consumer: A decorator for views is put around the
        consumer
      If the route says login_required(…), or another decorator of Django
      Do: Take $name away: a consumer rejects users in connect(), by self.scope["user"].
      Why: Decorators for views expect a request; a consumer is given a scope.
    """).on("500", raised(), no_consumer, calls(f"(?P<name>{OF_VIEWS})")),
    ROUTE("""as_asgi_is_not_called: as_asgi is not called
      If the terminal says `as_asgi() takes 1 positional argument but 4`
      Do: Give the route ChatConsumer.as_asgi(), with parentheses.
      Why: Without brackets Python looks the method up, and does not call it.
    """).on("500", terminal, weight=2),
    ROUTE("""as_view_on_consumer: as_view() is called on a consumer
      If the terminal says `has no attribute 'as_view'`
      Do: Write as_asgi() instead of as_view(). Why: A view answers a request; a
        consumer is an ASGI application.""").on("no_start", terminal),
    ROUTE("""consumer_instance_in_route: The route is given one object for all
      If the route says ChatConsumer() and not ChatConsumer.as_asgi()
      Do: Give the route ChatConsumer.as_asgi(): it makes a consumer for each tab.
      Why: One object for all connections sends to whichever came last.
    """).on("wrong: mixed raised", _one_for_all, look(calls(r"\w*Consumer"))),
    HAND_ON("""include_in_urlrouter: include() is used in routes of WebSockets
      If the terminal says `include() is not supported in URLRouter`
      Do: Give URLRouter the list itself, without include(). Why: include() belongs to
        urls.py; a URLRouter can hold another URLRouter.""").on("no_start", terminal),
    ROUTE("""no_routes: The list of routes is empty
      If the terminal says `No route found for path`
      Do: Put a path() into that list that leads to the ChatConsumer.
      Why: A route leads a WebSocket to a consumer, as it leads a page to a view.
    """).on(
        "500: no_route", resolves(routes=r"^\[\]$"), no(calls(PATH, ROUTES)), at=ROUTES
    ),
    OTHER("""second_value_counts: A name is given a value twice
      If the file has two lines that begin with the same name and =
      Do: Take one of the two $name = … out: the last one counts.
      Why: A name has one value, the last that it was given.
    """).on("500: no_redis_layer raised misrouted", _second_value, weight=3, step=1),
    ROUTING("""consumer_in_django_urls_py: The consumer is routed in urls.py
      If the terminal says `No route found for path`, and a urls.py names the consumer
      Do: Move that route to websocket_urlpatterns in chat/routing.py.
      Why: urls.py is for pages only; WebSockets go another way.
    """).on(
        "500: no_route", look(uses(".*Consumer.*", r"(chat|mysite)/urls.py")), weight=3
    ),
    HAND_ON("""routes_are_not_those_of_chat: asgi.py uses other routes than
        chat/routing.py has
      If chat/routing.py is right, and asgi.py has a list of its own
      Do: Use the list of chat/routing.py: URLRouter(websocket_urlpatterns), imported
        from chat.routing.
      Why: A list that is written twice gets fixed in one place only.
    """).on("500: no_route", _is_not_the_list, at=ASGI),
    ROUTE("""script_name_is_forced: The settings force a prefix on every address
      If the settings have FORCE_SCRIPT_NAME, and the terminal says `No route found`
      Do: Take FORCE_SCRIPT_NAME out of mysite/settings.py.
      Why: `runserver` expects the address of a WebSocket to begin with it.
    """).on("500: no_route", look(assigns("FORCE_SCRIPT_NAME")), weight=5),
    ROUTE("""no_route_fits: No route fits the address
      If the terminal says `No route found for path`
      Do: Write a route that fits it: ws/chat/<slug:room_name>/. Why: The address of a
        room is /ws/chat/, the name of the room, and a slash.""").on("500: no_route"),
    ROUTE("""regex_leading_slash: A route begins with a slash
      If the route begins with / or ^/
      Do: Write it without the slash at its beginning.
      Why: As in urls.py, the path that is compared has no slash at its beginning.
    """).on("500: no_route", route(r"path\('\^?/")),
    REGEX("""path_with_regex_syntax: path() is given a regular expression
      If the route is a path() with (?P<…>), ^ or $
      Do: Write re_path() for it; path() takes <slug:room_name>.
      Why: path() takes ( and $ as plain characters of the address.
    """).on("500: no_route", route(r"^path\('.*(\(\?P|[\^$]|\\w)")),
    REGEX(r"""re_path_with_path_syntax: re_path() is given <slug:…>
      If the route is a re_path() with <slug:…> or <str:…>
      Do: Write path() for it; re_path() takes (?P<room_name>[-\w]+).
      Why: re_path() takes < and > as plain characters of the address.
    """).on("500: no_route", route(r"^re_path\('[^?]*<\w+:?\w*>")),
    ROUTE("""fixed_room: The route matches one room only
      If the route has no part in angle brackets
      Do: Put what differs between rooms into <>: <slug:room_name>.
      Why: A part in angle brackets fits any name, and hands it to the consumer.
    """).on("500: no_route", route(r"^path\('[^<>(]*'\)")),
    ROUTE(r"""numbered_rooms: The route takes numbers only
      If the route says <int:…> or \d
      Do: Write <slug:room_name>: rooms of this chat have names. Why: int fits digits,
        and nothing else.""").on("500: no_route", route(r"<int:|\\d|\[0-9\]")),
    ROUTE("""client_missing_trailing_slash: The route has no slash at its end
      If a path with a slash at its end matches none of your routes
      Do: End it with a slash, as the page's address does.
      Why: For WebSockets, a missing slash is not added.
    """).on("500: no_route", route(r"path\('[^']*[^/$]'\)|[^/]\$'\)")),
    ROUTE("""client_url_missing_ws_prefix: The route does not begin with ws/
      If the route has no ws/ at its beginning
      Do: Begin it with ws/, as the page's address does.
      Why: The page connects to /ws/chat/…; a route fits the whole path.
    """).on("500: no_route", route(r"path\('(?!\^?/?ws/)")),
    ROUTE("""prefix_in_another_file: A part of the address is in another file
      If asgi.py, or another file, puts a ws/ before the routes
      Do: Write the whole address in chat/routing.py, ws/chat/<slug:room_name>/, and
        hand that list to the URLRouter as it is.
      Why: A URLRouter has no include(), and the routes of a chat fit in one list.
    """).on(
        "500: no_route", route(r"path\('(?!\^?/?ws/)"), calls(PATH, given=r"\^?ws/.*")
    ),
    KNOWS("""url_kwarg_name_mismatch: The consumer asks for another name than the route
        gives
      If the terminal says `KeyError`, in connect()
      Do: Use one name in both: the name in the <…> of the route is the key in
        scope["url_route"]["kwargs"].
      Why: The part in angle brackets names the key.
    """).on(
        "500",
        r"KeyError: '(?P<name>(?!_auth_)\w+)'",
        consumer(kwargs="^(?!None)"),
        _reads_kwargs,
    ),
    HAND_ON("""no_url_route_in_scope: No URLRouter is on the way
      If the terminal says `KeyError: 'url_route'`
      Do: Hand WebSockets to URLRouter(websocket_urlpatterns) in mysite/asgi.py.
      Why: URLRouter puts url_route into the scope; nothing else does.
    """).on("500", terminal, at=ASGI),
    WHO("""no_request_yet: The consumer asks for a request, in lesson 1
      If the terminal says `object has no attribute 'request'`, in lesson 1
      Do: Take out self.$name: a consumer has a scope instead, self.scope, and the user
        and the room are in it from lesson 2 on. Why: A request belongs to a view, which
        answers once; a consumer is given the scope of its connection.""").on(
        "500: raised",
        f"no attribute '(?P<name>{OF_REQUESTS})'",
        step(1),
        step=1,
        weight=2,
    ),
    WHO("""request_in_a_consumer: The consumer asks for the request
      If the terminal says `object has no attribute 'request'`
      Do: Read self.scope: scope["user"], scope["session"], scope["url_route"].
      Why: A consumer has no request; its scope takes that place.""").on(
        "500: raised", f"no attribute '(?P<name>{OF_REQUESTS})'", weight=1
    ),
    ROUTE("""route_order_shadowing: A more general route comes first
      If another consumer takes the WebSocket than you expect
      Do: Put the more general route below that of the rooms, or take it out.
      Why: The first route that fits is taken.
    """).on("silent: no_reader silent hangs closed refused", _fits_later, at=ROUTES),
    ROUTE("""no_consumer_answers: Something answers that is not a consumer
      If asgi.py leads to a function of yours
      Do: Let the route lead to ChatConsumer.as_asgi().
      Why: The checks read the scope of a consumer of Channels.
    """).on("scope: without_consumer"),
    REGEX("""catch_all_route: A route accepts any address
      If /ws/nowhere/ connects
      Do: Let only the chat's own addresses lead to a consumer; a re_path begins with ^
        and ends with $.
      Why: An unknown address should be rejected, as an unknown page is not found.
    """).on("advice: not_refused", consumer(kwargs="^(?!None)")),
    HAND_ON("""asgi_still_hands_all_to_one: asgi.py hands every WebSocket to one
        consumer
      If asgi.py says "websocket": ChatConsumer.as_asgi()
      Do: Hand WebSockets to URLRouter(websocket_urlpatterns) in mysite/asgi.py.
      Why: The URLRouter looks at the path, and hands the consumer what is in it.
    """).on("scope: unknown_room not_refused", consumer(kwargs="^None$"), at=ASGI),
    ROUTE(r"""room_name_is_lost: The route matches the name of the room and does not
        pass it on
      If the part of the route that differs has no name
      Do: Give that part a name: <slug:room_name>, or (?P<room_name>[-\w]+).
      Why: Only a named part is passed to the consumer, in scope["url_route"]["kwargs"].
    """).on("scope: unknown_room", consumer(kwargs="^(?!None)")),
    ROUTE("""lobby_has_its_own_route: A route for one room passes no name on
      If the consumer knows the name of each room but one
      Do: Take out the route for that room: the one with <slug:room_name> fits it, too.
      Why: The first route that fits is taken. One without a named part passes nothing
        to the consumer.
    """).on(
        "scope: unknown_room",
        consumer(kwargs="^{}"),
        expects("'lobby'"),
        look(says(r"[\"'/]lobby\b", "chat/routing.py")),
        weight=2,
    ),
    ROUTE("""route_sets_the_room: The route itself says what the room is
      If path() or re_path() has a dictionary as its third argument
      Do: Take that dictionary out.
      Why: It is no default: what is in it replaces what stands in the address, so every
        room has the same name.
    """).on("scope: unknown_room", consumer(kwargs="^(?!None)"), _sets_kwargs),
    WHO("""no_auth_middleware: Nothing looks up the user
      If scope has no user
      Do: Wrap the URLRouter: AuthMiddlewareStack(URLRouter(…)).
      Why: AuthMiddlewareStack reads the session cookie, and puts the user into scope.
    """).on("scope: unknown_user"),
    WHO("""runserver_has_another_application: The settings name another application
      If asgi.py looks up the user, and scope has none under runserver
      Do: Write ASGI_APPLICATION = "mysite.asgi.application" in the settings.
      Why: runserver serves what that setting names; daphne serves what is typed.
    """).on(
        "scope: unknown_user",
        calls("AuthMiddlewareStack", ASGI),
        no(says(r"mysite\.asgi\.application", SETTINGS)),
        look(uses("ASGI_APPLICATION", SETTINGS)),
        weight=2,
    ),
    WHO("""session_without_auth: The session is found, and the user is not
      If asgi.py says SessionMiddlewareStack
      Do: Write AuthMiddlewareStack instead of SessionMiddlewareStack: it brings the
        session along, and the user.
      Why: A session belongs to one browser; the user is found from it.
    """).on("scope: unknown_user", calls("SessionMiddleware(Stack)?", ASGI)),
    WHO("""everybody_is_anonymous: The user in scope is always the same
      If somebody who has logged in is anonymous to the consumer
      Do: Take out what puts a user into the scope, and leave that to
        AuthMiddlewareStack.
      Why: AuthMiddlewareStack finds the user by the cookie of each browser.
    """).on(
        "scope: unknown_user", got("^it is"), look(uses(r"scope\[user\]|AnonymousUser"))
    ),
    WHO("""user_without_middleware: scope has no user
      If the terminal says `KeyError: 'user'`
      Do: Wrap the URLRouter in mysite/asgi.py: AuthMiddlewareStack(URLRouter(…)).
      Why: AuthMiddlewareStack puts the user into the scope; nothing else does.
    """).on("500: raised", "^KeyError: '(user|session|cookies)'", at=ASGI, weight=1),
    WHO("""no_user_yet: The consumer reads the user, which is not in the scope yet
      If the terminal says `KeyError: 'user'`, in lesson 1
      Do: Take out what asks for scope["$name"]: that comes with lesson 2.
      Why: The layers before the consumer fill the scope, and in this lesson there are
        none.
    """).on(
        "500: raised",
        "^KeyError: '(?P<name>user|session|cookies|url_route)'",
        step(1),
        weight=4,
        step=1,
    ),
    # Advice
    REGEX("""regex_no_dollar_swallows_longer_paths: A route has no $ at its end
      If /ws/chat/lobby/and/more/ connects
      Do: End the pattern with $, or write path().
      Why: Without the $ a re_path() fits wherever it is found in the address.
    """).on(
        "advice: not_refused",
        route(r"^re_path\('[^$]*'\)"),
        consumer(kwargs="^(?!None)"),
        saw("opened", path="and/more|before"),
    ),
    ROUTING("""path_converter_takes_slashes: A route takes whatever stands behind it
      If /ws/chat/lobby/and/more/ connects, and the route has <path:…>
      Do: Write <slug:…> instead of <path:…>.
      Why: path takes slashes too, so the rest of the address becomes the name of the
        room; a group could not be named after it.
    """).on("advice: not_refused", route("<path:"), saw("opened", path="and/more")),
    WHO("""no_origin_validator: Pages of other sites may connect
      If asgi.py has no AllowedHostsOriginValidator
      Do: Put AllowedHostsOriginValidator(…) around AuthMiddlewareStack(…).
      Why: A page of any site could open a WebSocket here in the browser of your
        visitor, with their cookies.""").on("advice: foreign_origin"),
]
