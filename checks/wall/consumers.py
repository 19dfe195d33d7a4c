"""The consumers: a learner, who is shown, and the teacher's page, which shows them."""

import asyncio
import contextlib
import secrets
import time
from typing import Any, ClassVar

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from checks.live.frames import Frames
from checks.live.refusals import Code, Refused
from checks.wall.protocol import (
    INTRODUCTION,
    LARGEST_NUMBER,
    LONGEST_FRAME,
    MOST_FRAMES,
    MOST_OF_A_PAGE,
    SILENCE,
    Position,
    cleaned,
    is_id,
    is_number,
    not_understood,
)
from checks.wall.tiles import Tile, Tiles

TEACHERS = "wall.teachers"
"""The group of the teacher's pages. No learner is in it."""
tiles = Tiles(settings.WALL_TILES)


class WallConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """A connection whose first frame has to say who it is.

    The token and the secret are in a frame, because addresses end up in logs.
    """

    most_frames: ClassVar[int] = MOST_FRAMES
    silence: ClassVar[float | None] = None
    """Seconds after which a client that sends nothing is disconnected, if any."""
    connections: ClassVar[set["WallConsumer"]] = set()
    """The open connections. There is one server process, so these are all."""

    def __init__(self) -> None:
        super().__init__()
        self.frames = Frames("A client", LONGEST_FRAME, self.most_frames)
        self.timer: asyncio.TimerHandle | None = None
        self.closing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one client, however its connection ends.

        Channels calls `disconnect` when a client disconnects, but not after an
        exception, and not when the server ends: so the cleanup is here.
        """

        async def send_if_there(event: Any) -> None:
            # A client that has just disconnected is no error; the next event says so.
            with contextlib.suppress(Disconnected):
                await send(event)

        try:
            await super().__call__(scope, receive, send_if_there)
        except Refused as refused:
            await self.refuse(refused)
        finally:
            self.connections.discard(self)
            self.expect_frame(None)
            await self.clean_up()

    async def connect(self) -> None:
        """Accept anybody for a moment. Raises Refused if too many are connected.

        A client that is rejected before it is accepted sees no code, only 403.
        """
        await self.accept()
        if len(self.connections) >= settings.WALL_CONNECTIONS:
            raise Refused(Code.TOO_MANY_PAGES, "Too many clients are connected.")
        self.connections.add(self)
        self.expect_frame(INTRODUCTION)

    async def refuse(self, refused: Refused) -> None:
        """Send a client the reason, which Daphne does not send with a close code."""
        await self.send_json({"type": "refused", "reason": refused.reason})
        await self.close(refused.code.value)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes = b""
    ) -> None:
        """Read a frame. Raises Refused if it is not allowed, or comes too late."""
        frame = self.frames.read(text_data, bytes_data)
        if time.time() > settings.WALL_EXPIRES:
            raise Refused(Code.EXPIRED, "The token of this wall has expired.")
        await self.receive_json(frame)
        self.expect_frame(self.silence)

    def expect_frame(self, seconds: float | None) -> None:
        """Disconnect the client if it sends nothing for so long."""
        if self.timer:
            self.timer.cancel()
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(seconds, self.disconnect_silent)

    def disconnect_silent(self) -> None:
        """Close the connection. A laptop that was closed does not do that itself."""
        self.closing = asyncio.create_task(self.close(Code.SILENT.value))

    async def clean_up(self) -> None:
        """Do what the end of this connection means to others."""


class LearnerConsumer(WallConsumer):
    """A learner: it writes to its own tile, and receives nothing about others."""

    silence = SILENCE

    def __init__(self) -> None:
        super().__init__()
        self.tile: Tile | None = None

    async def receive_json(self, frame: Any) -> None:
        """Do what the learner's end asks for. Raises Refused: it may only do this."""
        match frame:
            case {
                "type": "join",
                "token": str(token),
                "learner": str(learner),
                "name": str(name),
            } if self.tile is None:
                self.tile = await self.join(token, learner, name)
            case {"type": "here"} if self.tile:
                return  # A heartbeat: that it has come is all.
            case {"type": "position", "seconds": int(seconds), **facts} if self.tile:
                self.move(self.tile, Position.read(facts), seconds)
            case {"type": "help", "asked": bool(asked)} if self.tile:
                since = self.tile.help_since or time.monotonic()
                self.tile.help_since = since if asked else None
            case {"type": "leave"} if self.tile:
                tiles.remove(self.tile)
                self.tile = None
                await self.close()
            case _:
                raise not_understood()
        if self.tile:
            tiles.note_change(self.tile)
        await self.tell_teachers()

    async def join(self, token: str, learner: str, name: str) -> Tile:
        """Put a tile up, or return to it. Raises Refused.

        The id is a secret of the learner's program. So a connection that was lost goes
        on with its tile, and a namesake gets another one.
        """
        if not _is_equal(token, settings.WALL_TOKEN):
            raise Refused(Code.NOT_ALLOWED, "The token is not that of this wall.")
        if not is_id(learner) or not (visible := cleaned(name)):
            raise Refused(Code.NOT_UNDERSTOOD, "The name or the id is no such thing.")
        tile, before = tiles.join(learner, visible, self.channel_name)
        if before:  # A connection that is lost, and does not know yet.
            await self.channel_layer.send(before, {"type": "tile.taken"})
        await self.send_json({"type": "joined"})
        return tile

    def move(self, tile: Tile, position: Position, seconds: int) -> None:
        """Note where the learner is, and for how long that has been so."""
        if not is_number(seconds):
            raise not_understood()
        tile.position = position
        tile.since = time.monotonic() - seconds

    async def tile_taken(self, _: dict[str, Any]) -> None:
        """Close this connection: the learner has a newer one."""
        self.tile = None
        await self.close(Code.REPLACED.value)

    async def help_given(self, _: dict[str, Any]) -> None:
        """Report to the learner that the teacher has answered."""
        await self.send_json({"type": "helped"})

    async def clean_up(self) -> None:
        """Show the learner as away: whoever wants to leave says so."""
        if self.tile and self.tile.channel == self.channel_name:
            tiles.lost(self.tile)
            await self.tell_teachers()

    async def tell_teachers(self) -> None:
        """Send the teacher's pages that something has changed."""
        await self.channel_layer.group_send(TEACHERS, {"type": "wall.changed"})


