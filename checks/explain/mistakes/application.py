"""Mistakes on the way to the routes: settings, application, middleware, pages."""

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *
from checks.verdict import Where

TOO_EARLY = "settings are not configured|Apps aren't loaded yet"
NO_LIST = (
    "is not iterable|object has no attribute '(callback|pattern)'|must be a sequence|"
    "not reversible|URLRouter.__init__"
)
names_settings = says("DJANGO_SETTINGS_MODULE", ASGI)
daphne_is_installed = fact(lambda evidence: evidence.event["installed"])
wraps = calls("URLRouter", given=r"\w*(Middleware|Validator)\w*\(\)")
denied = saw("consumer", name="WebsocketDenier")
SETTING = 'Write ASGI_APPLICATION = "mysite.asgi.application".'


def imports_it(evidence: Evidence) -> Found:
    """The line of asgi.py from which the import began, where there is one."""
    for frame in evidence.event.get("frames", ()):
        if frame["file"] == ASGI:
            return {"where": Where(ASGI, frame["line"])}
    return {}


def static_url(evidence: Evidence) -> Found | None:
    """The setting STATIC_URL is the beginning of the address that was asked for."""
    for line in evidence.statements:
        for text in line.texts if "STATIC_URL" in line.assigns else ():
            if f"page at /{text.strip('/')}/" in evidence.cause.expected:
                return {"where": line.at}
    return None


