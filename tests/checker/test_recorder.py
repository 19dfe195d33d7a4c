"""Which line of a project an event is said to come from."""

import asyncio
import os
import runpy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checks.observe.recorder import Recorder


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """A recorder of the project in `tmp_path`."""
    fd = os.open(os.devnull, os.O_WRONLY)
    yield Recorder(fd, tmp_path)
    os.close(fd)


def test_it_is_not_the_line_that_an_event_loop_runs_meanwhile(
    recorder: Recorder, tmp_path: Path
) -> None:
    own = tmp_path / "own.py"
    own.write_text("def waits(other):\n    return other()\n")
    waits = runpy.run_path(str(own))["waits"]
    with ThreadPoolExecutor(1) as other_thread:

        def elsewhere() -> object:
            return other_thread.submit(recorder.here).result()

        async def in_a_loop() -> object:
            return waits(elsewhere)

        assert waits(elsewhere) == {"file": "own.py", "line": 2}
        assert asyncio.run(in_a_loop()) is None
