"""Which line of a project an event is said to come from."""

import asyncio
import os
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import AsyncToSync, async_to_sync, sync_to_async

from checks.observe.recorder import Recorder
from checks.observe.sync_calls import watch_sync_calls

LINE = {"file": "own.py", "line": 2}


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A recorder of the project in `tmp_path`, which knows its sync calls."""
    fd = os.open(os.devnull, os.O_WRONLY)
    record = Recorder(fd, tmp_path)
    monkeypatch.setattr(AsyncToSync, "__call__", AsyncToSync.__call__)
    watch_sync_calls(record)
    yield record
    os.close(fd)


@pytest.fixture
def own(tmp_path: Path) -> Callable[[Any], Any]:
    """A function of the project, which calls another one in its second line."""
    file = tmp_path / "own.py"
    file.write_text("def own(other):\n    return other()\n")
    function: Callable[[Any], Any] = runpy.run_path(str(file))["own"]
    return function


def test_it_is_the_line_of_sync_code_that_waits(
    recorder: Recorder, own: Callable[[Any], Any]
) -> None:
    async def elsewhere() -> tuple[object, bool]:
        return recorder.here(), recorder.blocks_a_thread()

    def in_a_thread() -> object:
        return own(async_to_sync(elsewhere))

    async def in_a_loop() -> object:
        return await sync_to_async(in_a_thread)(), await elsewhere()

    assert own(async_to_sync(elsewhere)) == (LINE, True)
    assert asyncio.run(in_a_loop()) == ((LINE, True), (None, False))
    assert own(recorder.here) == LINE
    assert own(recorder.blocks_a_thread) is False


def test_it_is_not_the_line_that_an_event_loop_runs_meanwhile(
    recorder: Recorder, own: Callable[[Any], Any]
) -> None:
    async def in_a_loop() -> object:
        elsewhere = asyncio.create_task(asyncio.to_thread(recorder.here))
        await asyncio.sleep(0)
        own(elsewhere.done)
        return await elsewhere

    assert asyncio.run(in_a_loop()) is None
