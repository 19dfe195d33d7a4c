"""A process is ended, and whoever ends it can be cancelled at any moment."""

import asyncio

import pytest

from checks.learn.supervisor import end

STEPS = range(8)
"""How many steps of the event loop after the process has ended the cancel comes."""


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("command", [["true"], ["sleep", "60"]], ids=lambda it: it[0])
async def test_a_cancel_while_a_process_ends_is_not_lost(
    command: list[str], steps: int
) -> None:
    process = await asyncio.create_subprocess_exec(*command, process_group=0)
    if command == ["true"]:
        await process.wait()
    ending = asyncio.create_task(end(process))
    await process.wait()
    for _ in range(steps):
        await asyncio.sleep(0)
    is_in_time = ending.cancel()
    await asyncio.wait([ending])
    assert ending.cancelled() == is_in_time
