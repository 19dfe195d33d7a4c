"""What people get wrong about who may connect, and about who has sent a message."""

import ast
import itertools
import json
import re
from collections import defaultdict

from checks.explain.mistakes.clues import (
    ASGI,
    CONSUMERS,
    FAILED,
    SETTINGS,
    Evidence,
    Found,
    Line,
    any_line,
    assigns,
    calls,
    closed,
    either,
    expects,
    fact,
    got,
    in_,
    look,
    name_of,
    no,
    raised,
    says,
    statement,
    terminal,
    uses,
)
from checks.explain.mistakes.echo import kept_on_the_class
from checks.explain.mistakes.events import is_replaced
from checks.explain.mistakes.mistake import Section
from checks.explain.mistakes.page_clues import in_page
from checks.explain.mistakes.pages import form_without_token
from checks.observe.conversation import message_of

LOGIN = Section("04_users/#what-is-new-in-the-project")
OTHER = Section("04_users/")
REJECT = Section("04_users/#task-1-reject-whoever-is-not-logged-in")
BEFORE = Section("04_users/#why-before-accept")
ORIGIN = Section("04_users/#which-site-is-it")
NAME = Section("04_users/#task-2-put-the-senders-name-into-the-event")

SENDERS = {"name", "user", "username", "user_name", "sender", "author", "from"}
"""Keys under which a frame, or a session, is asked for a name."""
USER, TEXT = r"\{\{\s*(?:request\.)?user\b", r"\b(?:message|data|text|append)\b"
"""In a template: the reader's name; in a script: what a message is called."""
CONSUMERS_OF_CHANNELS = {
    *("WebsocketConsumer", "AsyncWebsocketConsumer"),
    *("JsonWebsocketConsumer", "AsyncJsonWebsocketConsumer"),
}
FOR_VIEWS = (
    "login_required|permission_required|user_passes_test|"
    r"(\w+\.)*(Login|Permission)RequiredMixin|(\w+\.)*UserPassesTestMixin"
)
"""What Django has for views alone, and asks a request for its user."""
TELLS_APART = "is_authenticated|is_anonymous"
asks = uses(TELLS_APART, CONSUMERS)
asks_for_a_user = any_line("connect")(
    lambda line: (
        line.keyword == "if"
        and any("user" in name.lower() for name in line.names)
    )
)
user_in_a_handler = any_line()(
    lambda line: (
        {*line.functions} - {"connect", "disconnect", "receive"}
        and any("user" in name.lower() for name in line.names)
    )
)
of_a_user = fact(
    lambda e: (e.consumer.get("user") or {}).get("name") in _names(e)
)


@any_line("__call__")
def sets_the_user(line: Line) -> bool:
    """A middleware says who the user is: in the scope, or in a copy of it."""
    copies = (node for node in line.nodes if isinstance(node, ast.Dict))
    keys = {name_of(key) for copy in copies for key in copy.keys}
    return "scope[user]" in line.assigns or "user" in keys


is_to_be_rejected = expects("to be rejected")


OF_CONSUMERS = re.compile(
    "connect|disconnect|receive(_json)?|send(_json)?|accept|close|dispatch|websocket_.*"
)
"""What the consumers of Channels define, and call."""


def mixin_comes_second(evidence: Evidence) -> Found | None:
    """A class with a method of consumers, behind a consumer that has it, too."""
    methods = defaultdict(set)
    for line in evidence.statements:
        if OF_CONSUMERS.fullmatch(line.defines):
            methods[line.in_class].add(line.defines)
    for line in evidence.statements:
        bases = list(map(name_of, getattr(line.node, "bases", ())))
        for base, mixin in itertools.combinations(bases, 2):
            never_called = methods[mixin] - methods[line.defines]
            if base in CONSUMERS_OF_CHANNELS and never_called:
                names = {"name": line.defines, "base": base, "mixin": mixin}
                return names | {"where": line.at}
    return None


def _names(evidence: Evidence) -> set[str]:
    """The names of the users whose tabs these are."""
    users = (getattr(tab, "user", None) for tab in evidence.tabs)
    return {user.name for user in users if user and user.name}


def _name_is_in_the_message(evidence: Evidence) -> bool:
    """What was received has the name of a user in its message."""
    message = str(message_of(evidence.event.get("text", "")))
    return any(name in message for name in _names(evidence))


def _sent_to_the_group(evidence: Evidence) -> str:
    """What was sent to a group last."""
    events = reversed(evidence.check_events)
    sent = (e["args"] for e in events if e.get("does") == "group_send")
    return " ".join(next(sent, ()))


@fact
def event_has_a_name(evidence: Evidence) -> bool:
    """What was sent to the group has a name in it."""
    return any(
        name in _sent_to_the_group(evidence) for name in _names(evidence)
    )


