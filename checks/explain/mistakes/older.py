"""What older tutorials have, and what replaced it: a table, and one family for it."""

import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

WEBSOCKET = "Write from channels.generic.websocket import WebsocketConsumer"
ROUTES_LIST = "List path() and re_path() of django.urls in websocket_urlpatterns"
STACK = "Put AuthMiddlewareStack around the URLRouter, and read self.scope"
LAYER_CALLS = "Call group_add, group_discard and group_send of self.channel_layer"
PAGES = "Call get_asgi_application() of django.core.asgi for the pages"
ROOT = (
    "Define application in mysite/asgi.py as ProtocolTypeRouter"
    '({"http": get_asgi_application(), "websocket": …})'
)

REPLACED = {
    r"channels\.generic\.websockets.*": (
        "Channels 1",
        f"{WEBSOCKET}, as this page does",
    ),
    r"channels\.generic\.(base|BaseConsumer)": ("Channels 1", WEBSOCKET),
    r"channels\.asgi.*": ("Channels 1", ROOT),
    r"(channels\.routing\.)?(route|route_class|include)": ("Channels 1", ROUTES_LIST),
    r"(channels\.(layers\.)?)?Group": ("Channels 1", LAYER_CALLS),
    r"channels\.(Channel|message|channel).*": ("Channels 1", LAYER_CALLS),
    r"channels\.(auth|sessions)\.(http_|channel_|enforce).*": ("Channels 1", STACK),
    r"channels\.(http_|channel_|enforce).*": ("Channels 1", STACK),
    r"channels\.(decorators|binding).*": ("Channels 1", LAYER_CALLS),
    r"channels\.tests.*": ("Channels 1", "Import it from channels.testing"),
    r"channels\.(handler|http).*|.*\.AsgiHandler": ("Channels 3", PAGES),
    r"channels\.staticfiles.*": (
        "Channels 3",
        "Take it and what uses it out, as daphne's runserver serves static files",
    ),
    r"channels\.management\.commands\.runserver.*": (
        "Channels 3",
        'Put "daphne" first in INSTALLED_APPS, which brings its own runserver',
    ),
    r"message\.(user|content).*": (
        "Channels 1",
        "Read self.scope, which has the user from lesson 2 on",
    ),
    r".*\.?reply_channel.*": ("Channels 1", "Call self.send(text_data=…)"),
    r".*\.(channel_session|http_session)": (
        "Channels 1",
        STACK,
    ),
    r"(django\.(conf\.)?urls\.)?(url|patterns)": (
        "Django 3",
        "Write re_path() instead of url(), imported from django.urls",
    ),
    r"django\.core\.urlresolvers.*": ("Django 1", "Import it from django.urls"),
    r"django\.utils\.encoding\.(force|smart)_text": (
        "Django 3",
        "Call force_str() of django.utils.encoding",
    ),
    r"django\.utils\.translation\.u\w+": (
        "Django 3",
        "Write the name without its u, such as gettext",
    ),
    r"django\.utils\.six.*": ("Django 2", "Take it and what uses it out"),
}
"""Names, as regular expressions; who had them last, and what to do instead."""
NAMED = (
    r"import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'|"
    r"No module named '(?P<missing>[\w.]+)'|"
    r"module '(?P<of>[\w.]+)' has no attribute '(?P<attribute>\w+)'|"
    r"NameError: name '(?P<undefined>\w+)'|object has no attribute '(?P<method>\w+)'"
)
ONE_CALL = r"(?P<name>\w+)\(\) takes [12] positional arguments? but [34] were given"


def _replaced(evidence: Evidence) -> Found | None:
    """What the exception names, if it is in the table."""
    match = evidence.said(NAMED)
    name = ".".join(filter(None, match.groups())) if match else ""
    if match and match["name"]:
        name = f"{match['module']}.{match['name']}"
    if name == "message":  # That of a consumer of Channels 1: `self.message.user`.
        names = [n for line in evidence.lines(FAILED) for n in line.names]
        name = next((n.removeprefix("self.") for n in names if ".message." in n), "")
    for pattern, (version, instead) in REPLACED.items():
        if name and re.fullmatch(pattern, name):
            return {"name": name, "version": version, "instead": instead}
    return None


def _takes_scope(evidence: Evidence) -> Found | None:
    """A function that takes the scope alone, and was called with all three."""
    match = evidence.said(ONE_CALL)
    name = match["name"] if match else ""
    takes = (["self", "scope"], ["scope"])
    found = any_line()(lambda x: x.defines == name and x.takes in takes)(evidence)
    method = {"first": "self, ", "inner": "self.inner"}
    return found and found | (
        method if evidence.is_of_another else {"first": "", "inner": "inner"}
    )


def _takes_message(evidence: Evidence) -> Found | None:
    """A function that takes a message, or request, and was called with all three."""
    match = evidence.said(ONE_CALL)
    name = match["name"] if match else ""
    takes = (["message"], ["request"])
    return any_line()(lambda x: x.defines == name and x.takes in takes)(evidence)


MISTAKES = [
    OLDER("""from_older_tutorials: Something is used that Channels or Django had once
      If the terminal says `No module named 'channels.…'`, or cannot import a name of
        channels or django
      Do: $instead: $name was of $version.
      Why: Channels 2, 3 and 4 each changed what a project imports; a tutorial fits one
        of them only.""").on("no_start", raised(), _replaced, weight=4, step=1),
    OLDER("""default_application_in_its_own_module: asgi.py asks for itself
      If the terminal says `partially initialized module 'mysite.asgi'`
      Do: Write application = ProtocolTypeRouter(…) in mysite/asgi.py:
        get_default_application() asks for what ASGI_APPLICATION names, and that is this
        file. Why: In Channels 2 the application was in mysite/routing.py, and asgi.py
        fetched it from there.""").on(
        "no_start",
        terminal,
        look(calls("get_default_application", ASGI)),
        weight=3,
        step=1,
    ),
    OLDER("""application_of_channels_2: A middleware, or an application, takes the scope
        alone
      If the terminal says `… takes 2 positional arguments but 4 were given`
      Do: Write async def $method(${first}scope, receive, send), and hand all three on:
        return await $inner(scope, receive, send).
      Why: Until Channels 2 an application was called twice: with the scope, then with
        the other two; since Channels 3 it is called once, with all of them.""").on(
        "500", ONE_CALL, no(in_("connect|receive")), _takes_scope, weight=4, step=1
    ),
    OTHER("""consumer_function_of_channels_1: The consumer is a function with a message
      If the terminal says `… takes 1 positional argument but 3 were given`
      Do: Write a class instead: class $method(WebsocketConsumer), with connect() and
        receive(), and give the route $method.as_asgi().
      Why: In Channels 1 a consumer was a function for each kind of message; since
        Channels 2 it is a class for the whole connection.""").on(
        "500", ONE_CALL, _takes_message, weight=4, step=1
    ),
]
