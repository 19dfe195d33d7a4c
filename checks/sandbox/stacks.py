"""What the threads of a process are executing, as faulthandler writes it to a pipe."""

import os
import re
import select
import signal
from pathlib import Path

from checks.verdict import Where

TELLING = 2.0
"""Seconds in which a process has to begin to say where it is."""
LONGEST = 1 << 20
"""Bytes of stacks that are read: code of the project can write to the pipe, too."""


def read(pid: int, fd: int) -> str:
    """Ask a process for the stacks of its threads; "" where it does not answer."""
    os.kill(pid, signal.SIGUSR1)
    stack = b""
    # It begins when a busy machine lets it, and then comes without a pause.
    while select.select([fd], [], [], 0.1 if stack else TELLING)[0]:
        piece = os.read(fd, 1 << 16)
        stack += piece
        if not piece or len(stack) > LONGEST:
            break
    return stack.decode(errors="replace")


def do_not_move(stacks: list[str], project: Path) -> bool:
    """Whether these stacks, one after another, show code that does not move on.

    That is one stack with a line of the learner's in it, or a line of theirs that runs
    itself and not what it has called, such as an import.
    """
    same = len(set(stacks)) == 1 and bool(innermost_own(stacks[0], project))
    return same or all(runs_own_code(stack, project) for stack in stacks)


def runs_own_code(stack: str, project: Path) -> bool:
    """Whether a thread executes a line of the learner's, and nothing called there."""
    running = re.findall(r'hread .*\n  File "(/[^"]+)", line \d+', stack)
    return any(
        os.path.realpath(file).startswith(f"{project}{os.sep}") for file in running
    )


def of_main_thread(stack: str) -> str:
    """The part of the main thread, which runs the event loop: it is the last one."""
    return re.split(r"(?=^(?:Current t|T)hread )", stack, flags=re.MULTILINE)[-1]


def innermost_own(stack: str, project: Path) -> Where | None:
    """The learner's innermost line in a stack as faulthandler prints it."""
    for file, line in re.findall(r'File "(/[^"]+)", line (\d+)', stack):
        path = os.path.realpath(file)
        if path.startswith(f"{project}{os.sep}"):
            return Where(path.removeprefix(f"{project}{os.sep}"), int(line))
    return None