@fact
def name_was_sent_along(evidence: Evidence) -> bool:
    """A tab has sent the name that was received."""
    name = json.dumps(evidence.event.get("name") or None)
    sent = (text for tab in evidence.tabs for text in tab.sent)
    return any(f": {name}" in text for text in sent)


@fact
def name_of_another(evidence: Evidence) -> bool:
    """The name that was received is that of somebody who has connected before."""
    users = (e["user"] for e in evidence.run_events if e["kind"] == "consumer")
    known = {user["name"] for user in users if user}
    return evidence.event.get("name") in known


@fact
def another_tab_is_open(evidence: Evidence) -> bool:
    """Another tab of the same user was connected in this check."""
    user, tabs = getattr(evidence.tab, "user", None), evidence.tabs
    others = (
        tab for tab in tabs if tab is not evidence.tab and tab.is_connected
    )
    return any(getattr(tab, "user", None) == user for tab in others)


@fact
def secrets_differ(evidence: Evidence) -> bool:
    """Server processes of this run with the same environment have different keys."""
    ready = [e for e in evidence.run_events if e["kind"] == "ready"]
    keys = {(event.get("production"), event["secret"]) for event in ready}
    return len(keys) > len({event.get("production") for event in ready})


@fact
def session_is_not_found(evidence: Evidence) -> bool:
    """A tab has the cookie of a user, and its server knows nobody."""
    user = getattr(evidence.tab, "user", None)
    known = evidence.consumer.get("user") or {}
    return bool(user and user.name and known.get("name") != user.name)


def _asked_for_a_name(line: Line) -> list[str]:
    """From what a statement reads a name by its key: `json.loads(text_data)`."""
    asked = []
    for node in line.nodes:
        match node:
            case (
                ast.Subscript(value=value, slice=ast.Constant(value=key))
                | ast.Call(
                    func=ast.Attribute(value=value, attr="get"),
                    args=[ast.Constant(value=key), *_],
                )
            ) if key in SENDERS:
                asked.append(ast.unparse(value))
    return asked


@any_line("receive(_json)?")
def name_is_read_from_the_frame(line: Line) -> bool:
    """receive() reads a name from something else than the scope."""
    return any(
        not re.search("scope|session|self|cls", value)
        for value in _asked_for_a_name(line)
    )


@any_line("connect|receive(_json)?")
def name_is_read_from_the_session(line: Line) -> bool:
    """A name is looked up in the session."""
    return any("session" in value for value in _asked_for_a_name(line))


def _id_of_a_user(evidence: Evidence) -> Found | None:
    """The line that reads the id of a user."""
    for line in evidence.lines():
        for name in line.names:
            user, _, attribute = name.rpartition(".")
            if attribute in {"id", "pk"} and "user" in user:
                return {"attribute": attribute, "where": line.at}
    return None


def _not_called(evidence: Evidence) -> Found | None:
    """The method of a user that a line names, and does not call."""
    for line in evidence.lines():
        calls = (node for node in line.nodes if isinstance(node, ast.Call))
        called = [node.func for node in calls]
        for node in line.nodes:
            named = isinstance(node, ast.Attribute) and node not in called
            if named and node.attr in {"get_username", "get_full_name"}:
                return {"method": node.attr, "where": line.at}
    return None


def _other_key(evidence: Evidence) -> Found | None:
    """The key under which a tab received the name of a user."""
    frame, names = evidence.event, _names(evidence)
    return next(({"key": key} for key in frame if frame[key] in names), None)


@fact
def name_of_the_tab(evidence: Evidence) -> bool:
    """The name that a tab received is that of its own user."""
    user = evidence.consumer.get("user") or {}
    return bool(evidence.event.get("name") == user.get("name"))


@fact
def joined_first(evidence: Evidence) -> bool:
    """It had joined the group when it was closed."""
    done = [e.get("does") or e.get("type") for e in evidence.events]
    closing = (
        done.index("websocket.close")
        if "websocket.close" in done
        else len(done)
    )
    return "group_add" in done[:closing]


@any_line("chat/views.py")
def login_mixin_comes_second(line: Line) -> bool:
    """A class of views names LoginRequiredMixin behind another class."""
    bases = line.node.bases if isinstance(line.node, ast.ClassDef) else []
    named = [name_of(base) for base in bases[1:]]
    return any(name.endswith("LoginRequiredMixin") for name in named)


def _user_attribute(evidence: Evidence) -> Found | None:
    """What a user was asked for and does not have."""
    match = evidence.said(
        r"'(?:User|UserLazyObject|AnonymousUser)' object has no attribute '(\w+)'"
    )
    return {"name": match[1]} if match else None


