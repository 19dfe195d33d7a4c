from channels.consumer import SyncConsumer
from asgiref.sync import async_to_sync


class Broadcaster(SyncConsumer):
    def broadcast(self, event):
        async_to_sync(self.channel_layer.group_send)(
            event["group"],
            {"type": "chat.message", "message": event["message"]},
        )