MISTAKES = [
    # Settings
    NO_WEBSOCKET("""daphne_not_in_installed_apps: daphne is not among the INSTALLED_APPS
      If INSTALLED_APPS has no "daphne"
      Do: Put "daphne" first in INSTALLED_APPS.
      Why: It provides the runserver that supports WebSockets; Django's own answers 404.
    """).on("404: other_runserver", no(daphne_is_installed), step=1),
    NO_WEBSOCKET("""daphne_after_staticfiles: daphne is not the first of the
        INSTALLED_APPS
      If the terminal says `daphne.E001`
      Do: Put "daphne" first in INSTALLED_APPS.
      Why: Of two apps that provide a runserver, the first one is used.
    """).on("no_start: other_runserver", daphne_is_installed, step=1),
    OLDER(f"""asgi_application_setting_missing: ASGI_APPLICATION is not set
      If the terminal says `You have not set ASGI_APPLICATION`
      Do: {SETTING}
      Why: runserver reads that setting to find your application.
    """).on("no_start: not_set", step=1),
    OLDER(f"""asgi_application_points_at_routing: ASGI_APPLICATION leads to another
        module
      If the terminal says `Cannot import ASGI_APPLICATION module`
      Do: {SETTING} Why: Since Channels 3 the application is in mysite/asgi.py; before,
        it was in mysite/routing.py.""").on("no_start: leads_elsewhere", step=1),
    OLDER(f"""asgi_application_missing_application: ASGI_APPLICATION names the module
        alone
      If the terminal says `Cannot find 'asgi' in ASGI_APPLICATION module`
      Do: {SETTING} Why: It is the path to an object: the module, a dot, and its name
        there.""").on("no_start: leads_elsewhere", got(r"mysite\.asgi' "), step=1),
    HAND_ON("""under_another_name: mysite/asgi.py defines no application
      If asgi.py has another name where application should be
      Do: Give it that name: application = ProtocolTypeRouter(…).
      Why: ASGI_APPLICATION, and the daphne command, ask for it by that name.
    """).on("no_start: no_application", step=1),
    # The application
    DJANGO("""no_settings_for_daphne: asgi.py does not name the settings
      If runserver works, and daphne says `settings are not configured`
      Do: Write os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings") at
        the top of mysite/asgi.py, above get_asgi_application().
      Why: manage.py does it for runserver; for the daphne command, only asgi.py can.
    """).on("no_start: daphne", "settings are not configured", no(names_settings)),
    DJANGO("""settings_named_too_late: asgi.py names the settings below
        get_asgi_application()
      If runserver works, and daphne says `settings are not configured`
      Do: Move os.environ.setdefault(…) above get_asgi_application().
      Why: get_asgi_application() reads the settings when it is called; manage.py has
        named them for runserver, but not for daphne.
    """).on(
        "no_start: daphne",
        TOO_EARLY,
        look(names_settings),
        calls("get_asgi_application", FAILED),
    ),
    DJANGO("""models_imported_before_django_setup: Something that needs Django is
        imported before it is set up
      If runserver works, and daphne says `Apps aren't loaded yet` or `settings are not
        configured` Do: Call get_asgi_application() above every import that needs
        Django, such as that of chat.routing: it sets Django up.
      Why: manage.py has set Django up before it comes to asgi.py; the daphne command
        has not.""").on("no_start: daphne", TOO_EARLY, imports_it, weight=-1),
    DJANGO("""no_asgi_application: Django is not set up
      If asgi.py does not call get_asgi_application()
      Do: Write django_asgi_app = get_asgi_application() below os.environ.setdefault(…),
        above the other imports, and "http": django_asgi_app.
      Why: get_asgi_application() sets Django up, and answers the pages.
    """).on("no_start: daphne", TOO_EARLY, no(calls("get_asgi_application", ASGI))),
    ROUTING("""routes_import_the_application: Two modules import each other
      If the terminal says `partially initialized module`
      Do: Remove one of the two imports: mysite/asgi.py imports chat.routing,
        chat.routing imports chat.consumers, and neither imports back.
      Why: Python runs a module from the top; what is imported back does not exist yet.
    """).on("no_start: loading", terminal, weight=1),
    HAND_ON("""asgi_untouched_default: asgi.py is as Django made it
      If the terminal says `Django can only handle ASGI/HTTP connections`
      Do: Put a ProtocolTypeRouter around it, with an entry for http and one for
        websocket.
      Why: Django's own application handles pages, not WebSockets.
    """).on("500", terminal, no(calls("ProtocolTypeRouter", ASGI)), at=ASGI, step=1),
    HAND_ON(f"""asgi_application_names_django: ASGI_APPLICATION names Django's own
        application
      If the terminal says `Django can only handle ASGI/HTTP connections`, and asgi.py
        has a ProtocolTypeRouter
      Do: {SETTING}
      Why: What it names is the application of Django, and the ProtocolTypeRouter in
        asgi.py is never asked.
    """).on(
        "500",
        terminal,
        calls("ProtocolTypeRouter", ASGI),
        look(says(r"mysite\.asgi\.(?!application\b)\w+", SETTINGS)),
    ),
    HAND_ON("""django_application_for_websockets: WebSockets are handed to Django
      If the terminal says `Django can only handle ASGI/HTTP connections`, and asgi.py
        has a ProtocolTypeRouter
      Do: Hand "websocket" to the URLRouter, not to get_asgi_application().
      Why: Django's own application handles pages, not WebSockets.
    """).on("500", terminal, resolves(application="ProtocolTypeRouter"), at=ASGI),
    OLDER("""daphne_serves_another_application: The router is not in mysite/asgi.py
      If runserver works, and under `daphne mysite.asgi:application` no WebSocket does
      Do: Put the ProtocolTypeRouter into mysite/asgi.py as application, and write
        ASGI_APPLICATION = "mysite.asgi.application".
      Why: runserver reads ASGI_APPLICATION; the daphne command is given mysite.asgi.
    """).on("500: daphne_serves_another", weight=6),
    HAND_ON("""no_http_key: ProtocolTypeRouter has no "http"
      If the terminal says `No application configured for scope type 'http'`
      Do: Give ProtocolTypeRouter an "http" entry: the application of Django.
      Why: Since Channels 4 it is not added for you.""").on("pages", terminal),
    HAND_ON("""settings_name_another_application: The settings name another application
      If the terminal says `No application configured for scope type 'http'`, and
        mysite/asgi.py has an "http" entry
      Do: Write ASGI_APPLICATION = "mysite.asgi.application".
      Why: runserver serves what that setting names; the router in mysite/asgi.py is
        served by the daphne command alone.
    """).on(
        "pages",
        r"No application configured for scope type 'http'",
        resolves(asgi=r"^(?!mysite\.asgi\.application$)"),
        says("^http$", ASGI),
        look(uses("ASGI_APPLICATION", SETTINGS)),
    ),
    HAND_ON("""validator_around_everything: The origin validator is around the pages too
      If the terminal says `You cannot use OriginValidator on a non-WebSocket
        connection`
      Do: Put it around the value of "websocket" only, inside the ProtocolTypeRouter.
      Why: It can reject a WebSocket, and cannot handle pages.
    """).on("pages", terminal, at=ASGI),
    HAND_ON("""no_websocket_key: ProtocolTypeRouter has no "websocket"
      If the terminal says `No application configured for scope type 'websocket'`
      Do: Name the entry "websocket", in lower case and in the singular.
      Why: That is the name of the protocol in ASGI; other keys are never read.
    """).on("500", terminal, at=ASGI, step=1),
    DJANGO("""django_application_is_not_called: get_asgi_application is not called
      If the terminal says `get_asgi_application() takes 0 positional arguments`
      Do: Call it once: get_asgi_application().
      Why: The function returns the application; it is not one itself.
    """).on("pages", terminal),
    HAND_ON("""wsgi_application: The pages are handed to WSGI
      If the terminal says `WSGIHandler.__call__() takes 3 positional arguments`
      Do: Write get_asgi_application() instead of get_wsgi_application(), imported from
        django.core.asgi.
      Why: A server for WebSockets uses ASGI; the application for WSGI is called with
        other arguments.
    """).on("pages", terminal),
    HAND_ON("""static_files_over_wsgi: The pages are handed to the StaticFilesHandler
      If the terminal says `StaticFilesHandler.__call__() takes 3 positional arguments`
      Do: Write ASGIStaticFilesHandler(…) instead of StaticFilesHandler(…), and import
        it from the same module. Why: StaticFilesHandler is for WSGI, and is called with
        other arguments.""").on("pages", terminal),
    HAND_ON("""router_without_dictionary: ProtocolTypeRouter is not given one dictionary
      If the terminal says `ProtocolTypeRouter.__init__()`
      Do: Give it one dictionary: ProtocolTypeRouter({"http": …, "websocket": …}).
      Why: Its keys are the kinds of connection, its values who gets them.
    """).on("no_start: loading", terminal),
    HAND_ON("""module_instead_of_routes: URLRouter is not given a list of routes
      If the terminal says that a module is not iterable, or a list has no `callback`
      Do: Give URLRouter the list itself: URLRouter(websocket_urlpatterns).
      Why: It takes a list of path() and re_path(), as urlpatterns is one.
    """).on("no_start: loading", NO_LIST, calls("URLRouter")),
    HAND_ON("""middleware_around_the_list: The middleware is inside the URLRouter
      If asgi.py says URLRouter(AuthMiddlewareStack(…))
      Do: Put the middleware around the router:
        AuthMiddlewareStack(URLRouter(websocket_urlpatterns)).
      Why: Each layer is given the next one as its argument; the list is for the
        URLRouter.
    """).on("no_start: loading raised", wraps, raised(), at=ASGI),
    HAND_ON("""wrappers_in_a_list: The middleware and the router are in a list
      If the terminal says `'list' object is not callable`, and asgi.py has a URLRouter
      Do: Wrap each around the next instead of listing them:
        AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(…))).
      Why: A list cannot be called. MIDDLEWARE in the settings is a list of names, which
        Django wraps; here you wrap.
    """).on(
        "500: raised",
        "'(list|tuple)' .* not callable",
        outside,
        no_consumer,
        look(calls("URLRouter")),
        at=ASGI,
    ),
    HAND_ON("""no_url_router: The routes have no URLRouter around them
      If the terminal says `'list' object is not callable`
      Do: Put a URLRouter around the list:
        AuthMiddlewareStack(URLRouter(websocket_urlpatterns)).
      Why: Each layer calls what it is given, and a list cannot be called.
    """).on(
        "500: raised",
        "'(list|tuple|module)' .* not callable",
        outside,
        no_consumer,
        no(calls("URLRouter")),
        at=ASGI,
    ),
    WHO("""auth_without_session: AuthMiddleware has no session around it
      If the terminal says `AuthMiddleware cannot find session in scope`
      Do: Use AuthMiddlewareStack instead of AuthMiddleware: it brings the session and
        the cookies along. Why: The user is found by the session, and that by a cookie.
    """).on("500", terminal, at=ASGI),
    WHO("""session_without_cookies: SessionMiddleware has no cookies
      If the terminal says `No "cookies" key in scope`
      Do: Use AuthMiddlewareStack: it brings the session and the cookies along.
      Why: The session is found by a cookie.
    """).on("500: raised", "cookies.* scope|CookieMiddleware", at=ASGI),
    HAND_ON("""middleware_is_not_called_with_the_next: A layer is given nothing
      If the terminal says that a middleware misses its argument Do: Give it what comes
        next, in brackets: AuthMiddlewareStack(URLRouter(websocket_urlpatterns)).
      Why: Each layer hands on to what it is given.
    """).on("no_start: loading", r"\w+\(\) missing .*(inner|application|routes)"),
    WHO("""refused_by_the_validator: The origin validator rejects this machine
      If nothing reaches the consumer, and the terminal gives no reason
      Do: Allow localhost and 127.0.0.1: AllowedHostsOriginValidator does, with
        ALLOWED_HOSTS as it was; OriginValidator takes a list of origins.
      Why: The validator compares the host of the Origin header with that list.
    """).on("403: refused_outside refused", denied, look(uses(r"\w*OriginValidator"))),
    WHO("""origin_has_another_port: The origin validator allows one port of this machine
      If OriginValidator is given an address with a port, and the page has another one
      Do: Write the name of the host alone, such as "localhost", in that list; or use
        AllowedHostsOriginValidator.
      Why: Where an origin in the list begins with http://, its port is compared too,
        and is 80 unless it says another; a name alone fits every port.
    """).on(
        "403: refused_outside refused",
        denied,
        look(uses("OriginValidator")),
        look(says(r"https?://(localhost|127\.0\.0\.1|$)")),
    ),
    WHO("""refused_by_a_middleware: Something before the consumer rejects everybody, or
        every anonymous user
      If a class or function of yours between the router and the consumer closes
      Do: Accept everybody there: in this chat every room is open to all, anonymous
        users included.
      Why: A layer before the consumer can send websocket.close, and then the consumer
        is never called.
    """).on("403: refused_outside", no_consumer, open_to_all, weight=-1),
    HAND_ON("""middleware_is_not_made: A middleware is given as its class
      If the terminal says `__init__() takes 2 positional arguments but 4 were given`
      Do: Give it what comes next, in brackets: $name(URLRouter(websocket_urlpatterns)).
      Why: The class is called once, to make the object that connections are handed to.
    """).on(
        "500",
        r"(?P<name>\w+)\.__init__\(\) takes 2 .* but 4",
        outside,
        no_consumer,
        at=ASGI,
    ),
    HAND_ON("""middleware_without_await: A middleware does not await what comes next
      If a class or function of yours stands between the router and the consumer
      Do: Write return await before the call of what comes next.
      Why: Calling an application makes a coroutine; it runs when it is awaited.""").on(
        "hang: never_awaited", no_consumer, defines(r"\w*[mM]iddleware\w*|__call__")
    ),
    HAND_ON("""middleware_returns_nothing: A middleware returns nothing to await
      If the terminal says `object NoneType can't be used in 'await' expression`, and
        no consumer was called
      Do: Write async def for it, and return await before the call of what comes next.
      Why: Whoever calls an application awaits what it returns.""").on(
        "500", terminal, no_consumer, look(defines(r"\w*middleware|__call__")), weight=1
    ),
    OTHER("""middleware_that_ends_there: A layer before the consumer does not call the
        next one
      If the consumer is never called, and nothing is reported
      Do: Call the next layer, and await it: await self.inner(scope, receive, send).
      Why: Each layer calls the next; where one does not, the tab waits.
    """).on("hang: hangs", no_consumer, step=2),
    # Pages
    ROUTING("""pages_are_not_routed: The pages have no routes
      If the browser says 404 for /chat/lobby/
      Do: Look at the routes of your pages: mysite/urls.py includes chat.urls.
      Why: urls.py is for pages, chat/routing.py for WebSockets; both are needed.
    """).on("pages: no_page", got("HTTP 404"), step=1),
    ROUTING("""prefix_of_pages_twice: The pages of the chat have their prefix twice
      If the browser says 404 for /chat/lobby/, and /chat/chat/lobby/ opens
      Do: Take chat/ out of the route in chat/urls.py: mysite/urls.py has it already.
      Why: include() takes the prefix off, and hands on what is left of the path.
    """).on(
        "pages: no_page",
        got("HTTP 404"),
        look(calls(r"(re_)?path", "chat/urls.py", given=r"\^?chat/.*")),
        calls(r"(re_)?path", "mysite/urls.py", given=r"\^?chat/"),
        step=1,
    ),
    HAND_ON("""pages_have_no_route_in_asgi: The pages go through a URLRouter that has no
        route for them
      If the browser shows an error 500, and the terminal says `No route found for path`
      Do: Hand "http" to django_asgi_app alone; or put re_path(r"", django_asgi_app)
        last in that URLRouter. Why: path("", …) fits the address / alone, and Django
        has routes of its own, in urls.py.""").on(
        "pages: page_raised",
        "^ValueError: No route found for path",
        look(calls("URLRouter", ASGI)),
    ),
    OTHER("""static_files_hide_the_pages: STATIC_URL is the beginning of the pages'
        addresses
      If the browser says 404 for /chat/lobby/, and the terminal `Not Found`
      Do: Write STATIC_URL = "static/".
      Why: runserver looks for a file wherever an address begins with STATIC_URL, and
        asks no route.
    """).on("pages: no_page", got("HTTP 404"), static_url, step=1),
    ROUTING("""pages_begin_with_a_language: The routes of the pages are in i18n_patterns
      If the browser says 404 for /chat/lobby/, and shows the page at /en-us/chat/lobby/
      Do: Move the route of chat.urls out of i18n_patterns(…), into urlpatterns itself.
      Why: i18n_patterns() puts a language before each address in it.
    """).on("pages: no_page", got("HTTP 404"), look(calls("i18n_patterns")), step=1),
    OTHER("""page_template_is_gone: The page of the room has no template
      If the browser says TemplateDoesNotExist
      Do: Restore $name: chat/templates/chat/room.html, named as chat/room.html.
      Why: Django finds a template by its path below templates/.
    """).on("pages", r"^TemplateDoesNotExist: (?P<name>\S+)", step=1),
    HAND_ON("""unknown_addresses_wait: A consumer for unknown addresses neither accepts
        nor closes
      If an address that does not exist waits for five seconds
      Do: Call self.close() there, or take out the route that leads there.
      Why: A connection that is neither accepted nor closed waits for five seconds.
    """).on("hang: hangs", saw("consumer"), saw("handled")),
]
