from channels_redis.core import RedisChannelLayer


class ChatLayer(RedisChannelLayer):
    """Counts what it is given."""

    sent = 0

    async def group_send(self, group, message):
        self.sent += 1
        await super().group_send(group, message)
