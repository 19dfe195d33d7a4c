"""Mistakes in views and middlewares of Django: what they return, and their order."""

import ast
from pathlib import Path

from checks.course.folders import written
from checks.explain.mistakes.clues import *
from checks.explain.mistakes.echo import kept_on_the_class
from checks.explain.mistakes.sections import *
from checks.regular_file import read_text
from checks.verdict import Where

NO_RESPONSE = (
    r"The view (?P<module>[\w.]+)\.(?P<view>\w+)(?:\.__call__)? didn't return an "
    r"HttpResponse object\. It returned "
)
OF_A_RESPONSE = (
    "(get|headers|has_header|status_code|streaming|cookies|closed|close|render|"
    "_resource_closers|_is_rendered|_handler_class)'"
)
"""What Django reads from a response."""
NEEDS = {
    "authentication middleware requires session": ("sessions", "auth"),
    "login required middleware requires auth": ("auth", "login"),
    "remote user auth middleware requires": ("auth", "remote"),
    "message storage requires session": ("sessions", "messages"),
    "CSRF_USE_SESSIONS is enabled": ("sessions", "csrf"),
    "without installing django.contrib.messages": ("messages", ""),
    "Request' object has no attribute 'session'": ("sessions", ""),
    "Request' object has no attribute 'a?user'": ("auth", ""),
}
"""What Django says where a middleware is missing: which it is, and before which."""
MIDDLEWARES = {
    "sessions": "django.contrib.sessions.middleware.SessionMiddleware",
    "auth": "django.contrib.auth.middleware.AuthenticationMiddleware",
    "login": "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "remote": "django.contrib.auth.middleware.RemoteUserMiddleware",
    "messages": "django.contrib.messages.middleware.MessageMiddleware",
    "csrf": "django.middleware.csrf.CsrfViewMiddleware",
}
listed = assigns("MIDDLEWARE")


def _view(evidence: Evidence) -> Found | None:
    """The function that returned nothing, and the call whose value it drops."""
    match = evidence.said(NO_RESPONSE)
    file = f"{match['module'].replace('.', '/')}.py" if match else ""
    names = (match["view"], "get", "dispatch") if match else ()
    inside = [line for line in evidence.statements if line.at.file == file]
    for name in names:
        for line in inside:
            if line.defines == name:
                dropped = [x for x in inside if x.functions[-1:] == (name,)]
                calls = (x.at for x in dropped if _is_call(x))
                return {"view": name, "where": next(reversed([*calls]), line.at)}
    return {"view": "the view"} if match else None


def _sent_at_once(evidence: Evidence) -> Found | None:
    """A consumer sends before its connect() ends; or a page has fetched what it has."""
    for event in evidence.events if evidence.kind == "overheard" else ():
        if event["kind"] == "handled":
            return None
        if event["kind"] == "out" and event["type"] == "websocket.send":
            break
    else:
        if evidence.kind == "overheard":
            return None
    rows = look(uses(r".*objects\.(all|order_by|values|filter|latest|values_list).*"))
    return rows(evidence) or look(statement("for", "connect"))(evidence) or {}


def _is_call(line: Line) -> bool:
    """Whether a statement is a call alone."""
    return isinstance(line.node, ast.Expr) and isinstance(line.node.value, ast.Call)


def _drops_response(evidence: Evidence) -> Found | None:
    """The function of a middleware that has the response, and returns nothing."""
    lines = evidence.statements
    holds = [x for x in lines if x.functions and _has_response(x)]
    returned = {
        (x.at.file, x.in_class, x.functions) for x in lines if x.keyword == "return"
    }
    drops = [x for x in holds if (x.at.file, x.in_class, x.functions) not in returned]
    for line in drops or holds:
        return {"function": line.functions[-1], "where": line.at}
    return None


def _has_response(line: Line) -> bool:
    called = any(name.endswith("get_response") for name, _ in line.calls)
    return called or line.functions[-1] == "process_response"


@any_line()
def _async_middleware(line: Line) -> bool:
    """An async function that is a middleware of Django's: it is given a request."""
    takes_request = line.takes in (["self", "request"], ["request"])
    named = line.defines == "__call__" or len(line.functions) > 1
    return isinstance(line.node, ast.AsyncFunctionDef) and takes_request and named


