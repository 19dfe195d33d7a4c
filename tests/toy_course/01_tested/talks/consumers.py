from channels.generic.websocket import AsyncWebsocketConsumer


class Talk(AsyncWebsocketConsumer):
    groups = ["all"]

    async def receive(self, text_data):
        event = {"type": "said", "text": text_data}
        await self.channel_layer.group_send("all", event)

    async def said(self, event):
        await self.send(text_data=event["text"])