class TeacherConsumer(WallConsumer):
    """The teacher's page: it gets the tiles, and says when it can take more.

    A page that has not asked for the next event gets none, so however slow it is, no
    more than one is on its way to it.
    """

    most_frames = MOST_OF_A_PAGE

    def __init__(self) -> None:
        super().__init__()
        self.is_watching = self.is_ready = False
        self.version = 0

    async def receive_json(self, frame: Any) -> None:
        """Do what the page asks for. Raises Refused: it may only ask for this."""
        match frame:
            case {"type": "watch", "secret": str(secret)} if not self.is_watching:
                await self.watch(secret)
            case {"type": "next"} if self.is_watching:
                self.is_ready = True
                await self.wall_changed()
            case {"type": "helped", "tile": int(number)} if self.is_watching:
                await self.help_given(number)
            case _:
                raise not_understood()

    async def watch(self, secret: str) -> None:
        """Begin to show the wall. Raises Refused without the teacher's secret."""
        if not _is_equal(secret, settings.WALL_SECRET):
            raise Refused(Code.NOT_ALLOWED, "The secret is not that of this wall.")
        self.is_watching = True
        await self.channel_layer.group_add(TEACHERS, self.channel_name)
        left = max(int(settings.WALL_EXPIRES - time.time()), 0)
        wall = {"type": "wall", "address": settings.WALL_ADDRESS, "expires": left}
        await self.send_json(wall)

    async def wall_changed(self, _: dict[str, Any] | None = None) -> None:
        """Send what has changed since the last time, if the page is ready."""
        if self.is_ready and (self.version < tiles.version or self.version == 0):
            self.is_ready = False
            event = tiles.changed_after(self.version)
            self.version = max(tiles.version, 1)
            await self.send_json(event)

    async def help_given(self, number: int) -> None:
        """A learner who asked for help was helped: take the request back."""
        tile = tiles.numbered(min(number, LARGEST_NUMBER))
        if tile is None:
            return
        tile.help_since = None
        tiles.note_change(tile)
        if tile.channel:
            await self.channel_layer.send(tile.channel, {"type": "help.given"})
        await self.channel_layer.group_send(TEACHERS, {"type": "wall.changed"})

    async def clean_up(self) -> None:
        """Leave the group."""
        if self.is_watching:
            await self.channel_layer.group_discard(TEACHERS, self.channel_name)


def _is_equal(given: str, secret: str) -> bool:
    """Whether they are equal, in a time that gives nothing away."""
    return secrets.compare_digest(given.encode(errors="replace"), secret.encode())
