"""Databases and a key prefix of the run's own, for a learner's project."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from checks.observe import activity, instruments, queries
from checks.observe.recorder import Recorder
from checks.observe.sync_calls import watch_sync_calls
from checks.sandbox import database


def isolate(record: Recorder, folder: Path, prefix: str) -> None:
    """Let nothing that the project writes get out of the run, and watch what it does.

    By prefix and not by the number of a Redis database: pub/sub crosses databases.
    """
    database.use_copies(folder, partial(queries.watch_queries, record))
    record.more = database.missing
    _hash_passwords_quickly()
    give_thread_for_sync_code()
    activity.watch_threads()
    instruments.watch_coroutines(record)
    instruments.watch_tasks(record)
    instruments.watch_sleep(record)
    watch_sync_calls(record)

    def watch_consumers(module: ModuleType) -> None:
        instruments.watch_consumers(record, module)

    def watch_layers(module: ModuleType) -> None:
        instruments.watch_layers(record, module)

    def watch_redis(module: ModuleType) -> None:
        add_prefix(module.RedisChannelLayer, prefix)
        instruments.watch_capacity(record, module)

    instruments.after_import(
        {
            "channels.consumer": watch_consumers,
            "channels.layers": watch_layers,
            "channels_redis.core": watch_redis,
            "channels_redis.pubsub": lambda pubsub: add_prefix(
                pubsub.RedisPubSubLoopLayer, prefix
            ),
        }
    )


def give_thread_for_sync_code() -> None:
    """Let asgiref start its thread here: one that our parent had was not forked.

    It is named as in a process that was not forked.
    """
    from asgiref.sync import SyncToAsync  # as late as the project's own import of it

    own = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ThreadPoolExecutor-0")
    SyncToAsync.single_thread_executor = own


def _hash_passwords_quickly() -> None:
    """Hash passwords once instead of a million times: a run keeps no secrets.

    Each hash would take a quarter of a second; tests that log in with passwords, tried
    on twenty versions of the code, a minute.
    """
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = 1


def add_prefix(layer: type, prefix: str) -> None:
    """Put the run's prefix before the layer's own, however the layer is created."""
    create: Any = layer.__init__  # type: ignore[misc]

    def __init__(self: Any, hosts: Any = None, *args: Any, **kwargs: Any) -> None:
        if args:
            args = (prefix + args[0], *args[1:])
        else:
            kwargs["prefix"] = prefix + kwargs.get("prefix", "asgi")
        create(self, hosts, *args, **kwargs)

    layer.__init__ = __init__  # type: ignore[misc]
