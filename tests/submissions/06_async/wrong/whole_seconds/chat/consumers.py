# Task 3.1: Import asyncio.
import asyncio

# End of task 3.1
import json

# Task 1.1: Import the async consumer; async_to_sync is not needed any more.
from channels.generic.websocket import AsyncWebsocketConsumer

# End of task 1.1
from django.http import QueryDict

# Task 3.2: Import the module reminders.
from . import reminders

# End of task 3.2
from .models import Message


# Task 1.2: Inherit from the async consumer, and make connect() async.
class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        # End of task 1.2
        # Task 3.3: Create a set for the tasks of this connection.
        self.tasks = set()
        # End of task 3.3
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        # Task 1.3: Await every call, and read the history with async for.
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        history = Message.objects.filter(room=self.room)
        history = history.select_related("author").order_by("-id")
        since = QueryDict(self.scope["query_string"]).get("since", "")[:19]
        if since.isdecimal():
            history = history.filter(id__gt=since)
        history = [message async for message in history[:50]]
        for message in reversed(history):
            await self.send(text_data=json.dumps(message.as_frame()))
        self.sent_ids = {message.id for message in history}
        # End of task 1.3

    # Task 1.4: Make disconnect() async, too.
    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        # End of task 1.4
        # Task 3.4: Cancel what is still waiting.
        for task in self.tasks:
            task.cancel()
        # End of task 3.4

    # Task 2.1: Make receive() async.
    async def receive(self, text_data=None, bytes_data=None):
        # End of task 2.1
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        # Task 3.5: Start a task for what has to wait, and return at once.
        if reminder := reminders.parse(str(message)):
            task = asyncio.create_task(self.remind(*reminder))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            return
        # End of task 3.5
        # Task 2.2: Save the message and send it to the group, with await.
        await self.save_and_send(str(message))

    async def save_and_send(self, text):
        saved = await Message.objects.acreate(
            room=self.room, author=self.scope["user"], text=text
        )
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "frame": saved.as_frame()}
        )

    async def chat_message(self, event):
        # End of task 2.2
        if event["frame"]["id"] in self.sent_ids:
            return
        # Task 2.3: Await what sends it to the page.
        await self.send(text_data=json.dumps(event["frame"]))
        # End of task 2.3

    # Task 3.6: Wait, and then save and send the message.
    async def remind(self, seconds, text):
        await asyncio.sleep(int(seconds))
        await self.save_and_send(text)

    # End of task 3.6
