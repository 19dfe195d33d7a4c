import asyncio

from channels.layers import get_channel_layer


def _run(coroutine):
    loop = asyncio.get_event_loop()
    return loop.run_until_complete(coroutine)


def join(group, channel):
    _run(get_channel_layer().group_add(group, channel))


def leave(group, channel):
    _run(get_channel_layer().group_discard(group, channel))


def broadcast(group, message):
    _run(
        get_channel_layer().group_send(
            group, {"type": "chat.message", "message": message}
        )
    )
