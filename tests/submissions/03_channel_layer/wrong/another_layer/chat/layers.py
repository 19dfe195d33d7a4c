from channels.layers import InMemoryChannelLayer


class LoudLayer(InMemoryChannelLayer):
    """Shows in the terminal what goes through the layer."""

    async def group_send(self, group, message):
        print(f"{group}: {message}")
        await super().group_send(group, message)
