"""Runs a Python module that ends with the process that started it.

`python -m checks.learn.attached mkdocs serve` is `python -m mkdocs serve`, with a pipe
as its standard input. Only the parent can write to that pipe, so it ends when the
parent does: also after `kill -9`, when nobody is left to end the servers.

With `--own-folder` before the module, its temporary files are in a folder that is
deleted when it ends: mkdocs makes one long before it is ready to remove it.
"""

import contextlib
import os
import runpy
import signal
import sys
import tempfile
import threading
import time

GRACE = 5.0
"""Seconds that a server has to end by itself, as mkdocs has a folder to remove.

On a busy machine, that takes more than one.
"""
OWN_FOLDER = "--own-folder"


def end_with_parent() -> None:
    """Wait for the end of the standard input, and end this process group."""
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


def stop(*_signal: object) -> None:
    """End as after Ctrl-C, once: SIGTERM would leave no time to clean up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + signal.SIGTERM)


def main() -> None:
    """Run the module that is named, as `python -m` does."""
    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=end_with_parent, daemon=True).start()
    with contextlib.ExitStack() as folders:
        if sys.argv[1] == OWN_FOLDER:
            own = tempfile.TemporaryDirectory(prefix="site-")
            tempfile.tempdir = folders.enter_context(own)
            del sys.argv[1]
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
