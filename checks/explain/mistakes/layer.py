"""Mistakes in naming the channel layer, and in calling what is async."""

import ast

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *
from checks.verdict import Where

BACKEND = '"BACKEND": "channels_redis.core.RedisChannelLayer"'
HOSTS = '"hosts": [("localhost", 6379)]'
OF_A_LOOP = (
    r"asyncio\.run|run_until_complete|new_event_loop|get_event_loop|ensure_future"
)
HOST = "host|port|url|location|address|server|servers|redis_url"
in_sync, in_async = based("'SyncConsumer'"), based(r"^(?!.*'SyncConsumer')")
bare = uncalled(r"(?P<verb>group_\w+|send)")
asks = uses(r"\w*layer\w*|group_\w+", FAILED)
called_inside = calls("async_to_sync", given=r".*\.(group_\w+|send)\(\)")
unawaited = never_awaited(r"^channel_layer\.")
in_memory = look(says("InMemoryChannelLayer"))
event = fact(lambda evidence: evidence.event)
CAPACITY = 100
"""How many messages a layer holds for a channel where nothing else is said."""


def _below(most: int, *names: str) -> Clue:
    """CONFIG has one of these keys, with a number that is less than most."""

    def clue(evidence: Evidence) -> Found | None:
        for node in (n for line in evidence.lines(SETTINGS) for n in line.nodes):
            pairs = (
                zip(node.keys, node.values, strict=True)
                if isinstance(node, ast.Dict)
                else ()
            )
            for key, value in pairs:
                numbers = (getattr(part, "value", None) for part in ast.walk(value))
                small = any(isinstance(n, int) and n < most for n in numbers)
                name = getattr(key, "value", None)
                if key and small and name in names:
                    return {"name": name, "where": Where(SETTINGS, key.lineno)}
        return None

    return clue


