"""What is tried with single tabs, before the crowd comes."""

import asyncio
import time

from websockets.exceptions import InvalidStatus, WebSocketException

from checks.course.lessons import Lesson
from checks.load.plan import Plan
from checks.load.tab import opened, read, written
from checks.verdict import Cause, Finding

ANSWER = 10.0
"""Seconds that the first tab has to receive what it sends."""
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
    """Have one tab on each server receive what it sends.

    Raises Finding if one does not: a crowd would not tell more than that.
    """
    rooms = dict.fromkeys(map(plan.address, range(plan.tabs)))
    for tab in (
        next(t for t in range(plan.tabs) if plan.address(t) == it) for it in rooms
    ):
        cure = f"Type make check STEP={lesson.step}: it names the task."
        expected = f"a tab on {plan.address(tab)} to receive what it sends"
        try:
            async with asyncio.timeout(ANSWER):
                await _answers(plan, tab)
        except TimeoutError:
            got = f"nothing came within {ANSWER:.0f} s"
            raise Finding(Cause("project", expected, got, cure)) from None
        except (WebSocketException, OSError) as error:
            got = f"its connection ended: {error}"
            raise Finding(Cause("project", expected, got, cure)) from None


async def _answers(plan: Plan, tab: int) -> None:
    """Send a message, and wait until it comes back."""
    socket = await opened(plan, tab)
    try:
        await socket.send(written(plan, 0, time.monotonic()))
        while not read(plan, await socket.recv()):
            pass
    finally:
        await socket.close()


def _nobody_there(address: str, why: str) -> Cause:
    return Cause(
        "machine",
        f"a server at {address}",
        why,
        "Start it, or leave ADDRESS out: then your project is started for you.",
    )
