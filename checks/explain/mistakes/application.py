"""Mistakes on the way to the routes: settings, application, middleware, pages."""

from checks.explain.mistakes.clues import (
    failing_line,
    got,
    is_,
    lacks,
    look_at,
    never_saw,
    outside,
    raised,
    resolves,
    saw,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import (
    DJANGO_FIRST,
    HAND_ON,
    NO_WEBSOCKET,
    OLDER_TUTORIALS,
    ROUTING,
    WHO,
)

SETTING = 'Write ASGI_APPLICATION = "mysite.asgi.application".'
LOADING = ("cannot_start", "settings_do_not_load", "fails_under_daphne")


MISTAKES = (
    # Settings -----------------------------------------------------------------
    Mistake(
        id="daphne_not_in_installed_apps",
        step=1,
        name="daphne is not among the INSTALLED_APPS",
        sight="404",
        sign='INSTALLED_APPS has no "daphne"',
        cure='Put "daphne" first in INSTALLED_APPS.',
        why="It brings the runserver that speaks WebSocket; Django's own answers 404.",
        page=NO_WEBSOCKET,
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
        page=NO_WEBSOCKET,
        evidence=(is_("other_runserver"), written("daphne", "mysite/settings.py")),
    ),
    Mistake(
        id="app_is_misspelt",
        step=1,
        name="INSTALLED_APPS names an app that does not exist",
        sight="no_start",
        sign="the terminal says `No module named '…'` and no line of yours",
        cure="Look for $name in your settings, such as in INSTALLED_APPS, and mend it.",
        why="Django imports each app by the name that stands there.",
        page=ROUTING,
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
        page=OLDER_TUTORIALS,
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
        page=OLDER_TUTORIALS,
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
        page=OLDER_TUTORIALS,
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
        page=HAND_ON,
        evidence=(is_("no_application"),),
    ),
    # The application ----------------------------------------------------------
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
        page=DJANGO_FIRST,
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
        page=DJANGO_FIRST,
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
        page=DJANGO_FIRST,
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
        page=DJANGO_FIRST,
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
        page=ROUTING,
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
        page=HAND_ON,
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
        page=HAND_ON,
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
        page=OLDER_TUTORIALS,
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
        page=HAND_ON,
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
        page=HAND_ON,
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
        sign="the terminal says `No application configured for scope type 'websocket'`",
        cure='Name the entry "websocket": it is one word, in small letters, without s.',
        why="That is what the protocol is called in ASGI; other keys are never asked.",
        page=HAND_ON,
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
        page=DJANGO_FIRST,
        evidence=(raised(r"get_asgi_application\(\) takes"),),
    ),
    Mistake(
        id="router_without_dictionary",
        step=2,
        name="ProtocolTypeRouter is not given one dictionary",
        sight="no_start",
        sign="the terminal says `ProtocolTypeRouter.__init__()`",
        cure='Give it one dictionary: ProtocolTypeRouter({"http": …, "websocket": …}).',
        why="Its keys are the kinds of connection, its values who gets them.",
        page=HAND_ON,
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
        page=HAND_ON,
        evidence=(
            raised(
                "is not iterable|object has no attribute '(callback|pattern)'|"
                "must be a sequence|not reversible|URLRouter.__init__"
            ),
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
        page=HAND_ON,
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
        page=HAND_ON,
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
        page=HAND_ON,
        evidence=(
            raised(
                r"(AuthMiddlewareStack|AllowedHostsOriginValidator|URLRouter|"
                r"__init__)\(\) missing .*(inner|application|routes)"
            ),
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
        page=HAND_ON,
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
        page=HAND_ON,
        evidence=(is_("hangs", "ended_there"), never_saw("consumer")),
    ),
    # Pages --------------------------------------------------------------------
    Mistake(
        id="pages_are_not_routed",
        step=2,
        name="The pages have no routes any more",
        sight="pages",
        sign="the browser says 404 for /chat/lobby/",
        cure="Look at the routes of your pages: mysite/urls.py includes chat.urls.",
        why="urls.py is for pages, chat/routing.py for WebSockets; both are needed.",
        page=ROUTING,
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
        page=ROUTING,
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
        page=HAND_ON,
        evidence=(is_("hangs"), saw("consumer"), saw("handled")),
    ),
)
