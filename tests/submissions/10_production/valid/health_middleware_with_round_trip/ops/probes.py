"""What a server cannot do without; each probe raises if it is not there."""

import asyncio
import secrets

from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.apps import apps
from django.db import connection

SECONDS = 3


class Probe:
    def __init_subclass__(cls):
        PROBES.append(cls())

    async def __call__(self):
        raise NotImplementedError


PROBES = []


class Tables(Probe):
    """The tables of the chat can be read."""

    async def __call__(self):
        await database_sync_to_async(self.read)()

    def read(self):
        with connection.cursor() as cursor:
            for model in apps.get_app_config("chat").get_models():
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
                cursor.fetchone()


class RoundTrip(Probe):
    """What is sent to a channel can be received from it."""

    async def __call__(self):
        layer = channel_layers.make_backend("default")  # Not that of the tabs.
        channel = f"probe-{secrets.token_hex(8)}"
        try:
            await layer.send(channel, {"type": "probe"})
            await layer.receive(channel)
        finally:
            await layer.close_pools()


async def failures():
    """The names of the probes that fail."""
    failed = []
    for probe in PROBES:
        try:
            await asyncio.wait_for(probe(), SECONDS)
        except Exception as error:
            failed.append(f"{type(probe).__name__}: {error!r}")
    return failed
