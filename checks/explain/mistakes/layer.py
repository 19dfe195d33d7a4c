"""Mistakes in naming the channel layer, and in calling what is async."""

from checks.explain.mistakes.clues import (
    consumer,
    failing_line,
    got,
    is_,
    look_at,
    never_awaited,
    raised,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import JOIN, LAYER, TWO_PROCESSES, WHICH_REDIS

BACKEND = '"BACKEND": "channels_redis.core.RedisChannelLayer"'
HOSTS = '"hosts": [("localhost", 6379)]'


MISTAKES = (
    # The setting --------------------------------------------------------------
    Mistake(
        id="no_channel_layers_setting",
        step=3,
        name="The settings have no CHANNEL_LAYERS",
        sight="500",
        sign="the terminal says `'NoneType' object has no attribute 'group_add'`",
        cure=f'Write CHANNEL_LAYERS in mysite/settings.py: under "default" {BACKEND}, '
        f'and under "CONFIG" {HOSTS}.',
        why="Without that setting there is no channel layer, and self.channel_layer "
        "is None.",
        page=LAYER,
        evidence=(is_("no_redis_layer"), got("sets no CHANNEL_LAYERS$")),
    ),
    Mistake(
        id="setting_is_misspelt",
        step=3,
        name="CHANNEL_LAYERS is misspelt",
        sight="500",
        sign="the terminal says `'NoneType' object has no attribute 'group_add'`, and "
        "the settings have a name much like it",
        cure="Call it CHANNEL_LAYERS instead of $name.",
        why="Django takes any name in capitals for a setting, and nobody reads this "
        "one.",
        page=LAYER,
        evidence=(is_("no_redis_layer"), got(r"\(it sets (?P<name>\w+)")),
    ),
    Mistake(
        id="layer_is_not_the_default",
        step=3,
        name='CHANNEL_LAYERS has no "default"',
        sight="500",
        sign='CHANNEL_LAYERS has another name where "default" should be',
        cure='Put the layer under "default".',
        why="A consumer asks for the layer of that name, as a model does with "
        "DATABASES.",
        page=LAYER,
        evidence=(is_("no_redis_layer"), got('no "default"')),
    ),
    Mistake(
        id="in_memory_layer_two_processes",
        step=3,
        name="The layer is the one in memory",
        sight="own_only",
        sign="the BACKEND says InMemoryChannelLayer",
        cure=f'Write {BACKEND}, and under "CONFIG" {HOSTS}.',
        why="The layer in memory lives inside one process; what another process "
        "serves hears nothing of it.",
        page=TWO_PROCESSES,
        evidence=(is_("no_redis_layer"), got("InMemoryChannelLayer")),
        weight=1,
    ),
    Mistake(
        id="another_layer",
        step=3,
        name="The layer is none that keeps its messages in Redis",
        sight="own_only",
        sign="the BACKEND is another one",
        cure=f"Write {BACKEND}.",
        why="What two processes are to share has to lie outside of both.",
        page=LAYER,
        evidence=(is_("no_redis_layer"), got("^it is ")),
    ),
    Mistake(
        id="backend_path_typo",
        step=3,
        name="The BACKEND cannot be imported",
        sight="500",
        sign="the terminal says `Cannot import BACKEND`",
        cure=f"Write {BACKEND}.",
        why="It is the path of a class, letter by letter: the module, a dot, its name.",
        page=LAYER,
        evidence=(
            is_("no_redis_layer"),
            got("^(AttributeError|ModuleNotFoundError|ImportError|ValueError) was r"),
        ),
    ),
    Mistake(
        id="no_backend",
        step=3,
        name="The layer has no BACKEND",
        sight="500",
        sign="the terminal says `No BACKEND specified for default`",
        cure=f"Write {BACKEND}.",
        why="BACKEND, in capitals, says which class keeps the messages.",
        page=LAYER,
        evidence=(
            is_("no_redis_layer"),
            got("was raised"),
            got("No BACKEND|KeyError was raised: 'BACKEND'"),
        ),
    ),
    Mistake(
        id="backend_of_the_cache",
        step=3,
        name="The BACKEND is the one of a cache",
        sight="500",
        sign="the BACKEND says django.core.cache, or django_redis",
        cure=f"Write {BACKEND}.",
        why="A cache keeps values; a channel layer delivers messages.",
        page=LAYER,
        evidence=(
            is_("no_redis_layer"),
            got("was raised"),
            written(r"CHANNEL_LAYERS[\s\S]*(core\.cache|django_redis)"),
        ),
        weight=2,
    ),
    Mistake(
        id="backend_of_channels_1",
        step=3,
        name="The BACKEND is the one of Channels 1",
        sight="500",
        sign="the BACKEND says asgi_redis, or there is a ROUTING",
        cure=f"Write {BACKEND}.",
        why="asgi_redis belonged to Channels 1; since Channels 2 it is channels_redis.",
        page=LAYER,
        evidence=(
            is_("no_redis_layer"),
            got("was raised"),
            written(r"CHANNEL_LAYERS[\s\S]*(asgi_redis|asgiref\.inmemory|ROUTING)"),
        ),
    ),
    Mistake(
        id="config_of_another_shape",
        step=3,
        name="CONFIG has a key that the layer does not know",
        sight="500",
        sign="the terminal says `got an unexpected keyword argument`",
        cure=f'Take "$name" out of "CONFIG", where {HOSTS} is enough.',
        why="What stands under CONFIG is given to the layer as arguments, and it has "
        "none of that name.",
        page=LAYER,
        evidence=(
            is_("no_redis_layer"),
            got("unexpected keyword argument '(?P<name>\\w+)'"),
            look_at("mysite/settings.py"),
        ),
    ),
    Mistake(
        id="host_instead_of_hosts",
        step=3,
        name="The key is host, and should be hosts",
        sight="500",
        sign="the terminal says `got an unexpected keyword argument`, with a name "
        "like host",
        cure=f"Write hosts, with an s, and a list: {HOSTS}.",
        why="A layer may use several servers; one is a list of one.",
        page=LAYER,
        evidence=(
            is_("no_redis_layer"),
            got(
                "unexpected keyword argument '(?P<name>(?i:host|port|url|location|"
                r"address|server|servers|redis_url|HOSTS)\w*)'"
            ),
            got("unexpected"),
            look_at("mysite/settings.py"),
        ),
    ),
    Mistake(
        id="config_is_no_dictionary",
        step=3,
        name="CONFIG is not a dictionary",
        sight="500",
        sign="the terminal says `argument after ** must be a mapping`",
        cure=f'Write "CONFIG": {{{HOSTS}}}.',
        why="CONFIG holds names and values; hosts is one of the names.",
        page=LAYER,
        evidence=(is_("no_redis_layer"), got("must be a mapping")),
    ),
    Mistake(
        id="hosts_as_string",
        step=3,
        name="hosts is a text",
        sight="500",
        sign="the terminal says `You must pass a list of Redis hosts`",
        cure=f"Put it into a list: {HOSTS}.",
        why="A layer may use several servers; one is a list of one.",
        page=LAYER,
        evidence=(
            is_("no_redis_layer"),
            got("You must pass a list of Redis hosts"),
            got("was raised"),
        ),
    ),
    Mistake(
        id="hosts_flat_tuple",
        step=3,
        name="hosts is one pair, and no list of pairs",
        sight="500",
        sign="the terminal says `'int' object has no attribute 'decode'`, or `Redis "
        "URL must specify …`",
        cure=f"Write {HOSTS}: square brackets around round ones.",
        why="((host, port)) is the same as (host, port) to Python; only a list, or a "
        "comma at the end, makes one of many out of it.",
        page=LAYER,
        evidence=(is_("no_host"),),
    ),
    Mistake(
        id="redis_hostname_not_resolvable",
        step=3,
        name="The host of Redis is not this machine",
        sight="500",
        sign="the terminal says `Name or service not known`, or cannot connect",
        cure=f"Name this machine: {HOSTS}.",
        why="A name such as redis is known inside Docker Compose only, not outside.",
        page=WHICH_REDIS,
        evidence=(is_("unreachable"),),
    ),
    Mistake(
        id="groups_attribute_without_layer",
        step=1,
        name="The class has groups, and the project no layer",
        sight="500",
        sign="the terminal says `BACKEND is unconfigured or doesn't support groups`",
        cure="Take groups = […] out of the class, as long as CHANNEL_LAYERS names no "
        "layer for it: that is what lesson 3 begins with.",
        why="Channels joins those groups through the channel layer when a tab "
        "connects.",
        page=LAYER,
        evidence=(raised("BACKEND is unconfigured"),),
    ),
    Mistake(
        id="layer_is_asked_of_none",
        step=1,
        name="There is no channel layer to ask",
        sight="500",
        sign="the terminal says `'NoneType' object has no attribute 'group_…'`",
        cure='Ask for a layer that CHANNEL_LAYERS names, which is "default" where '
        "channel_layer_alias or get_channel_layer(…) says no other name; before "
        "lesson 3 there is none.",
        why="A layer that the settings do not name is None.",
        page=LAYER,
        evidence=(
            raised("'NoneType' object has no attribute '(group_|send'|flush)"),
            failing_line("layer|group_"),
        ),
        weight=2,
    ),
    # async --------------------------------------------------------------------
    Mistake(
        id="forgot_async_to_sync",
        step=3,
        name="The channel layer is called without async_to_sync",
        sight="silent",
        sign="nothing is raised, and the line has no async_to_sync before it",
        cure="Write async_to_sync(self.channel_layer.$what)(…): the function first, "
        "its arguments after.",
        why="Every method of the layer is async: calling it makes a coroutine, which "
        "does nothing until somebody awaits it; and Daphne hides the warning.",
        page=JOIN,
        evidence=(
            never_awaited(r"^channel_layer\.", called=True),
            consumer(bases=r"'SyncConsumer'"),
        ),
    ),
    Mistake(
        id="async_to_sync_called_on_result",
        step=3,
        name="async_to_sync is put around the call",
        sight="silent",
        sign="the line says async_to_sync(layer.group_send(…))",
        cure="Write async_to_sync(self.channel_layer.$what)(…): the bracket closes "
        "before the arguments.",
        why="async_to_sync takes the function; given the result, it has nothing to "
        "run.",
        page=JOIN,
        evidence=(
            never_awaited(r"^channel_layer\.", called=True),
            consumer(bases=r"'SyncConsumer'"),
            written(r"async_to_sync\([\w.()]*\.(group_\w+|send)\(", look=True),
        ),
    ),
    Mistake(
        id="async_to_sync_is_not_called",
        step=3,
        name="What async_to_sync makes is not called",
        sight="silent",
        sign="the line says async_to_sync(layer.group_add) and no second brackets",
        cure="Call it: async_to_sync(self.channel_layer.$verb)(…), with its arguments.",
        why="async_to_sync gives a function back; it runs when it is called.",
        page=JOIN,
        evidence=(
            is_("no_members", "silent", "heard_elsewhere", "still_members"),
            written(
                r"async_to_sync\([\w.()]*\.(?P<verb>group_\w+|send)\)(?!\()", look=True
            ),
        ),
        weight=1,
    ),
    Mistake(
        id="missing_await_on_the_layer",
        step=3,
        name="await is missing before a call of the layer",
        sight="silent",
        sign="the class is async, and the line has no await",
        cure="Write await self.channel_layer.$what(…).",
        why="Calling an async method makes a coroutine; it runs when it is awaited.",
        page=JOIN,
        evidence=(
            never_awaited(r"^channel_layer\.", called=True),
            consumer(bases=r"^(?!.*'SyncConsumer')"),
        ),
        weight=1,
    ),
    Mistake(
        id="awaits_async_to_sync",
        step=3,
        name="await and async_to_sync are used together",
        sight="1011",
        sign="the line says await async_to_sync(…)(…)",
        cure="Take out async_to_sync, and keep await: await self.channel_layer.….",
        why="async_to_sync is for code that cannot await; this method can.",
        page=JOIN,
        evidence=(
            raised("AsyncToSync in the same thread|can't be used in 'await'"),
            failing_line("await async_to_sync"),
            is_("raised"),
        ),
    ),
    Mistake(
        id="run_in_a_loop_of_its_own",
        step=3,
        name="The layer is called in an event loop of its own",
        sight="1011",
        sign="the line says asyncio.run or run_until_complete",
        cure="Write async_to_sync(self.channel_layer.group_send)(…) instead.",
        why="A layer belongs to the event loop of the server; async_to_sync runs it "
        "there.",
        page=JOIN,
        evidence=(
            is_("raised", "silent", "no_members", "never_awaited"),
            written(
                r"asyncio\.run\(|run_until_complete|new_event_loop|"
                r"get_event_loop|ensure_future",
                look=True,
            ),
            lambda seen: {} if seen.event else None,
        ),
    ),
)
