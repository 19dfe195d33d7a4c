"""What is tried with single tabs, before the crowd comes."""

import asyncio
import contextlib

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from checks.course.lessons import Lesson
from checks.load.plan import Plan
from checks.load.tab import opened, read, written
from checks.verdict import Cause, Finding

ANSWER = 20.0
"""Seconds in which a single tab on each server has to receive what is sent."""
AGAIN = 1.0
"""Seconds after which it is sent again: a layer may lose it, or a tab join later."""
FORBIDDEN = 403


async def wants_a_login(plan: Plan) -> bool:
    """Whether a tab without a cookie is rejected."""
    try:
        await (await opened(plan, 0)).close()
    except InvalidStatus as error:
        return error.response.status_code == FORBIDDEN
    except (OSError, TimeoutError) as error:
        raise Finding(_nobody_there(plan.address(0), str(error))) from None
    return False


async def try_each_server(lesson: Lesson, plan: Plan) -> None:
    """Have a tab on each server receive what one on each server sends.

    Raises Finding if one does not: a crowd would not tell more than that.
    """
    lacks = {it: {*plan.addresses} for it in plan.addresses}
    got = f"nothing came within {ANSWER:.0f} s"
    try:
        async with asyncio.timeout(ANSWER):
            await _all_receive(plan, lacks)
    except (WebSocketException, OSError, TimeoutError) as error:
        if not isinstance(error, TimeoutError):
            got = f"a connection ended: {error}"
        to, missing = next(
            (it for it in lacks.items() if it[1]), (plan.addresses[0], ())
        )
        by = next(iter(missing), to)
        expected = f"a tab on {to} to receive what one on {by} sends"
        cure = f"Type make check STEP={lesson.step}: it names the task."
        raise Finding(Cause("project", expected, got, cure)) from None


async def _all_receive(plan: Plan, lacks: dict[str, set[str]]) -> None:
    """Open a tab on each server, have each send, and note who lacks whose message."""
    async with contextlib.AsyncExitStack() as stack:
        sockets = []
        for server in range(len(plan.addresses)):
            socket = await opened(plan, server * plan.rooms)
            stack.push_async_callback(socket.close)
            sockets.append(socket)
        sending = asyncio.create_task(_keep_sending(plan, sockets))
        stack.callback(sending.cancel)
        for address, socket in zip(plan.addresses, sockets, strict=True):
            while lacks[address]:
                if found := read(plan, await socket.recv()):
                    lacks[address].discard(plan.addresses[int(found[1])])


async def _keep_sending(plan: Plan, sockets: list[ClientConnection]) -> None:
    """Have each tab send its message again and again; whoever reads notices an end."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            for server, socket in enumerate(sockets):
                await socket.send(written(plan, -1, server))
            await asyncio.sleep(AGAIN)


def _nobody_there(address: str, why: str) -> Cause:
    return Cause(
        "machine",
        f"a server at {address}",
        why,
        "Start it, or leave ADDRESS out: then your project is started for you.",
    )
