"""How long a process waits for a processor: of what it has started, too."""

import os
import signal
import subprocess
import sys
import time

import pytest

from checks.observe.cpu import CpuDelay

PARENT = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # One processor for both.
if os.fork() and os.fork():
    os.wait()
while True:
    pass
"""
"""It waits, while its two children want the same processor."""
ENOUGH, DEADLINE = 0.05, 30.0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts this")
def test_the_children_of_a_process_count_too() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], start_new_session=True)
    try:
        since, delay = time.monotonic(), CpuDelay([parent.pid])
        while delay.seconds(since) < ENOUGH:
            assert time.monotonic() < since + DEADLINE
            time.sleep(0.01)
            delay.measure(since)
    finally:
        os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()
