"""The consumers: any page of the site, the page of a lesson, an unknown address."""

import contextlib
import json
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from channels.exceptions import ChannelFull
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from checks.course import changes
from checks.course.lessons import ROOT, Course, Lesson
from checks.live import comparison, hint, layer
from checks.live.frames import Frames
from checks.live.history import History
from checks.live.last_messages import GONE, LastMessages, Message
from checks.live.refusals import Code, Refused

LESSONS = {lesson.slug: lesson for lesson in Course().lessons}
last_messages = LastMessages(settings.LIVE_REDIS)


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Any page of the site: it receives the events for everybody, and sends nothing."""

    pages: ClassVar[set["LiveConsumer"]] = set()
    """The connected pages. There is one server process, so these are all."""

    def __init__(self) -> None:
        super().__init__()
        self.joined: list[str] = []
        self.newest = 0
        self.unsent: dict[str, str] = {}
        self.frames = Frames()

    # Connecting and disconnecting ---------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one page, however its connection ends.

        Channels calls `disconnect` when a page disconnects, but not after an exception,
        and not when the server ends: so the cleanup is here.
        """
        try:
            await super().__call__(scope, receive, send)
        except Refused as refused:
            await self.refuse(refused)
        except GONE:
            await self.refuse(Refused(Code.NO_REDIS, "The course's Redis is gone."))
        finally:
            await self.clean_up()

    async def connect(self) -> None:
        """Accept a page, and send it what the others have received already.

        It is accepted first: a page that is rejected before sees 1006, and no reason.
        It joins the groups before it reads the last messages: so a message in between
        arrives twice rather than never, and `live_event` ignores the second one.
        """
        await self.accept()
        self.count_page()
        self.joined = self.groups_to_join()
        for group in self.joined:
            await self.channel_layer.group_add(group, self.channel_name)
        for message in await last_messages.of(self.joined):
            await self.live_event(message)

    def count_page(self) -> None:
        """Count this page as connected. Raises Refused if there are too many."""
        if len(self.pages) >= settings.LIVE_PAGES:
            reason = f"{settings.LIVE_PAGES} pages are connected already. Close one."
            raise Refused(Code.TOO_MANY_PAGES, reason)
        self.pages.add(self)

    def groups_to_join(self) -> list[str]:
        """The groups whose events this page shows. Raises Refused if it has none."""
        return [layer.EVERYBODY]

    async def refuse(self, refused: Refused) -> None:
        """Send a page the reason, and close its connection.

        The reason is an event of its own: Daphne sends none along with a close code.
        """
        event = {"type": "refused", "code": refused.code, "reason": refused.reason}
        await self.send_json(event)
        await self.close(refused.code.value)

    async def clean_up(self) -> None:
        """Leave the groups; the page no longer counts as connected."""
        self.pages.discard(self)
        with contextlib.suppress(*GONE):
            for group in self.joined:
                await self.channel_layer.group_discard(group, self.channel_name)

    # What the page receives ---------------------------------------------------------

    async def live_event(self, message: Message) -> None:
        """Send the page an event of its group, unless it has that one or a newer one.

        A newer event replaces an unsent one of the same kind: so a page that does not
        read costs little memory, and nobody waits for it.
        """
        if message["number"] > self.newest:
            self.newest = message["number"]
            self.unsent.pop(message["kind"], None)
            self.unsent[message["kind"]] = message["text"]
            await self.send_unsent()

    async def page_reads(self, _: Message) -> None:
        """Continue: `checks.live.backpressure` says that the page reads again."""
        await self.send_unsent()

    async def send_unsent(self) -> None:
        """Send the page what it has not got, oldest first, as long as it reads."""
        while self.unsent and self.scope["page"].reads:
            oldest = next(iter(self.unsent))
            await self.send(text_data=self.unsent.pop(oldest))

    # What the page sends ------------------------------------------------------------

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes = b""
    ) -> None:
        """Read a frame from the page. Raises Refused if it is not understood."""
        await self.receive_json(self.frames.read(text_data, bytes_data))

    async def receive_json(self, frame: Any) -> None:
        """Do what the page asks for. Raises Refused: this one may ask for nothing."""
        reason = f"This page may not send {json.dumps(frame)}."
        raise Refused(Code.NOT_UNDERSTOOD, reason)