@any_line()
def looks_for_a_part(line: Line) -> bool:
    """A line looks for a text in an Origin."""
    origins = [name for name in line.names if "origin" in name.lower()]
    looks = [n for n in line.nodes if isinstance(n, ast.Compare)]
    inside = any(isinstance(n.ops[0], ast.In | ast.NotIn) for n in looks)
    ends = any(
        re.search(r"\.(startswith|endswith|find)$", name)
        for name, _ in line.calls
    )
    return bool(origins) and (inside or ends)


MISTAKES = (
    # Who is logged in
    LOGIN("""page_asks_for_no_login: The page of the room asks nobody for a login
        If whoever is not logged in sees the room, and Closed with code 1006
        Do: Write @login_required, of django.contrib.auth.decorators, above the view of
        the room.
        Why: The page would connect, and its WebSocket is rejected: the login is where
        somebody who is not logged in has to go first.
    """).on("pages: page_is_open", at="chat/views.py"),
    LOGIN("""login_mixin_comes_second: LoginRequiredMixin comes behind the class of the view
        If whoever is not logged in sees the room, although its view has the mixin
        Do: Write the mixin first: class $method(LoginRequiredMixin, TemplateView).
        Why: The mixin is login_required for a class. Python takes dispatch() of the
        first class that has one, and that of TemplateView asks nobody for a login.
    """).on("pages: page_is_open", login_mixin_comes_second, weight=2),
    LOGIN("""login_url_leads_nowhere: LOGIN_URL is the address of no page
        If the browser shows a 404 after it was sent to the login
        Do: Take out LOGIN_URL, or name the page to log in there: $path is none.
        Why: login_required sends to LOGIN_URL, which is /accounts/login/ where the
        settings do not name another.
    """).on(
        "pages: no_login_page",
        got(r"redirects to (?P<path>\S+), which"),
        look(assigns("LOGIN_URL", SETTINGS)),
    ),
    LOGIN("""auth_urls_are_missing: No route leads to the page to log in
        If the browser shows a 404 at /accounts/login/
        Do: Include the routes of Django in mysite/urls.py: path("accounts/",
        include("django.contrib.auth.urls")).
        Why: login_required sends whoever is not logged in to LOGIN_URL; the views to
        log in and out are Django's, and their routes are yours to include.
    """).on(
        "pages: no_login_page",
        no(says(r"django\.contrib\.auth\.urls")),
        at="mysite/urls.py",
    ),
    LOGIN("""login_leads_nowhere: Whoever has logged in is sent to no page
        If the browser shows a 404 at /accounts/profile/, after a login
        Do: Set LOGIN_REDIRECT_URL to the address of a page, such as "/chat/lobby/".
        Why: The view to log in sends a user to the page that they had asked for, or
        else to LOGIN_REDIRECT_URL, which is /accounts/profile/ by default.
    """).on("pages: redirects_to_nothing", expects("logged in"), at=SETTINGS),
    LOGIN("""signup_needs_a_login: The page to sign up asks for a login
        If whoever follows Sign up comes back to the page to log in
        Do: Wrap the view to sign up: login_not_required(…), of
        django.contrib.auth.decorators; or take LoginRequiredMiddleware out of
        MIDDLEWARE.
        Why: That middleware asks for a login on every page whose view does not say
        otherwise, and only the view to log in says so by itself.
    """).on("pages: signup_wants_login"),
    LOGIN("""form_of_another_user_model: The form to sign up is of Django's own user model
        If the terminal says `Manager isn't available; 'auth.User' has been swapped`
        Do: Write a form of your own: inherit from UserCreationForm, and let its class
        Meta have model = get_user_model() and the fields of your users.
        Why: UserCreationForm is for auth.User, which AUTH_USER_MODEL replaces.
    """).on("pages: page_raised", "'auth.User' has been swapped", weight=3),
    LOGIN("""logs_out_by_link: A link is there to log out
        If the browser shows HTTP ERROR 405 after a click on it
        Do: Put a form with method="post" and {% csrf_token %} around a button there,
        in the place of the link.
        Why: Since Django 5 the view to log out takes POST alone: a link sends GET, which
        another site can make a browser send.
    """).on("pages: logs_out_by_link", at="chat/templates/chat/room.html"),
    LOGIN("""logout_has_no_csrf_token: The form to log out has no {% csrf_token %}
        If the browser says `CSRF verification failed`, when somebody logs out
        Do: Write {% csrf_token %} inside the form to log out.
        Why: CsrfViewMiddleware answers 403 to a form that does not bring back the token
        of its page: it may come from another site.
    """).on(
        "pages: form_is_refused",
        expects("log somebody out"),
        form_without_token,
        weight=1,
    ),
    OTHER("""password_is_saved_as_text: The password of a new user is saved as it is
        If whoever signs up cannot log in: `Please enter a correct username and
        password`
        Do: Sign people up with UserCreationForm; or call user.set_password(…) before the
        user is saved.
        Why: Django keeps a hash of a password, and compares hashes at a login. What is
        assigned to user.password is taken for a hash.
    """).on("pages: login_is_refused"),
    LOGIN("""backend_has_no_get_user: A backend of your own has no get_user()
        If the terminal says that `… object has no attribute 'get_user'`, at a login
        Do: Let your backend inherit from ModelBackend, of django.contrib.auth.backends.
        Why: authenticate() is called at the login, and get_user() for each request and
        each WebSocket afterwards, to find the user of the session.
    """).on("pages: page_raised", "has no attribute 'get_user'", weight=3),
    OTHER("""user_of_the_session_is_not_found: The login is kept, and its user is not found
        If a page asks for a login again, right after one
        Do: Let get_user() of your backend return the user with that id; or take out
        AUTHENTICATION_BACKENDS.
        Why: The session has the id of the user; get_user(user_id) has to find them.
    """).on(
        "pages: login_is_forgotten",
        look(assigns("AUTHENTICATION_BACKENDS", SETTINGS)),
    ),
    LOGIN("""logs_out_when_a_tab_closes: disconnect() logs the user out
        If a user has to log in again after they have closed or reloaded a tab
        Do: Take out logout(…) in disconnect().
        Why: logout() ends the session, which all tabs of the browser and its pages
        share. That a tab has closed says nothing about the others.
    """).on(
        "403: refused closed page_opens_nothing page_is_refused",
        look(calls("logout|flush", "disconnect|websocket_disconnect")),
        weight=3,
    ),
    OTHER("""one_tab_for_each_user: A user who is connected already is rejected
        If a second tab of a user is rejected
        Do: Accept every tab of a user; to know who is there, count the tabs of each.
        Why: People open several tabs, and while a page is loaded again, its old
        connection may still be there.
    """).on("403: refused closed", of_a_user, another_tab_is_open, weight=1),
    LOGIN("""sessions_in_the_memory_of_a_process: Each server process has sessions of its
        own
        If whoever is logged in on one server process is not on another
        Do: Take out SESSION_ENGINE, so that sessions are in the database; or use a
        cache that all processes share.
        Why: LocMemCache, which is the cache where CACHES names none, is in the memory
        of one process, and gone when it ends.
    """).on(
        "403: refused closed",
        session_is_not_found,
        look(assigns("SESSION_ENGINE", SETTINGS)),
        weight=2,
    ),
    LOGIN("""secret_key_of_each_process: Each server process draws a SECRET_KEY of its
        own
        If whoever is logged in on one server process is not on another, or after a
        restart
        Do: Write one key into the settings, or read it from the environment, and draw
        none there.
        Why: A session is bound to the key by a hash: with another key, its user is not
        known.
    """).on(
        "403: refused closed",
        session_is_not_found,
        secrets_differ,
        look(assigns("SECRET_KEY", SETTINGS)),
        weight=2,
    ),
    # Who may connect
    REJECT("""only_the_page_asks_for_a_login: Only the page asks for a login
        If a WebSocket that a browser opens in its console is accepted, though nobody is
        logged in
        Do: In connect(), test is_authenticated of the user in the scope, and close
        the connection where it is False.
        Why: @login_required protects a view. A WebSocket does not pass through the
        view: whoever knows its address can open it.
    """).on("wrong: not_kept_out", no(asks), at=CONSUMERS, weight=-1),
    REJECT("""mixin_comes_second: A class of your own is behind the generic consumer
        If the class of the consumer names a class of yours after WebsocketConsumer
        Do: Name $mixin first: class $name($mixin, $base).
        Why: Python looks for a method from left to right: it finds that of Channels, and
        never calls the one of your class.
    """).on("wrong: ", mixin_comes_second, weight=4),
    REJECT("""tests_whether_there_is_a_user: Somebody who is not logged in counts as a
        user
        If connect() says if not self.scope["user"]
        Do: Test .is_authenticated of that user, instead of the user alone.
        Why: There always is a user: an AnonymousUser is an object, and so it is true.
    """).on("wrong: not_kept_out", no(asks), asks_for_a_user),
    REJECT("""trusts_any_session_cookie: A cookie is taken for a login
        If whoever has logged out can still connect with the old cookie
        Do: Test is_authenticated of the user in the scope, instead of the cookie.
        Why: Anybody can send a cookie. Whether its session exists, and whose it is, is
        what AuthMiddlewareStack has looked up.
    """).on(
        "wrong: not_kept_out",
        look(
            either(says("session", "connect"), uses(".*cookies.*", "connect"))
        ),
        no(uses("is_authenticated", "connect")),
        weight=2,
    ),
    REJECT("""users_are_kept_by_cookie: A middleware keeps who a cookie belongs to
        If whoever has logged out can still connect with the old cookie
        Do: Look up the session for each connection, as AuthMiddlewareStack does.
        Why: A session can end at any time, on any server process.
    """).on(
        "scope: not_kept_out",
        expects("has logged out"),
        no(calls("AuthMiddlewareStack", ASGI)),
    ),
    REJECT("""looks_the_user_up_by_itself: The user is looked up by the id in the session
        If whoever was deactivated can still connect with the old cookie
        Do: Use self.scope["user"], and its is_authenticated, instead of a query.
        Why: AuthMiddlewareStack has asked the backend for that user, who is anonymous
        there if they are not active any more.
    """).on(
        "scope: not_kept_out",
        expects("deactivated"),
        look(either(says("_auth_user_id"), uses("SESSION_KEY|User.objects.*"))),
        weight=3,
    ),
    REJECT("""password_is_not_compared: The session is not compared with the password
        If whoever has got a new password can still connect with the old cookie
        Do: Use AuthMiddlewareStack in mysite/asgi.py, or await get_user(scope).
        Why: A session has a hash of the password that was there at the login. Both
        compare it: so who changes the password puts out whoever knows the old one.
    """).on("scope: not_kept_out", expects("new password")),
    REJECT("""backend_lets_everybody_stay: The backend accepts users who are not active
        If AUTHENTICATION_BACKENDS names AllowAllUsersModelBackend, or one of your own
        Do: Name ModelBackend there, or take AUTHENTICATION_BACKENDS out; a backend of
        your own returns None from get_user() if the user is not active.
        Why: AuthMiddlewareStack asks the backend for the user of a session. Whoever was
        deactivated is anonymous only if the backend says so.
    """).on(
        "scope: not_kept_out",
        expects("deactivated"),
        look(assigns("AUTHENTICATION_BACKENDS", SETTINGS)),
        weight=3,
    ),
    REJECT("""address_says_who_it_is: The address of a WebSocket says who its user is
        If anybody can connect with ?user_id=1 behind the address
        Do: Take the user from scope["user"], as AuthMiddlewareStack has put it there,
        and from nothing in the address.
        Why: Anybody can write anything into an address. The session is known to the
        browser of its user alone.
    """).on(
        "wrong: not_kept_out",
        expects("its address proves"),
        look(says("query_string")),
        weight=9,
    ),
    REJECT("""rejects_on_the_first_message: Whoever is not logged in is rejected too
        late
        If the tab stays connected until it sends something
        Do: Move that condition to connect(), above accept().
        Why: Until it sends, it receives what everybody else says.
    """).on("wrong: not_kept_out", look(uses(TELLS_APART, "receive(_json)?"))),
    REJECT("""is_authenticated_is_called: is_authenticated is called like a method
        If the terminal says `'bool' object is not callable`
        Do: Take away the parentheses behind it: is_authenticated is a value, not a
        method.
        Why: Since Django 1.10 it is True or False, and neither can be called.
    """).on(
        "500: raised", raised("'bool' object is not"), look(calls(TELLS_APART))
    ),
    REJECT("""rejects_who_is_logged_in: The condition is the wrong way round
        If a user is rejected, and an unknown visitor is accepted
        Do: Turn the condition round: close where is_authenticated is False.
        Why: is_authenticated is True for a user who is logged in.
    """).on(
        "403: refused", of_a_user, no(another_tab_is_open), look(asks), weight=3
    ),
    REJECT("""middleware_replaces_the_user: A middleware of your own replaces the user
        If a user is rejected, and what is around the routes sets scope["user"] too
        Do: Set scope["user"] only where your middleware has found somebody; else leave
        what AuthMiddlewareStack has put there.
        Why: An inner middleware replaces the user that was found before, and
        AuthMiddlewareStack looks for none where an outer one has set a user.
    """).on("403: refused", no(of_a_user), sets_the_user, weight=4),
    REJECT("""rejects_everybody: connect() closes every connection
        If a user is rejected, and so is everybody else
        Do: Put a condition above the line that rejects: only whoever is not
        is_authenticated is rejected.
        Why: close() before accept() rejects a connection, and so does DenyConnection.
    """).on(
        "403: refused", of_a_user, no(asks), no(asks_for_a_user), weight=-1
    ),
    REJECT("""leaves_without_closing: connect() neither accepts nor closes
        If the page says `Connecting …` for five seconds, instead of being rejected at
        once
        Do: Call close() there, before the method ends.
        Why: A handshake without an answer is dropped by Daphne after five seconds; what
        rejects it is close(), or the exception DenyConnection.
    """).on("hang: unanswered"),
    REJECT("""returns_without_closing: connect() returns, and does not close
        If the page says `Connecting …` for five seconds, and connect() has a return
        Do: Add self.close() above that return.
        Why: return ends the method, and the handshake has no answer: Daphne drops it
        after five seconds. What rejects it is close().
    """).on("hang: unanswered", look(statement("return.*", "connect"))),
    REJECT("""redirects_a_websocket: connect() returns a redirect
        If the page says `Connecting …` for five seconds, and connect() has a redirect()
        Do: Call self.close() there instead of $name(…), and return without a value.
        Why: A WebSocket cannot be redirected, and Channels drops what connect()
        returns. The view of the page is what leads to the login.
    """).on(
        "hang: unanswered",
        look(calls(r"(?P<name>redirect|HttpResponse\w*|render)", "connect")),
        weight=1,
    ),
    REJECT("""sends_before_it_rejects: Something is sent to a tab that is rejected
        If the terminal says `Socket has not been accepted`, and close() follows
        Do: Take out self.send(…) there: close() alone rejects the connection.
        Why: Before accept() there is no open connection: a tab that is rejected gets
        HTTP 403, and no message.
    """).on("500: raised", terminal, is_to_be_rejected, weight=1),
    REJECT("""raises_permission_denied: PermissionDenied is raised in a consumer
        If the terminal says `PermissionDenied`, and the handshake is answered with 500
        Do: Raise DenyConnection, of channels.exceptions, or call close() and return.
        Why: PermissionDenied is for views, which Django answers with 403. In a consumer
        it is an exception like any other.
    """).on("500: raised", "^PermissionDenied", weight=2),
    REJECT("""login_required_on_connect: A decorator or mixin for views is on a
        consumer
        If the terminal says that an object has no attribute `'user'`
        Do: Take the decorator or mixin away from the consumer, and test
        is_authenticated of the user in the scope.
        Why: Both expect a request as the first argument. A consumer has none.
    """).on(
        "500: raised",
        "has no attribute 'user'",
        look(uses(FOR_VIEWS, CONSUMERS)),
        weight=3,
    ),
    BEFORE("""accepts_to_close_with_a_code: A connection is accepted in order to be
        closed with a code
        If now and then a message of somebody who is not logged in is delivered
        Do: Remove accept() there, and only call close(): that rejects the tab.
        Why: What arrives between accept() and close() is handled after connect() has
        ended, by receive(). Before accept() no frame can arrive.
    """).on("wrong: sent_though_rejected"),
    BEFORE("""session_of_nobody: The user is taken from the session by hand
        If the terminal says `KeyError: '_auth_user_id'`
        Do: Ask self.scope["user"].is_authenticated instead.
        Why: A session in which nobody is logged in has no such key.
        AuthMiddlewareStack gives an AnonymousUser then.
    """).on("500", "^KeyError: '_auth_user_id'", weight=4),
    BEFORE("""closes_with_a_status_of_http: The close code is a status of HTTP
        If the terminal says `invalid close code`
        Do: Leave accept() and the code out there: close() before accept() is answered
        with HTTP 403.
        Why: A close code is sent on an open connection, and applications may use 1000,
        or 3000 to 4999.
    """).on("1011", "invalid close code", in_("connect"), weight=2),
    REJECT("""closes_and_goes_on: connect() goes on after close()
        If a rejected tab is in the group of the room, or an exception is raised
        after it was closed
        Do: End the method below close(), with return.
        Why: close() does not end the method: what is below it runs as well.
    """).on(
        "wrong: joined_though_rejected raised",
        either(
            raised("handshake_deferred"), no(either(raised(), joined_first))
        ),
        closed,
    ),
    REJECT("""group_is_set_after_the_rejection: disconnect() reads what connect() sets
        below the rejection
        If the terminal says `object has no attribute '…'`, in disconnect()
        Do: Set self.$name in connect() above the rejection.
        Why: disconnect() is called for a connection that was rejected, too.
    """).on(
        "500: raised",
        r"'\w*Consumer\w*' object has no attribute '(?P<name>\w+)'",
        in_("disconnect"),
        closed,
        weight=4,
    ),
    REJECT("""joins_before_it_rejects: A tab joins the group before it is rejected
        If group_add stands above the condition
        Do: Move the condition above group_add.
        Why: Until it is rejected, the group sends it what everybody in the room says.
    """).on("wrong: joined_though_rejected", joined_first),
    REJECT("""groups_of_all_tabs: Each tab adds its group to the list of its class
        If connect() calls self.groups.append()
        Do: Take out self.groups.append(…): group_add is enough.
        Why: groups is one list for all tabs of the class, and Channels lets each tab
        join all groups in it before connect() is called.
    """).on(
        "wrong: joined_though_rejected overheard",
        look(calls(r"self\.groups\.(append|add|extend|insert)")),
        weight=6,
    ),
    # Which site
    ORIGIN("""allows_every_host: ALLOWED_HOSTS allows every site
        If ALLOWED_HOSTS is ["*"]
        Do: Name your hosts in ALLOWED_HOSTS; with DEBUG on, [] means this machine.
        Why: AllowedHostsOriginValidator compares the site of a page with this list. A
        page of any site could use the cookies of your users.
    """).on("wrong: foreign_origin", look(says(r"\*", "ALLOWED_HOSTS"))),
    ORIGIN("""origin_is_searched: A part of the Origin is enough
        If http://localhost.example may connect, and https://elsewhere.example may not
        Do: Put AllowedHostsOriginValidator(…) around the routes in mysite/asgi.py, in
        place of a comparison of your own.
        Why: Anybody can own a site whose name begins or ends like yours: the whole host
        has to be compared.
    """).on("wrong: foreign_origin", looks_for_a_part, weight=1),
    # Whose name
    NAME("""only_the_text_is_sent: There is no name in the event
        If what a tab receives has no name
        Do: Add the name in receive(), where the sender is known, and send it in the
        handler.
        Why: The event is all that the other consumers know about a message.
    """).on("wrong: without_key", no(event_has_a_name)),
    NAME("""handler_leaves_the_name_out: The handler leaves the name out
        If the event has a name, and what a tab receives has none
        Do: In the handler, send the "name" of the event, too.
        Why: A browser gets what the handler sends, and nothing else of the event.
    """).on("wrong: without_key", event_has_a_name),
    NAME("""event_has_no_name: The handler reads a name that is not in the event
        If the terminal says `KeyError: 'name'`, in the handler
        Do: Add "name" to the dictionary that receive() gives to group_send.
        Why: The handler gets that dictionary, and nothing else about the sender.
    """).on(
        "1011: raised",
        "^KeyError: 'name'",
        uses("event\\[\\w+\\]", FAILED),
        weight=2,
    ),
    NAME("""name_comes_from_the_frame: The name is taken from what the browser has sent
        If somebody can send a message under any name
        Do: Take the name from the user in the scope, and not from the frame.
        Why: Whatever a frame says, its sender has written it.
    """).on("wrong: other_value", name_was_sent_along, weight=2),
    NAME("""frame_replaces_the_name: A frame replaces the name of its sender
        If the event has the name in it, and all that the frame has after it
        Do: Write the keys one by one: {"type": "chat.message", "name": name, "message":
        data["message"]}; or the name as the last of them.
        Why: Of two values for one key, a dictionary keeps the later one. So whoever
        sends a frame with a name in it would choose the sender.
    """).on(
        "wrong: other_value", name_was_sent_along, is_replaced("name"), weight=4
    ),
    NAME("""name_is_asked_of_the_frame: The frame is asked for the name of its sender
        If receive() reads a key such as name from what the browser has sent
        Do: Take the name from self.scope["user"], by get_username(): what a frame says
        is a claim, and the page sends no name.
        Why: Whatever a frame says, its sender has written it; whose session it is, the
        server knows.
    """).on(
        "1011: raised other_value",
        either(raised("^KeyError"), no(raised())),
        no(name_was_sent_along),
        name_is_read_from_the_frame,
        weight=3,
    ),
    NAME("""name_is_asked_of_the_session: The session is asked for the name of its user
        If scope["session"] is read by a key such as username
        Do: Take the name from self.scope["user"], by get_username(), and not from the
        session.
        Why: The session holds the id of the user alone. AuthMiddlewareStack has looked
        up which user that is.
    """).on(
        "1011: raised other_value",
        either(raised("^KeyError"), no(raised())),
        name_is_read_from_the_session,
        weight=3,
    ),
    NAME("""name_is_an_id: The id of the user is sent as the name
        If the name is a number
        Do: Use get_username() of the user instead of .$attribute in receive().
        Why: The id is the number of the row in the database; get_username() is the name
        with which people log in.
    """).on(
        "wrong: other_value",
        fact(lambda e: str(e.event.get("name")).isdigit()),
        _id_of_a_user,
        weight=1,
    ),
    NAME("""name_is_the_channel: The name of the channel is sent as the name
        If the name begins with specific
        Do: Use get_username() of self.scope["user"] instead of self.channel_name in
        receive().
        Why: channel_name is the address of one connection in the channel layer, another
        for each tab.
    """).on(
        "wrong: other_value",
        fact(lambda e: str(e.event.get("name")).startswith("specific.")),
        look(uses("self.channel_name", "receive(_json)?")),
        weight=1,
    ),
    NAME("""get_username_is_not_called: A method of the user is named, and not called
        If the terminal says `can not serialize 'method' object`
        Do: Call $method(), with parentheses.
        Why: Without them it is the method itself, which is no text and cannot go through
        Redis.
    """).on(
        "1011: raised other_value",
        either(raised("'method' object"), no(raised())),
        _not_called,
        weight=2,
    ),
    NAME("""name_has_another_key: The name has another key than "name"
        If the page says somebody, and what a tab receives has a username
        Do: Rename the key "$key" to "name", in the event and in what the handler sends.
        Why: The page looks under "name", and nowhere else.
    """).on("wrong: without_key", _other_key, weight=2),
    NAME("""name_is_in_the_message: The name is written into the message
        If the page says somebody: ada: hello
        Do: Put the name under a key of its own, "name", and leave what is under
        "message" as it came.
        Why: A page can only tell the two apart, or show one in bold, where each has a
        key of its own.
    """).on(
        "wrong: other_form",
        fact(_name_is_in_the_message),
        weight=3,
    ),
    NAME("""name_is_empty: The name is one that a user need not have
        If the name is empty
        Do: Take get_username() of the user: every user has that name.
        Why: People log in with it. Django leaves first_name and last_name empty.
    """).on(
        "wrong: other_value",
        fact(lambda e: e.event.get("name") == ""),
        weight=1,
    ),
    NAME("""name_of_the_receiver: Each tab receives the name of its own user
        If everybody sees their own name beside all messages
        Do: Read the name in receive(), and put it into the event; in the handler, take
        it from there.
        Why: The handler runs in the consumer of each receiver, and self.scope is theirs.
    """).on(
        "wrong: other_value",
        name_of_the_tab,
        user_in_a_handler,
        weight=1,
    ),
    NAME("""page_shows_the_readers_name: The page writes the name of its reader beside
        each message
        If everybody sees their own name beside all messages, and the frames have others
        Do: Show the name that is in the frame, and not {{ user }}.
        Why: {{ user }} is who has opened the page. Who has sent a message comes with
        it, under "name".
    """).on(
        "pages: page_shows_the_readers_name",
        either(in_page(f"{TEXT}.*{USER}|{USER}.*{TEXT}"), fact(lambda _: True)),
    ),
    NAME("""user_is_kept_on_the_class: The user is kept on the class
        If the messages of all users have the name of who has connected last
        Do: Keep it on self, or read it from self.scope each time.
        Why: All consumers of a process share one class. self is the consumer of one
        connection.
    """).on(
        "wrong: other_value",
        look(assigns(r"(\w*Consumer|cls|__class__|type\(\))\.\w+")),
        weight=1,
    ),
    NAME("""names_are_in_a_dict_of_the_class: The class has a dict for the user
        If the messages of all users have the name of who has connected last
        Do: Keep the name on self, in connect(): self.name = ….
        Why: A dict that is made in the class is one dict for all consumers of the
        process. What connect() puts in takes the place of what was there.
    """).on(
        "wrong: other_value", name_of_another, look(kept_on_the_class), weight=2
    ),
    NAME("""page_skips_its_own_user: The page leaves out what its own user has said
        If a second tab of a user does not show what that user writes in the first one
        Do: Show each message that comes over the WebSocket, and none where it is sent.
        Why: A user can have several tabs. What one of them sends comes to all of them,
        and to the sender, too.
    """).on(
        "own_only: page_shows_nothing",
        in_page(
            r"if\s*\(.*(?i:name|user|sender|author).*==.*\)\s*({\s*)?return"
        ),
        weight=2,
    ),
    NAME("""name_is_kept_in_the_module: A message has the name of another user
        If a message has the name of somebody who has sent one before, or who has
        connected before
        Do: Read the user from self.scope in receive(), each time.
        Why: What is kept in a module, or for a room, is the same for all consumers of
        a process. The scope belongs to one connection.
    """).on("wrong: other_value", name_of_another, at=CONSUMERS, weight=-1),
    NAME("""name_is_made_up: What is under "name" is not the name of a user
        If the name is that of nobody who has connected
        Do: Put what get_username() of self.scope["user"] returns under "name", in the
        event, and event["name"] under "name" in what the handler sends.
        Why: The receivers know a sender by this name alone.
    """).on("wrong: other_value", at=CONSUMERS, weight=-1),
    NAME("""user_has_no_such_attribute: A user has no attribute of this name
        If the terminal says `object has no attribute '…'`, of a User
        Do: Use get_username() of the user, instead of .$name.
        Why: The model of Django has username, first_name, last_name and email;
        get_username() works with every model.
    """).on("1011: raised", _user_attribute, weight=3),
)
