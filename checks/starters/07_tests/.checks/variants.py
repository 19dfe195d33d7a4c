"""The chats on which the tests of lesson 7 are tried: right, broken, and idle ones."""

from pathlib import Path

from checks.course.variants import Variant

LESSON_6 = Path(__file__).parents[2] / "06_async"
"""It starts with the sync consumer that lesson 5 ends with."""
SEND = """        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "frame": saved.as_frame()}
        )
"""
TO_SENDER = """        await self.chat_message({"frame": saved.as_frame()})
"""
SEND_ON = 'json.dumps(event["frame"])'
HISTORY = "json.dumps(message.as_frame())"
SENT_IDS = "self.sent_ids = {message.id for message in history}"
OWN_NAME = ' | {"name": self.scope["user"].get_username()}'
REJECTED = """            await self.close()
            return
        await self.channel_layer"""

RIGHT = (
    Variant("course", "everything is as in this lesson"),
    Variant(
        "closes_with_a_code",
        "whoever is not logged in is accepted, and closed with a code at once",
        "Let the test pass for both kinds of rejection: where the tab was accepted, the next thing that it gets is websocket.close.",
        (
            (
                REJECTED,
                REJECTED.replace(
                    "await self.close()",
                    "await self.accept()\n            await self.close(code=4401)",
                ),
            ),
            (
                "        try:\n",
                '        if not self.scope["user"].is_authenticated:\n            return\n        try:\n',
            ),
        ),
    ),
    Variant(
        "more_keys",
        "each frame has one more key",
        "Compare the keys that the test is about, and not the whole frame.",
        (
            (SEND_ON, 'json.dumps(event["frame"] | {"kind": "new"})'),
            (HISTORY, 'json.dumps(message.as_frame() | {"kind": "old"})'),
        ),
    ),
    Variant(
        "sync",
        "the consumer is a sync one",
        "Test what tabs send and receive, and not how the consumer is written.",
        whole=(LESSON_6 / "chat/consumers.py").read_text(encoding="utf-8"),
    ),
    Variant(
        "other_names",
        "group, event and handler have other names",
        "Send through a tab, as a page does: the names of the group and of its events belong to the consumer.",
        (
            ('"chat_" + self.room', '"room." + self.room'),
            ('"type": "chat.message"', '"type": "room.said"'),
            ('"frame": saved', '"said": saved'),
            ("chat_message(self", "room_said(self"),
            ('event["frame"]["id"]', 'event["said"]["id"]'),
            (SEND_ON, 'json.dumps(event["said"])'),
        ),
    ),
    Variant(
        "slow",
        "it takes 2 s to save a message",
        "Wait longer, as with timeout=5: a wait ends as soon as the message is there.",
        (
            (
                "        saved = await",
                "        await asyncio.sleep(2)\n        saved = await",
            ),
        ),
        waits=True,
    ),
)

BROKEN = (
    # Task 1
    Variant(
        "echo",
        "only the tab that sends a message receives it",
        "Connect a second tab to the room, and let it receive the message, too.",
        ((SEND, TO_SENDER),),
    ),
    Variant(
        "twice",
        "the tab that sends a message receives it twice",
        "After the message, assert that the tab receives nothing more.",
        ((SEND, SEND + TO_SENDER),),
    ),
    Variant(
        "every_room",
        "all rooms receive it",
        "Connect one more tab, in another room, and assert that it receives nothing.",
        (('"chat_" + self.room', '"chat"'),),
    ),
    Variant(
        "not_the_sender",
        "the tab that sends a message does not receive it",
        "Let the tab that has sent the message receive it, too.",
        (
            (
                '"frame": saved.as_frame()',
                '"frame": saved.as_frame(), "by": self.channel_name',
            ),
            (
                'if event["frame"]["id"] in self.sent_ids:',
                'if event["by"] == self.channel_name:',
            ),
        ),
    ),
    Variant(
        "other_words",
        "the words of a message are changed on the way",
        "Compare what was received with what was sent.",
        (("text=text\n", "text=text.title()\n"),),
    ),
    # Task 2
    Variant(
        "nobody",
        "whoever is not logged in receives everything",
        "Connect a tab without a user while somebody sends a message, and assert that it receives none.",
        (('if not self.scope["user"].is_authenticated:', "if False:"),),
    ),
    Variant(
        "claimed_name",
        "a tab can send a message under any name",
        "Send another name along with a message, and assert that nobody receives that name.",
        (
            (
                "        await self.save_and_send(str(message))",
                '        self.claimed = json.loads(text_data).get("name")\n        await self.save_and_send(str(message))',
            ),
            (
                '"frame": saved.as_frame()',
                '"frame": saved.as_frame() | ({"name": self.claimed} if self.claimed else {})',
            ),
        ),
    ),
    Variant(
        "receivers_name",
        "each tab receives the name of its own user",
        "Compare the name in what another user receives, too.",
        ((SEND_ON, SEND_ON[:-1] + OWN_NAME + ")"),),
    ),
    # Task 3
    Variant(
        "no_history",
        "a new tab receives nothing of what was sent before",
        "Send messages first; then connect one more tab, and let it receive them.",
        (("history[:50]", "history[:0]"),),
    ),
    Variant(
        "backwards",
        "a new tab receives the newest message first",
        "Send two messages before the tab connects, and assert which comes first.",
        (("reversed(history)", "history"),),
    ),
    Variant(
        "every_history",
        "a new tab receives what was sent in other rooms, too",
        "Send something in another room before the tab connects, and assert that it receives nothing of that.",
        ((".filter(room=self.room)", ".all()"),),
    ),
    Variant(
        "history_to_all",
        "everybody receives the history again when a new tab connects",
        "Assert that the tabs that were there before receive nothing when another one connects.",
        (
            (
                "await self.send(text_data=json.dumps(message.as_frame()))",
                'await self.channel_layer.group_send(self.group, {"type": "chat.message", "frame": message.as_frame()})',
            ),
            (SENT_IDS, "self.sent_ids = set()"),
        ),
    ),
    Variant(
        "wrong_author",
        "each message of the history has the name of the user who reads it",
        "Compare the names in the history, too; let a user read it who is not the author.",
        ((HISTORY, HISTORY[:-1] + OWN_NAME + ")"),),
    ),
    Variant(
        "ignores_since",
        "a tab that comes back with ?since= receives everything again",
        "Connect a tab with since= and the id of the first message, and assert that it receives the later ones only.",
        (("if since.isdecimal():", "if False:"),),
    ),
    Variant(
        "nothing_since",
        "a tab that comes back with ?since= receives nothing of what it missed",
        "Connect a tab with since= and the id of an older message, and let it receive what came after that one.",
        (("filter(id__gt=since)", "none()"),),
    ),
)

IDLE = (
    Variant(
        "silent",
        "nobody receives anything",
        whole="""from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    pass
""",
    ),
    Variant(
        "closed",
        "nobody is accepted",
        whole="""from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
""",
    ),
)