class LessonConsumer(LiveConsumer):
    """The page of a lesson: it can choose that lesson, and ask for what it shows."""

    @property
    def lesson(self) -> Lesson:
        """The lesson that the address names. Raises Refused when there is none."""
        slug = self.scope["url_route"]["kwargs"]["slug"]
        if slug not in LESSONS:
            reason = f"There is no lesson {slug}. There are: {', '.join(LESSONS)}."
            raise Refused(Code.NOT_HERE, reason)
        return LESSONS[slug]

    def groups_to_join(self) -> list[str]:
        """The groups whose events this page shows. Raises Refused if it has none."""
        return [*super().groups_to_join(), layer.lesson_group(self.lesson.slug)]

    async def receive_json(self, frame: Any) -> None:
        """Do what the page asks for: it can ask for these things only."""
        asked = {
            "choose": self.choose,
            "hint": self.give_hint,
            "open": self.open_place,
            "compare": self.compare,
            "reset": self.reset,
        }
        match frame:
            case {"type": str(kind), **rest} if kind in asked and not rest:
                await asked[kind]()
            case {"type": "open", "frame": int(number), **rest} if not rest:
                await self.open_place(number)
            case {
                "type": "wall",
                "ask": "help" | "no_help" | "leave" as ask,
                **rest,
            } if not rest:
                await self.ask_make_learn(layer.asked_of_wall(ask))
            case {"type": "difference", "number": int(number), **rest} if not rest:
                await self.give_difference(number)
            case _:
                await super().receive_json(frame)

    async def choose(self) -> None:
        """Ask that this lesson be checked from now on.

        `make learn`, which is another process, reads it from a channel. A message to a
        group is for all its members; one to a channel is for one reader.
        """
        await self.ask_make_learn(layer.choice(self.lesson.slug))

    async def ask_make_learn(self, message: Message) -> None:
        """Send a message to `make learn`. Raises Refused if nobody reads those."""
        try:
            await self.channel_layer.send(layer.CHOICES, message)
        except ChannelFull:
            reason = "Nobody takes your choice of a lesson. Is make learn still there?"
            raise Refused(Code.NOBODY_THERE, reason) from None

    async def give_hint(self) -> None:
        """Answer this page, and no other, with the next hint.

        Hints are counted in a file, and reading a file blocks. So that is done in a
        thread: the same one for all pages, so that no two of them write at once.
        """
        verdict = await self.last_verdict()
        await self.send_json(await sync_to_async(hint.answer)(self.lesson, verdict))

    async def give_difference(self, number: int) -> None:
        """Answer this page, and no other, with what was changed before a verdict."""

        def answer() -> dict[str, Any]:
            history = History(self.lesson.slug, settings.LIVE_HISTORY)
            return history.difference(number)

        await self.send_json(await sync_to_async(answer)())

    async def last_verdict(self) -> str | None:
        """The event, as text, with the last verdict on the lesson."""
        group = layer.lesson_group(self.lesson.slug)
        return await last_messages.text(group, "verdict")

    async def open_place(self, frame: int | None = None) -> None:
        """Ask that the place of the failure be opened in the learner's editor.

        Or that of a step of its traceback. A page names no file: what is opened is what
        the last verdict names, and `make learn` opens it, which knows the editor.
        """
        verdict = json.loads(await self.last_verdict() or "{}").get("verdict", {})
        cause = verdict.get("cause") or {}
        frames = dict(enumerate(cause.get("frames", [])))
        where = cause.get("where") if frame is None else frames.get(frame)
        if where:
            line = where["line"] or 1
            place = layer.place_opened(self.lesson.slug, where["file"], line)
            await self.ask_make_learn(place)

    async def compare(self) -> None:
        """Answer with the learner's code beside the course's, once it passes."""
        verdict = await self.last_verdict()
        answer = await sync_to_async(comparison.answer)(self.lesson, verdict)
        await self.send_json(answer)

    async def reset(self) -> None:
        """Put the starter back, and answer with where the learner's files are kept."""
        done = await sync_to_async(changes.reset)(self.lesson, ROOT)
        await self.send_json({"type": "reset", "done": done})


class NowhereConsumer(LiveConsumer):
    """A page at an address where there is nothing."""

    def groups_to_join(self) -> list[str]:
        """Raises Refused."""
        reason = f"There is nothing at {self.scope['path']}."
        raise Refused(Code.NOT_HERE, reason)
