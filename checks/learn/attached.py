"""Runs a Python module that ends with the process that started it.

`python -m checks.learn.attached mkdocs serve` is `python -m mkdocs serve`, with a pipe
as its standard input. Only the parent can write to that pipe, so it ends when the
parent does: also after `kill -9`, when nobody is left to end the servers.
"""

import os
import runpy
import signal
import sys
import threading
import time

GRACE = 1.0
"""Seconds that a server has to end by itself, as mkdocs has a folder to remove."""


def end_with_parent() -> None:
    """Wait for the end of the standard input, and end this process group."""
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


def stop(*_signal: object) -> None:
    """End as after Ctrl-C, where SIGTERM would leave no time to clean up."""
    raise SystemExit(128 + signal.SIGTERM)


def main(module: str) -> None:
    """Run a module as `python -m` does."""
    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1])