MISTAKES = [
    LAYER("""serializer_is_unknown: The layer is given a serializer that is not there
      If the terminal says `'NoneType' object has no attribute 'group_add'`, or
        `SerializerDoesNotExist`
      Do: Write "msgpack" or "json" as the serializer_format, or leave it out.
      Why: Channels takes the KeyError for a layer that is not there.
    """).on("500: no_redis_layer", got("SerializerDoesNotExist")),
    # The setting
    LAYER("""no_channel_layers_setting: The settings have no CHANNEL_LAYERS
      If the terminal says `'NoneType' object has no attribute 'group_add'`
      Do: Define CHANNEL_LAYERS in mysite/settings.py: a "default" that has a BACKEND
        and a CONFIG.
      Why: Without that setting there is no channel layer, and self.channel_layer is
        None.
    """).on("500: no_redis_layer", got("sets no CHANNEL_LAYERS$")),
    LAYER("""setting_is_misspelt: CHANNEL_LAYERS is misspelt
      If the terminal says `'NoneType' object has no attribute 'group_add'`, and the
        settings have a name much like it Do: Call it CHANNEL_LAYERS instead of $name.
      Why: Django takes any name in capitals for a setting, and nobody reads this one.
    """).on("500: no_redis_layer", got(r"\(it sets (?P<name>\w+)")),
    LAYER("""layer_is_not_the_default: CHANNEL_LAYERS has no "default"
      If CHANNEL_LAYERS has another name where "default" should be
      Do: Put the layer under "default".
      Why: A consumer asks for the layer of that name, as a model does with DATABASES.
    """).on("500: no_redis_layer", got('no "default"')),
    PROCESSES(f"""in_memory_layer_two_processes: The layer is the one in memory
      If the BACKEND says InMemoryChannelLayer
      Do: Write {BACKEND}, and under "CONFIG" {HOSTS}.
      Why: The layer in memory lives inside one process; consumers in another process
        receive nothing from it.
    """).on("own_only: no_redis_layer", got("InMemoryChannelLayer"), in_memory),
    LAYER(f"""another_layer: The layer does not keep its messages in Redis
      If the BACKEND is another one
      Do: Write {BACKEND}.
      Why: What two processes are to share has to be outside of both.
    """).on("own_only: no_redis_layer", got("^it is ")),
    LAYER(f"""backend_path_typo: The BACKEND cannot be imported
      If the terminal says `Cannot import BACKEND`
      Do: Write {BACKEND}.
      Why: It is the import path of a class: the module, a dot, the name of the class.
    """).on(
        "500: no_redis_layer",
        got("raised ((Attribute|ModuleNotFound|Import)Error|ValueError: Empty)"),
        no(says(BACKEND.split('"')[3], SETTINGS)),
    ),
    LAYER(f"""no_backend: The layer has no BACKEND
      If the terminal says `No BACKEND specified for default` Do: Write {BACKEND}.
      Why: BACKEND, in capitals, says which class keeps the messages.
    """).on("500: no_redis_layer", got("No BACKEND|: 'BACKEND'"), weight=1),
    LAYER(f"""backend_of_the_cache: The BACKEND is the one of a cache
      If the BACKEND says django.core.cache, or django_redis Do: Write {BACKEND}.
      Why: A cache keeps values; a channel layer delivers messages.""").on(
        "500: no_redis_layer", says("cache|django_redis", "CHANNEL_LAYERS"), weight=3
    ),
    LAYER("""routing_in_the_layer: CHANNEL_LAYERS has a ROUTING, as in Channels 1
      If the terminal says `ROUTING key found for default`
      Do: Take "ROUTING" out of CHANNEL_LAYERS. Why: Since Channels 2 the routes are
        handed to a URLRouter in mysite/asgi.py; a layer delivers messages.
    """).on("500: no_redis_layer", got("ROUTING key found"), at=SETTINGS, weight=2),
    LAYER(f"""backend_of_channels_1: The BACKEND is the one of Channels 1
      If the BACKEND says asgi_redis
      Do: Write {BACKEND}. Why: asgi_redis belonged to Channels 1; since Channels 2 it
        is channels_redis.""").on(
        "500: no_redis_layer",
        says("asgi_redis|asgiref.inmemory", "CHANNEL_LAYERS"),
        weight=2,
    ),
    LAYER(f"""config_of_another_shape: CONFIG has a key that the layer does not know
      If the terminal says `got an unexpected keyword argument`
      Do: Take "$name" out of "CONFIG", where {HOSTS} is enough. Why: What stands under
        CONFIG is given to the layer as arguments, and it has none of that name.
    """).on("500: no_redis_layer", got(r"unexpected .* '(?P<name>\w+)'"), at=SETTINGS),
    LAYER(f"""host_instead_of_hosts: The key is host, and should be hosts
      If the terminal says `got an unexpected keyword argument`, with a name like host
      Do: Write hosts, with an s, and a list: {HOSTS}.
      Why: A layer may use several servers; one is a list of one.""").on(
        "500: no_redis_layer",
        got(rf"unexpected .* '(?P<name>(?i:{HOST})\w*)'"),
        weight=1,
        at=SETTINGS,
    ),
    LAYER(f"""config_is_no_dictionary: CONFIG is not a dictionary
      If the terminal says `argument after ** must be a mapping`
      Do: Write "CONFIG": {{{HOSTS}}}. Why: CONFIG holds names and values; hosts is one
        of the names.""").on("500: no_redis_layer", got("must be a mapping")),
    LAYER(f"""hosts_as_string: hosts is a string
      If the terminal says `You must pass a list of Redis hosts`
      Do: Put it into a list: {HOSTS}.
      Why: A layer may use several servers; one is a list of one.
    """).on(
        "500: no_redis_layer", got("You must pass a list of Redis hosts"), weight=1
    ),
    LAYER("""groups_attribute_without_layer: The class has groups, but the project has
        no layer
      If the terminal says `BACKEND is unconfigured or doesn't support groups`
      Do: Take groups = […] out of the class, as long as CHANNEL_LAYERS names no layer
        for it: that is what lesson 3 begins with.
      Why: Channels joins those groups through the channel layer when a tab connects.
    """).on("500", terminal, step=1),
    LAYER("""layer_is_asked_of_none: There is no channel layer
      If the terminal says `'NoneType' object has no attribute 'group_…'`
      Do: Ask for a layer that CHANNEL_LAYERS names, which is "default" where
        channel_layer_alias or get_channel_layer(…) says no other name; before lesson 3
        there is none.
      Why: A layer that the settings do not name is None.
    """).on(
        "500", "'NoneType' .* attribute '(group_|send'|flush)", asks, weight=2, step=1
    ),
    LAYER("""capacity_is_small: The layer has room for few messages
      If CONFIG has a capacity or channel_capacity, and messages get lost
      Do: Take $name out of CONFIG: the layer keeps 100 messages then.
      Why: The consumers of a server process share one channel in Redis; what comes
        while it is full is dropped, and nothing is raised.
    """).on(
        "own_only: forgetful_layer dropped",
        either(
            _below(CAPACITY, "capacity", "channel_capacity"),
            got(r"its (?P<name>\w*capacity) is"),
        ),
    ),
    LAYER("""messages_expire_soon: Messages expire before they are read
      If CONFIG has an expiry of a few seconds
      Do: Take expiry out of CONFIG: it is 60 seconds then. Why: A message waits in
        Redis while consumers of that process are busy; after so many seconds it is
        dropped.""").on("own_only: forgetful_layer", got("its expiry is")),
    # async
    JOIN("""forgot_async_to_sync: The channel layer is called without async_to_sync
      If nothing is raised, and the line has no async_to_sync before it
      Do: Write async_to_sync(self.channel_layer.$what)(…): the function first, its
        arguments after. Why: Every method of the layer is async: calling it makes a
        coroutine, which does nothing until somebody awaits it; and Daphne hides the
        warning.""").on("silent", unawaited, in_sync),
    JOIN("""async_to_sync_called_on_result: async_to_sync is put around the call
      If the line says async_to_sync(layer.group_send(…))
      Do: Write async_to_sync(self.channel_layer.$what)(…): the bracket closes before
        the arguments. Why: async_to_sync takes the function; given the result, it has
        nothing to run.""").on("silent", unawaited, in_sync, look(called_inside)),
    JOIN("""async_to_sync_is_not_called: What async_to_sync makes is not called
      If the line says async_to_sync(layer.group_add) and no second brackets
      Do: Call it: async_to_sync(self.channel_layer.$verb)(…), with its arguments.
      Why: async_to_sync gives a function back; it runs when it is called.""").on(
        "silent: no_members silent received_elsewhere still_members",
        look(bare),
        weight=1,
    ),
    JOIN("""missing_await_on_the_layer: await is missing before a call of the layer
      If the class is async, and the line has no await
      Do: Write await self.channel_layer.$what(…).
      Why: Calling an async method makes a coroutine; it runs when it is awaited.
    """).on("silent", unawaited, in_async, weight=1),
    JOIN("""awaits_async_to_sync: await and async_to_sync are used together
      If the line says await async_to_sync(…)(…)
      Do: Take out async_to_sync, and keep await: await self.channel_layer.….
      Why: async_to_sync is for code that cannot await; this method can.""").on(
        "1011: raised",
        "AsyncToSync|'await' expression",
        awaits("async_to_sync", FAILED),
    ),
    JOIN("""run_in_a_loop_of_its_own: The layer is called in an event loop of its own
      If the line says asyncio.run or run_until_complete
      Do: Write async_to_sync(self.channel_layer.group_send)(…) instead. Why: A layer
        belongs to the event loop of the server; async_to_sync runs it there.""").on(
        "1011: raised silent no_members never_awaited", look(calls(OF_A_LOOP)), event
    ),
]
