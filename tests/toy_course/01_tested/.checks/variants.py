from checks.course.variants import Variant

CONSUMERS = "talks/consumers.py"
RIGHT = (
    Variant("course", "everything is as in the lesson"),
    Variant(
        "talkative",
        "a tab is greeted later",
        "Let the test accept a greeting.",
        file=CONSUMERS,
        edits=(
            (
                'text_data=event["text"])',
                'text_data=event["text"])\n        await self.send("Thanks")',
            ),
        ),
    ),
)
BROKEN = (
    Variant(
        "echo",
        "only the sender receives it",
        "Let another tab be there.",
        file=CONSUMERS,
        edits=(
            (
                'await self.channel_layer.group_send("all", event)',
                "await self.said(event)",
            ),
        ),
    ),
    Variant(
        "loud",
        "the words are changed",
        "Compare the words.",
        file=CONSUMERS,
        edits=(("text_data=event", "text_data='!' + event"),),
    ),
)
NOTHING = """
from channels.generic.websocket import AsyncWebsocketConsumer
class Talk(AsyncWebsocketConsumer):
    pass
"""
IDLE = (Variant("nothing", "nothing happens", whole=NOTHING, file=CONSUMERS),)
