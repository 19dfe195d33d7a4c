"""What people get wrong about who may connect, and about who has sent a message."""

from checks.explain.mistakes.clues import (
    CONSUMERS,
    FAILED,
    Evidence,
    Found,
    any_line,
    assigns,
    calls,
    closed,
    either,
    fact,
    in_,
    look,
    no,
    raised,
    says,
    uses,
)
from checks.explain.mistakes.mistake import Section

REJECT = Section("04_users/#task-1-reject-whoever-is-not-logged-in")
BEFORE = Section("04_users/#why-before-accept")
ORIGIN = Section("04_users/#which-site-is-it")
NAME = Section("04_users/#task-2-put-the-senders-name-into-the-event")

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


def _names(evidence: Evidence) -> set[str]:
    """The names of the users whose tabs these are."""
    users = (getattr(tab, "user", None) for tab in evidence.tabs)
    return {user.name for user in users if user and user.name}


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
    name = str(evidence.event.get("name"))
    sent = (text for tab in evidence.tabs for text in tab.sent)
    return bool(name) and any(name in text for text in sent)


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


def _user_attribute(evidence: Evidence) -> Found | None:
    """What a user was asked for and does not have."""
    match = evidence.said(
        r"'(?:User|UserLazyObject|AnonymousUser)' object has no attribute '(\w+)'"
    )
    return {"name": match[1]} if match else None


MISTAKES = (
    # Who may connect
    REJECT("""only_the_page_asks_for_a_login: Only the page asks for a login
        If a WebSocket that a browser opens in its console is accepted, though nobody is
        logged in
        Do: In connect(), look at is_authenticated of the user in the scope, and close
        the connection where it is False.
        Why: @login_required protects a view. A WebSocket does not pass through the
        view: whoever knows its address can open it.
    """).on("wrong: not_kept_out", no(asks), at=CONSUMERS, weight=-1),
    REJECT("""tests_whether_there_is_a_user: Somebody who is not logged in counts as a
        user
        If connect() says if not self.scope["user"]
        Do: Ask for .is_authenticated of the user, and not for the user alone.
        Why: There always is a user: an AnonymousUser is an object, and so it is true.
    """).on("wrong: not_kept_out", no(asks), asks_for_a_user),
    REJECT("""trusts_any_session_cookie: A cookie is taken for a login
        If whoever has logged out can still connect with the old cookie
        Do: Ask for is_authenticated of the user, instead of the cookie.
        Why: Anybody can send a cookie. Whether its session exists, and whose it is, is
        what AuthMiddlewareStack has looked up.
    """).on(
        "wrong: not_kept_out",
        look(
            either(says("session", "connect"), uses(".*cookies.*", "connect"))
        ),
        weight=2,
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
    """).on("403: refused", of_a_user, look(asks), weight=3),
    REJECT("""returns_without_closing: connect() neither accepts nor closes
        If the page says `Connecting …` for five seconds, instead of being rejected at
        once
        Do: Call close() there, before the method ends.
        Why: A handshake without an answer is dropped by Daphne after five seconds; what
        rejects it is close(), or the exception DenyConnection.
    """).on("hang: unanswered"),
    REJECT("""raises_permission_denied: PermissionDenied is raised in a consumer
        If the terminal says `PermissionDenied`, and the handshake is answered with 500
        Do: Raise DenyConnection, of channels.exceptions, or call close() and return.
        Why: PermissionDenied is for views, which Django answers with 403. In a consumer
        it is an exception like any other.
    """).on("500: raised", "^PermissionDenied", weight=2),
    REJECT("""login_required_on_connect: A decorator for views is on a method of a
        consumer
        If the terminal says `'ChatConsumer' object has no attribute 'user'`
        Do: Take away the decorator, and ask for is_authenticated of the user in the
        scope.
        Why: The decorator expects a request as the first argument. A consumer has none.
    """).on(
        "500: raised",
        "has no attribute 'user'",
        look(uses("login_required|permission_required|user_passes_test")),
        weight=2,
    ),
    BEFORE("""accepts_to_close_with_a_code: A connection is accepted in order to be
        closed with a code
        If now and then a message of somebody who is not logged in is delivered
        Do: Leave accept() out there, and call close() alone: that rejects it.
        Why: What arrives between accept() and close() is handled after connect() has
        ended, by receive(). Before accept() no frame can arrive.
    """).on("wrong: sent_though_rejected"),
    BEFORE("""closes_with_a_status_of_http: The close code is a status of HTTP
        If the terminal says `invalid close code`
        Do: Leave accept() and the code out there: close() before accept() is answered
        with HTTP 403.
        Why: A close code is sent on an open connection, and applications may use 1000,
        or 3000 to 4999.
    """).on("1011", "invalid close code", weight=2),
    BEFORE("""closes_and_goes_on: connect() goes on after close()
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
    BEFORE("""group_is_set_after_the_rejection: disconnect() reads what connect() sets
        below the rejection
        If the terminal says `object has no attribute '…'`, in disconnect()
        Do: Set self.$name in connect() above the rejection.
        Why: disconnect() is called for a connection that was rejected, too.
    """).on(
        "500: raised",
        r"'\w+' object has no attribute '(?P<name>\w+)'",
        in_("disconnect"),
        closed,
        weight=4,
    ),
    BEFORE("""joins_before_it_rejects: A tab joins the group before it is rejected
        If group_add stands above the condition
        Do: Move the condition above group_add.
        Why: Until it is rejected, the group sends it what everybody in the room says.
    """).on("wrong: joined_though_rejected", joined_first),
    # Which site
    ORIGIN("""allows_every_host: ALLOWED_HOSTS allows every site
        If ALLOWED_HOSTS is ["*"]
        Do: Name your hosts in ALLOWED_HOSTS; with DEBUG on, [] means this machine.
        Why: AllowedHostsOriginValidator compares the site of a page with this list. A
        page of any site could use the cookies of your users.
    """).on("wrong: foreign_origin", look(says(r"\*", "ALLOWED_HOSTS"))),
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
    NAME("""name_is_kept_in_the_module: A message has the name of another user
        If a message has the name of somebody who has sent one before, or who has
        connected before
        Do: Read the user from self.scope in receive(), each time.
        Why: What is kept in a module, or for a room, is the same for all consumers of
        a process. The scope belongs to one connection.
    """).on("wrong: other_value", at=CONSUMERS),
    NAME("""user_has_no_such_attribute: A user has no attribute of this name
        If the terminal says `object has no attribute '…'`, of a User
        Do: Use get_username() of the user, instead of .$name.
        Why: The model of Django has username, first_name, last_name and email;
        get_username() works with every model.
    """).on("1011: raised", _user_attribute, weight=3),
)