def _factory(evidence: Evidence) -> Found | None:
    """The function that Django calls for a middleware."""
    match = evidence.said(r"Middleware factory (?P<path>[\w.]+) returned None")
    name = match["path"].rpartition(".")[2] if match else ""
    places = (line.at for line in evidence.statements if name and line.defines == name)
    return {"name": name, "where": next(places, None)} if name else None


def _of_channels(evidence: Evidence) -> Found | None:
    """The entry of MIDDLEWARE that is for consumers."""
    match = evidence.said(r"^TypeError: (?P<name>\w+)")
    for line in evidence.statements:
        if "MIDDLEWARE" in line.assigns:
            own = [text for text in line.texts if not text.startswith("django.")]
            named = [x for x in own if match and x.endswith(f".{match['name']}")]
            for text in (*named, *own):
                return {"name": text, "where": line.at}
    return None


def _order(evidence: Evidence) -> Found | None:
    """The middleware that is missing, and the one that needs it."""
    for words, (needed, by) in NEEDS.items():
        if evidence.said(words):
            above = f'"{MIDDLEWARES[by]}"' if by else "what reads it"
            at = listed(evidence)
            found = {"needed": MIDDLEWARES[needed], "above": above}
            return found | ({"where": at["at"]} if at else {})
    return None


def _not_utf8(evidence: Evidence) -> Found | None:
    """The template that is not UTF-8, and the line of it."""
    for path in written(evidence.project):
        file = path.relative_to(evidence.project).as_posix()
        if "/templates/" in f"/{file}" and (number := _first_wrong_line(path)):
            return {"file": file, "where": Where(file, number)}
    return None


def _first_wrong_line(path: Path) -> int:
    try:
        read_text(path)
    except OSError:
        return 0
    except UnicodeDecodeError as error:
        return error.object.count(b"\n", 0, error.start) + 1
    return 0


def _asks(evidence: Evidence) -> Found:
    """How the user is called there: in a page, or in a consumer."""
    is_page = evidence.kind == "page_raised"
    return {"user": "request.user" if is_page else 'self.scope["user"]'}


def _context(evidence: Evidence) -> Found | None:
    """A get_context_data() that ends without returning anything."""
    for line in evidence.statements:
        node = line.node
        if line.defines == "get_context_data":
            returns = (n for n in ast.walk(node) if isinstance(n, ast.Return))
            if not any(one.value for one in returns):
                return {"where": line.at}
    return None


