"""The consumers: any page of the site, the page of a lesson, and a page gone astray."""

import contextlib
import json
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from channels.exceptions import ChannelFull
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from checks.course.lessons import Course, Lesson
from checks.live import hint, layer
from checks.live.frames import Frames
from checks.live.memory import GONE, Memory, Message
from checks.live.refusals import Code, Refused

LESSONS = {lesson.slug: lesson for lesson in Course().lessons}
memory = Memory(settings.LIVE_REDIS)


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Any page of the site: it hears what everybody is told, and has nothing to say."""

    pages: ClassVar[set["LiveConsumer"]] = set()
    """Those that are connected. There is one server process, so these are all."""

    def __init__(self) -> None:
        super().__init__()
        self.joined: list[str] = []
        self.newest = 0
        self.untold: dict[str, str] = {}
        self.frames = Frames()

    # Coming and going ---------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one page, from its coming to its end, whatever that is.

        Channels calls `disconnect` when a page goes, but not after an exception, nor
        when the server is ended: so what has to be undone is undone here.
        """
        try:
            await super().__call__(scope, receive, send)
        except Refused as refused:
            await self.refuse(refused)
        except GONE:
            await self.refuse(Refused(Code.NO_REDIS, "The course's Redis is gone."))
        finally:
            await self.leave()

    async def connect(self) -> None:
        """Let a page in, and tell it what the others know already.

        It is accepted first: a page that is refused before sees 1006, and no reason. It
        joins before it recalls: what is told in between comes twice rather than never,
        and `live_told` leaves out what comes twice.
        """
        await self.accept()
        self.take_a_place()
        self.joined = self.groups_to_hear()
        for group in self.joined:
            await self.channel_layer.group_add(group, self.channel_name)
        for message in await memory.recall(self.joined):
            await self.live_told(message)

    def take_a_place(self) -> None:
        """Raises Refused when all are taken."""
        if len(self.pages) >= settings.LIVE_PAGES:
            reason = f"{settings.LIVE_PAGES} pages are connected already. Close one."
            raise Refused(Code.TOO_MANY_PAGES, reason)
        self.pages.add(self)

    def groups_to_hear(self) -> list[str]:
        """The groups whose events this page shows. Raises Refused if it has none."""
        return [layer.EVERYBODY]

    async def refuse(self, refused: Refused) -> None:
        """Tell a page why it is sent away, and close its connection.

        The reason goes ahead as an event: Daphne sends none along with a code.
        """
        event = {"type": "refused", "code": refused.code, "reason": refused.reason}
        await self.send_json(event)
        await self.close(refused.code.value)

    async def leave(self) -> None:
        """Give up the place, and leave the groups."""
        self.pages.discard(self)
        with contextlib.suppress(*GONE):
            for group in self.joined:
                await self.channel_layer.group_discard(group, self.channel_name)

    # What the page is told ----------------------------------------------------------

    async def live_told(self, message: Message) -> None:
        """Tell the page what its group was told, unless it knows that, or newer.

        What a page has not read yet, it need not read any more once there is newer of
        the same kind: so a page that does not read costs little, and nobody waits.
        """
        if message["number"] > self.newest:
            self.newest = message["number"]
            self.untold.pop(message["kind"], None)
            self.untold[message["kind"]] = message["text"]
            await self.tell()

    async def page_reads(self, _: Message) -> None:
        """Go on: `checks.live.backpressure` says that the page reads again."""
        await self.tell()

    async def tell(self) -> None:
        """Tell the page what it does not know, oldest first, as long as it reads."""
        while self.untold and self.scope["page"].reads:
            oldest = next(iter(self.untold))
            await self.send(text_data=self.untold.pop(oldest))

    # What the page says -------------------------------------------------------------

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes = b""
    ) -> None:
        """Take a frame from the page. Raises Refused if it means nothing."""
        await self.receive_json(self.frames.read(text_data, bytes_data))

    async def receive_json(self, frame: Any) -> None:
        """Do what the page asks for. Raises Refused: this one may ask for nothing."""
        reason = f"This page may not send {json.dumps(frame)}."
        raise Refused(Code.NOT_UNDERSTOOD, reason)


class LessonConsumer(LiveConsumer):
    """The page of a lesson: it hears of that too, may choose it, and ask for a hint."""

    @property
    def lesson(self) -> Lesson:
        """The lesson that the address names. Raises Refused when there is none."""
        slug = self.scope["url_route"]["kwargs"]["slug"]
        if slug not in LESSONS:
            reason = f"There is no lesson {slug}. There are: {', '.join(LESSONS)}."
            raise Refused(Code.NOT_HERE, reason)
        return LESSONS[slug]

    def groups_to_hear(self) -> list[str]:
        """The groups whose events this page shows. Raises Refused if it has none."""
        return [*super().groups_to_hear(), layer.lesson_group(self.lesson.slug)]

    async def receive_json(self, frame: Any) -> None:
        """Do what the page asks for: these two are all that it can make happen."""
        if frame == {"type": "choose"}:
            await self.choose()
        elif frame == {"type": "hint"}:
            await self.give_hint()
        else:
            await super().receive_json(frame)

    async def choose(self) -> None:
        """Ask that this lesson be checked from now on.

        `make learn` does that, another process, which reads from a channel. Where each
        message to a group is for all of it, one in a channel is for one reader.
        """
        choice = {"type": "lesson.chosen", "lesson": self.lesson.slug}
        try:
            await self.channel_layer.send(layer.CHOICES, choice)
        except ChannelFull:
            reason = "Nobody takes your choice of a lesson. Is make learn still there?"
            raise Refused(Code.NOBODY_THERE, reason) from None

    async def give_hint(self) -> None:
        """Answer this page, and no other, with the next hint.

        Hints are counted in a file, and files make whoever reads them wait. So that is
        done in a thread: in one for all pages, so that no two of them write at once.
        """
        group = layer.lesson_group(self.lesson.slug)
        verdict = await memory.last(group, "verdict")
        await self.send_json(await sync_to_async(hint.answer)(self.lesson, verdict))


class NowhereConsumer(LiveConsumer):
    """A page at an address where there is nothing."""

    def groups_to_hear(self) -> list[str]:
        """Raises Refused."""
        reason = f"There is nothing at {self.scope['path']}."
        raise Refused(Code.NOT_HERE, reason)
