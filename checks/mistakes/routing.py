"""Mistakes on the way to a consumer: settings, the application, routes, middleware."""

import re

from checks.mistakes.clues import (
    Found,
    consumer,
    failing_line,
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
from checks.mistakes.mistake import Mistake
from checks.mistakes.seen import Seen

IDEA = "02_routing/#the-idea"
ROUTE = "02_routing/#task-1-write-the-route"
REGEX = "02_routing/#the-same-as-a-regular-expression"
HAND = "02_routing/#task-2-hand-websockets-to-the-routes"
KNOWS = "02_routing/#see-what-your-consumer-knows"
WHO = "02_routing/#who-is-it-and-may-they"
FIRST = "02_routing/#why-get_asgi_application-comes-first"
OLDER = "02_routing/#where-older-tutorials-put-it"
WRONG = "02_routing/#what-can-go-wrong"
WRITE = 'Write path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi()).'
SETTING = 'Write ASGI_APPLICATION = "mysite.asgi.application".'
LOADING = ("cannot_start", "settings_do_not_load", "fails_under_daphne")


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


NAMES = ("websocket_urlpatterns", "application", "CHANNEL_LAYERS")
"""What Channels and Django read from the learner's files, by these names."""


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


PARTS = {"int": "[0-9]+", "slug": "[-a-zA-Z0-9_]+", "str": "[^/]+", "path": ".+"}
"""What the converters of path() fit; one of the learner's own may fit anything."""


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
    # Settings ------------------------------------------------------------------------
    Mistake(
        id="daphne_not_in_installed_apps",
        step=1,
        name="daphne is not among the INSTALLED_APPS",
        sight="404",
        sign='INSTALLED_APPS has no "daphne"',
        cure='Put "daphne" first in INSTALLED_APPS.',
        why="It brings the runserver that speaks WebSocket; Django's own answers 404.",
        page=WRONG,
        evidence=(is_("other_runserver"), lacks("daphne", "mysite/settings.py")),
    ),
    Mistake(
        id="daphne_after_staticfiles",
        step=1,
        name="daphne is not the first of the INSTALLED_APPS",
        sight="no_start",
        sign="the terminal says `daphne.E001`",
        cure='Put "daphne" first in INSTALLED_APPS.',
        why="Of two apps that bring a runserver, the first one wins.",
        page=WRONG,
        evidence=(is_("other_runserver"), written("daphne", "mysite/settings.py")),
    ),
    Mistake(
        id="app_is_misspelt",
        step=1,
        name="INSTALLED_APPS names an app that does not exist",
        sight="no_start",
        sign="the terminal says `No module named '…'` and no line of yours",
        cure="Look for $name in your settings, such as in INSTALLED_APPS, and mend "
        "it.",
        why="Django imports each app by the name that stands there.",
        page=IDEA,
        evidence=(
            is_("settings_do_not_load"),
            raised(r"ModuleNotFoundError: No module named '(?P<name>[\w.]+)'"),
        ),
    ),
    Mistake(
        id="asgi_application_setting_missing",
        step=2,
        name="ASGI_APPLICATION is not set",
        sight="no_start",
        sign="the terminal says `You have not set ASGI_APPLICATION`",
        cure=SETTING,
        why="runserver asks that setting where your application is.",
        page=OLDER,
        evidence=(is_("not_set"),),
    ),
    Mistake(
        id="asgi_application_points_at_routing",
        step=2,
        name="ASGI_APPLICATION leads to another module",
        sight="no_start",
        sign="the terminal says `Cannot import ASGI_APPLICATION module`",
        cure=SETTING,
        why="Since Channels 3 the application is in mysite/asgi.py; before, it was in "
        "mysite/routing.py.",
        page=OLDER,
        evidence=(is_("leads_elsewhere"),),
    ),
    Mistake(
        id="asgi_application_missing_application",
        step=2,
        name="ASGI_APPLICATION names the module alone",
        sight="no_start",
        sign="the terminal says `Cannot find 'asgi' in ASGI_APPLICATION module`",
        cure=SETTING,
        why="It is the path to an object: the module, a dot, and its name there.",
        page=OLDER,
        evidence=(is_("leads_elsewhere"), got(r"mysite\.asgi' ")),
    ),
    Mistake(
        id="under_another_name",
        step=2,
        name="mysite/asgi.py defines no application",
        sight="no_start",
        sign="asgi.py has another name where application should be",
        cure="Give it that name: application = ProtocolTypeRouter(…).",
        why="ASGI_APPLICATION, and the daphne command, ask for it by that name.",
        page=HAND,
        evidence=(is_("no_application"),),
    ),
    # The application -----------------------------------------------------------------
    Mistake(
        id="no_settings_for_daphne",
        step=2,
        name="asgi.py does not name the settings",
        sight="no_start",
        sign="runserver works, and daphne says `settings are not configured`",
        cure='Write os.environ.setdefault("DJANGO_SETTINGS_MODULE", '
        '"mysite.settings") at the top of mysite/asgi.py, above '
        "get_asgi_application().",
        why="manage.py does it for runserver; nobody does it for the daphne command.",
        page=FIRST,
        evidence=(
            is_("fails_under_daphne"),
            raised("settings are not configured"),
            lacks(r"DJANGO_SETTINGS_MODULE", "mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="settings_named_too_late",
        step=2,
        name="asgi.py names the settings below get_asgi_application()",
        sight="no_start",
        sign="runserver works, and daphne says `settings are not configured`",
        cure="Move os.environ.setdefault(…) above get_asgi_application().",
        why="get_asgi_application() reads the settings when it is called; manage.py "
        "has named them for runserver, and nobody for daphne.",
        page=FIRST,
        evidence=(
            is_("fails_under_daphne"),
            raised("settings are not configured"),
            written("DJANGO_SETTINGS_MODULE", "mysite/asgi.py", look=True),
            failing_line(r"get_asgi_application\("),
        ),
    ),
    Mistake(
        id="models_imported_before_django_setup",
        step=2,
        name="Something that needs Django is imported before it is set up",
        sight="no_start",
        sign="runserver works, and daphne says `Apps aren't loaded yet` or `settings "
        "are not configured`",
        cure="Call get_asgi_application() above every import that needs Django, such "
        "as that of your routes or consumers: it sets Django up.",
        why="manage.py has set Django up before it comes to asgi.py; the daphne "
        "command has not.",
        page=FIRST,
        evidence=(
            is_("fails_under_daphne"),
            raised("settings are not configured|Apps aren't loaded yet"),
        ),
    ),
    Mistake(
        id="no_asgi_application",
        step=2,
        name="Nobody sets Django up",
        sight="no_start",
        sign="asgi.py does not call get_asgi_application()",
        cure="Write django_asgi_app = get_asgi_application() below "
        'os.environ.setdefault(…), above the other imports, and "http": '
        "django_asgi_app.",
        why="get_asgi_application() sets Django up, and answers the pages.",
        page=FIRST,
        evidence=(
            is_("fails_under_daphne"),
            raised("settings are not configured|Apps aren't loaded yet"),
            lacks(r"get_asgi_application\(", "mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="routes_import_the_application",
        step=2,
        name="Two modules import each other",
        sight="no_start",
        sign="the terminal says `partially initialized module`",
        cure="Let one of them do without the other: mysite/asgi.py imports "
        "chat.routing, that imports chat.consumers, and none of them imports back.",
        why="Python runs a module from the top; what is imported back is not there "
        "yet.",
        page=IDEA,
        evidence=(raised("partially initialized module"), is_(*LOADING)),
        weight=1,
    ),
    Mistake(
        id="asgi_untouched_default",
        step=2,
        name="asgi.py is as Django made it",
        sight="500",
        sign="the terminal says `Django can only handle ASGI/HTTP connections`",
        cure="Put a ProtocolTypeRouter around it, with an entry for http and one for "
        "websocket.",
        why="Django's own application knows pages and no WebSockets.",
        page=HAND,
        evidence=(
            raised("Django can only handle ASGI/HTTP connections"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="django_application_for_websockets",
        step=2,
        name="WebSockets are handed to Django",
        sight="500",
        sign="the terminal says `Django can only handle ASGI/HTTP connections`, and "
        "asgi.py has a ProtocolTypeRouter",
        cure='Hand "websocket" to the URLRouter, not to get_asgi_application().',
        why="Django's own application knows pages and no WebSockets.",
        page=HAND,
        evidence=(
            raised("Django can only handle ASGI/HTTP connections"),
            resolves(application="ProtocolTypeRouter"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="daphne_serves_another_application",
        step=2,
        name="The router is not in mysite/asgi.py",
        sight="500",
        sign="runserver works, and under `daphne mysite.asgi:application` no "
        "WebSocket does",
        cure="Put the ProtocolTypeRouter into mysite/asgi.py as application, and "
        'write ASGI_APPLICATION = "mysite.asgi.application".',
        why="runserver asks ASGI_APPLICATION; the daphne command is told mysite.asgi.",
        page=OLDER,
        evidence=(is_("daphne_serves_another"),),
        weight=6,
    ),
    Mistake(
        id="no_http_key",
        step=2,
        name='ProtocolTypeRouter has no "http"',
        sight="pages",
        sign="the terminal says `No application configured for scope type 'http'`",
        cure='Give ProtocolTypeRouter an "http" entry: the application of Django.',
        why="Since Channels 4 it is not added for you.",
        page=HAND,
        evidence=(raised("No application configured for scope type 'http'"),),
    ),
    Mistake(
        id="validator_around_everything",
        step=2,
        name="The origin validator stands around the pages too",
        sight="pages",
        sign="the terminal says `You cannot use OriginValidator on a non-WebSocket "
        "connection`",
        cure='Put it around the value of "websocket" only, inside the '
        "ProtocolTypeRouter.",
        why="It knows how to refuse a WebSocket, and nothing of pages.",
        page=HAND,
        evidence=(
            raised("OriginValidator on a non-WebSocket"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="no_websocket_key",
        step=2,
        name='ProtocolTypeRouter has no "websocket"',
        sight="500",
        sign="the terminal says `No application configured for scope type "
        "'websocket'`",
        cure='Name the entry "websocket": it is one word, in small letters, without '
        "s.",
        why="That is what the protocol is called in ASGI; other keys are never asked.",
        page=HAND,
        evidence=(
            raised("No application configured for scope type 'websocket'"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="django_application_is_not_called",
        step=2,
        name="get_asgi_application has no brackets",
        sight="pages",
        sign="the terminal says `get_asgi_application() takes 0 positional arguments`",
        cure="Call it once, with its brackets: get_asgi_application().",
        why="The function makes the application; it is none itself.",
        page=FIRST,
        evidence=(raised(r"get_asgi_application\(\) takes"),),
    ),
    Mistake(
        id="router_without_dictionary",
        step=2,
        name="ProtocolTypeRouter is not given one dictionary",
        sight="no_start",
        sign="the terminal says `ProtocolTypeRouter.__init__()`",
        cure='Give it one dictionary: ProtocolTypeRouter({"http": …, "websocket": '
        "…}).",
        why="Its keys are the kinds of connection, its values who gets them.",
        page=HAND,
        evidence=(raised(r"ProtocolTypeRouter\.__init__\(\)"), is_(*LOADING)),
    ),
    Mistake(
        id="module_instead_of_routes",
        step=2,
        name="URLRouter is not given a list of routes",
        sight="no_start",
        sign="the terminal says that a module is not iterable, or a list has no "
        "`callback`",
        cure="Give URLRouter the list itself: URLRouter(websocket_urlpatterns).",
        why="It takes a list of path() and re_path(), as urlpatterns is one.",
        page=HAND,
        evidence=(
            raised("is not iterable|object has no attribute '(callback|pattern)'|"
                   "must be a sequence|not reversible|URLRouter.__init__"),
            written(r"URLRouter\("),
            is_(*LOADING),
        ),
    ),
    Mistake(
        id="middleware_around_the_list",
        step=2,
        name="The middleware stands inside the URLRouter",
        sight="no_start",
        sign="asgi.py says URLRouter(AuthMiddlewareStack(…))",
        cure="Put the middleware around the router: "
        "AuthMiddlewareStack(URLRouter(websocket_urlpatterns)).",
        why="Each layer gets the next one in brackets; the list is for the URLRouter.",
        page=HAND,
        evidence=(
            is_(*LOADING, "raised"),
            written(r"URLRouter\(\s*\[?\w*(Middleware\w*|OriginValidator)\("),
            lambda seen: {} if seen.event.get("error") else None,
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="no_url_router",
        step=2,
        name="The routes have no URLRouter around them",
        sight="500",
        sign="the terminal says `'list' object is not callable`",
        cure="Put a URLRouter around the list: "
        "AuthMiddlewareStack(URLRouter(websocket_urlpatterns)).",
        why="Each layer calls what it is given in brackets, and a list cannot be "
        "called.",
        page=HAND,
        evidence=(
            is_("raised"),
            raised("'(list|tuple|module)' object is not callable"),
            outside(),
            never_saw("consumer"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="auth_without_session",
        step=2,
        name="AuthMiddleware has no session around it",
        sight="500",
        sign="the terminal says `AuthMiddleware cannot find session in scope`",
        cure="Use AuthMiddlewareStack instead of AuthMiddleware: it brings the "
        "session and the cookies along.",
        why="The user is found by the session, and that by a cookie.",
        page=WHO,
        evidence=(
            raised("AuthMiddleware cannot find session in scope"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="session_without_cookies",
        step=2,
        name="SessionMiddleware has no cookies",
        sight="500",
        sign='the terminal says `No "cookies" key in scope`',
        cure="Use AuthMiddlewareStack: it brings the session and the cookies along.",
        why="The session is found by a cookie.",
        page=WHO,
        evidence=(
            raised("cookies.* scope|CookieMiddleware"),
            is_("raised"),
            look_at("mysite/asgi.py"),
        ),
    ),
    Mistake(
        id="middleware_is_not_called_with_the_next",
        step=2,
        name="A layer is given nothing",
        sight="no_start",
        sign="the terminal says that a middleware misses its argument",
        cure="Give it what comes next, in brackets: "
        "AuthMiddlewareStack(URLRouter(websocket_urlpatterns)).",
        why="Each layer hands on to what it is given.",
        page=HAND,
        evidence=(
            raised(r"(AuthMiddlewareStack|AllowedHostsOriginValidator|URLRouter|"
                   r"__init__)\(\) missing .*(inner|application|routes)"),
            is_(*LOADING),
        ),
    ),
    Mistake(
        id="refused_by_the_validator",
        step=2,
        name="The origin validator refuses this machine",
        sight="403",
        sign="nothing reaches the consumer, and the terminal gives no reason",
        cure="Let localhost in: AllowedHostsOriginValidator does, with ALLOWED_HOSTS "
        "as it was; OriginValidator takes a list of origins.",
        why="The validator compares the host of the Origin header with that list.",
        page=WHO,
        evidence=(
            is_("refused_outside", "refused"),
            saw("consumer", name="WebsocketDenier"),
            written("OriginValidator", look=True),
        ),
    ),
    Mistake(
        id="refused_by_a_middleware",
        step=2,
        name="Something before the consumer refuses everybody, or strangers",
        sight="403",
        sign="a class or function of yours between the router and the consumer closes",
        cure="Let everybody through there: in this chat every room is open to all, "
        "also to a stranger.",
        why="What stands before the consumer can send websocket.close, and the "
        "consumer never hears of it.",
        page=WHO,
        evidence=(
            is_("refused_outside"),
            never_saw("consumer"),
        ),
    ),
    Mistake(
        id="middleware_without_await",
        step=2,
        name="A middleware does not await what comes next",
        sight="hang",
        sign="a class or function of yours stands between the router and the consumer",
        cure="Write return await before the call of what comes next.",
        why="Calling an application makes a coroutine; it runs when it is awaited.",
        page=HAND,
        evidence=(
            lambda seen: {} if seen.kind == "never_awaited" else None,
            never_saw("consumer"),
            written(r"^class \w*[mM]iddleware|def __call__", look=False),
        ),
    ),
    Mistake(
        id="middleware_that_ends_there",
        step=2,
        name="Something stands before the consumer, and does not hand on",
        sight="hang",
        sign="the consumer is never called, and nothing is said",
        cure="Call what comes next, and await it: await self.inner(scope, receive, "
        "send).",
        why="Each layer hands on to the next; where one does not, the tab waits.",
        page=HAND,
        evidence=(is_("hangs", "ended_there"), never_saw("consumer")),
    ),
    # Routes --------------------------------------------------------------------------
    Mistake(
        id="named_urlpatterns",
        step=2,
        name="The list of routes has another name",
        sight="no_start",
        sign="the terminal says `cannot import name 'websocket_urlpatterns'`",
        cure="Call the list websocket_urlpatterns.",
        why="mysite/asgi.py, and the checks, import it by that name.",
        page=IDEA,
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
        page=IDEA,
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
            raised(r"can't be used in 'await' expression|__call__\(\) missing|"
                   r"__init__\(\) takes 1 positional argument but 4"),
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
            written(r"(?P<name>login_required|permission_required|csrf_exempt|"
                    r"staff_member_required|user_passes_test|require_\w+)\("),
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
        cure="Give the route ChatConsumer.as_asgi(): it makes a consumer for each "
        "tab.",
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
        evidence=(is_("no_route"), resolves(routes=r"^\[\]$"),
                  lacks(r"path\(", "chat/routing.py")),
    ),
    Mistake(
        id="second_value_counts",
        step=2,
        name="A name is given a value twice",
        sight="500",
        sign="the file has two lines that begin with the same name and =",
        cure="Take one of the two $name = … out: the last one counts.",
        why="A name has one value, the last that it was given.",
        page=HAND,
        evidence=(
            is_("no_route", "no_redis_layer", "raised", "unknown_room", "not_refused",
                "unknown_user"),
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
        page=IDEA,
        evidence=(
            is_("no_route"),
            _routed_in_urls,
        ),
        weight=2,
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
        page=HAND,
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
            lambda seen: {} if "kwargs" in _code(seen) or "url_route" in _all(seen)
            else None,
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
        page=HAND,
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
        page=HAND,
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
        cure="Wrap the URLRouter in mysite/asgi.py: "
        "AuthMiddlewareStack(URLRouter(…)).",
        why="AuthMiddlewareStack puts the user into the scope; without it nobody "
        "does.",
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
        page="02_routing/#who-is-it-and-may-they",
        evidence=(
            raised("^KeyError: '(?P<name>user|session|cookies|url_route)'"),
            is_("raised"),
            step(1),
        ),
        weight=4,
    ),
    # Pages ---------------------------------------------------------------------------
    Mistake(
        id="pages_are_not_routed",
        step=2,
        name="The pages have no routes any more",
        sight="pages",
        sign="the browser says 404 for /chat/lobby/",
        cure="Look at the routes of your pages: mysite/urls.py includes chat.urls.",
        why="urls.py is for pages, chat/routing.py for WebSockets; both are needed.",
        page=IDEA,
        evidence=(is_("no_page"), got("HTTP 404")),
    ),
    Mistake(
        id="page_template_is_gone",
        step=1,
        name="The page of the room has no template",
        sight="pages",
        sign="the browser says TemplateDoesNotExist",
        cure="Put $name back: chat/templates/chat/room.html, named as chat/room.html.",
        why="Django finds a template by its path below templates/.",
        page=IDEA,
        evidence=(raised(r"^TemplateDoesNotExist: (?P<name>\S+)"),),
    ),
    Mistake(
        id="unknown_addresses_wait",
        step=2,
        name="A consumer for unknown addresses neither accepts nor closes",
        sight="hang",
        sign="an address that does not exist waits for five seconds",
        cure="Call self.close() there, or take out the route that leads there.",
        why="A connection that is neither accepted nor closed waits for five seconds.",
        page=HAND,
        evidence=(is_("hangs"), saw("consumer"), saw("handled")),
    ),
    # Advice --------------------------------------------------------------------------
    Mistake(
        id="regex_no_dollar_swallows_longer_paths",
        step=2,
        name="A route has no end",
        sight="advice",
        sign="/ws/chat/lobby/and/more/ connects",
        cure="End the pattern with $, or write path().",
        why="Without the $ a re_path() fits wherever it is found in the address.",
        page=REGEX,
        evidence=(is_("not_refused"), route(r"^re_path\('[^$]*'\)"),
                  consumer(kwargs="^(?!None)"), saw("opened", path="and/more|before")),
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
)  # fmt: skip