MISTAKES = [
    OTHER("""context_is_not_returned: get_context_data() returns nothing
      If the page is shown, and its variables are empty
      Do: Write return context at the end of get_context_data().
      Why: A function without return gives back None, and the template then knows no
        variable.
    """).on("pages", _context, weight=4),
    # Views
    OTHER("""view_returns_nothing: A view returns None
      If the browser says `didn't return an HttpResponse object. It returned None`
      Do: Return a response from $view() on every path: return render(…).
      Why: render() makes the response; the server sends what the view returns.
    """).on("pages: page_raised", rf"{NO_RESPONSE}None", _view),
    OTHER("""view_returns_a_coroutine: A view returns a coroutine that nobody awaited
      If the browser says `didn't return an HttpResponse object. It returned an
        unawaited coroutine`
      Do: Write async def for $view, and await before the call that it returns.
      Why: Calling an async function makes a coroutine; awaiting it makes the response.
    """).on("pages: page_raised", rf"{NO_RESPONSE}an unawaited", _view),
    OTHER("""view_returns_no_response: A view returns something else than a response
      If the browser says `object has no attribute 'headers'`, or 'status_code'
      Do: Return HttpResponse(…) from the view, JsonResponse(…) for a dictionary, or
        render(…) for a template: what it returns is of the type $type.
      Why: Django sends a response; it makes none of text, a dictionary or a list.
    """).on(
        "pages: page_raised",
        rf"^AttributeError: '(?P<type>str|dict|list|tuple|bool|int|SafeString|bytes)' "
        rf"object has no attribute '{OF_A_RESPONSE}",
        outside,
        at="chat/views.py",
    ),
    OTHER("""rows_of_every_room: The page shows messages from other rooms
      If the page of one room shows the messages of another
      Do: Pass only the messages of that room to the template; of a model, that is
        Message.objects.filter(room=room_name).
      Why: all() reads the rows of every room; the view is given the name of its own.
    """).on("pages: page_shows_other_rooms", at="chat/views.py"),
    SERVER("""consumer_sends_every_room: A new tab is sent what was said in other rooms
      If the page of one room shows the messages of another, and gets them later than
        its HTML
      Do: Send, or answer, what was said in that room alone: of a model, that is
        Message.objects.filter(room=…); of a list, keep one for each room.
      Why: all() reads the rows of every room, and a list of the module holds what every
        connection put into it.
    """).on(
        "pages: page_is_sent_other_rooms overheard",
        _sent_at_once,
        no(kept_on_the_class),
        weight=3,
    ),
    # Middlewares
    OTHER("""django_middleware_returns_nothing: A middleware in MIDDLEWARE returns no
        response
      If the browser says `'NoneType' object has no attribute '…'`, and settings.py
        names a middleware of yours
      Do: Return the response from $function(): return response.
      Why: Each middleware is given the response, and hands it on by returning it.
    """).on(
        "pages: page_raised",
        rf"^AttributeError: 'NoneType' object has no attribute '{OF_A_RESPONSE}",
        _drops_response,
        weight=1,
    ),
    OTHER("""django_middleware_is_async: A middleware in MIDDLEWARE is async, and
        Django does not know it
      If the browser says `'coroutine' object has no attribute '…'`
      Do: Write def instead of async def for $method, without await; or, for a function,
        put @async_only_middleware of django.utils.decorators above it.
      Why: Django calls a middleware as plain code, unless it is marked as async; an
        async one gives it a coroutine instead of a response.""").on(
        "pages: page_raised",
        r"^AttributeError: 'coroutine' object has no attribute",
        _async_middleware,
        weight=2,
    ),
    OTHER("""middleware_factory_returns_nothing: A function in MIDDLEWARE returns None
      If the terminal says `Middleware factory … returned None`
      Do: Return the inner function at the end of $name(): return middleware.
      Why: Django calls it once, when it starts, and then what it returned for each
        request.
    """).on("no_start", raised(), _factory),
    OTHER("""channels_middleware_in_settings: MIDDLEWARE names a middleware that is for
        consumers
      If the browser says `missing 2 required positional arguments: 'receive' and
        'send'`
      Do: Take $name out of MIDDLEWARE; around the URLRouter in mysite/asgi.py is where
        it belongs.
      Why: MIDDLEWARE is for pages: Django gives a request to what is listed there.
    """).on(
        "pages: page_raised",
        "missing 2 required positional arguments: 'receive' and 'send'",
        _of_channels,
        weight=3,
    ),
    OTHER("""middleware_is_missing_or_below: A middleware is missing, or stands below
        one that needs it
      If the browser says `requires session middleware to be installed`, or that a
        request has no attribute user or session
      Do: Put "$needed" into MIDDLEWARE, above $above.
      Why: Each request goes through MIDDLEWARE from top to bottom.
    """).on("pages: page_raised", _order, weight=2),
    # Who is there
    OTHER("""anonymous_user_has_no_such_attribute: An anonymous user is asked for what
        only a user has
      If the terminal says `'AnonymousUser' object has no attribute '…'`
      Do: Ask $user.is_authenticated first, and do without $name where it is false.
      Why: Who has not logged in is an AnonymousUser: it has no e-mail, no full name and
        no row in the database.
    """).on(
        "1011",
        r"^AttributeError: '(?:AnonymousUser|UserLazyObject)' object has no attribute "
        r"'(?P<name>\w+)'",
        _asks,
        weight=1,
    ),
    OTHER("""anonymous_user_in_a_query: Rows are looked up by an anonymous user
      If the terminal says `Field 'id' expected a number but got <…AnonymousUser`
      Do: Ask $user.is_authenticated first, and do without those rows where it is false.
      Why: Who has not logged in is an AnonymousUser, which has no id.
    """).on(
        "1011",
        "expected a number but got <.*(UserLazyObject|Anonymous)",
        _asks,
        weight=1,
    ),
    # Templates
    OTHER("""template_is_not_utf8: A template is not saved as UTF-8
      If the browser says `UnicodeDecodeError`, when a template is read
      Do: Save $file as UTF-8: "Save with encoding" in your editor.
      Why: Django reads templates as UTF-8, on every system.
    """).on("pages: page_raised", "^UnicodeDecodeError: 'utf-?8'", _not_utf8),
]
