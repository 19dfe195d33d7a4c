"""What the threads of a process are executing, as faulthandler writes it to a socket.

A thread of that process writes it: while it has Python's lock, no other thread moves.
A signal handler has no lock. What it reads may change meanwhile, and that has ended
processes with SIGSEGV: so it is used only where the thread does not get the lock, as
code in C keeps it.
"""

import contextlib
import faulthandler
import os
import re
import select
import signal
from pathlib import Path

from checks.verdict import Where

BY_THREAD = 1.0
"""Seconds in which the thread of a process has to begin to say where that is."""
BY_SIGNAL = 2.0
"""Seconds in which its signal handler has to."""
RUNS_SYNC_CODE = " in thread_handler"
"""How asgiref's function for that ends the line of its frame."""
END = b"\0"
"""What the thread writes after the stacks."""
ENDED = "<freed thread state>"
"""What Python 3.14 writes, and no more, where it comes to a thread that has ended."""
TRIES = 10
"""How often it is asked again then."""
LONGEST = 1 << 20
"""Bytes of stacks that are read: code of the project can write there, too."""


def tell_when_asked(fd: int) -> None:
    """Write what each thread executes, as often as the other end of the socket asks."""
    while os.read(fd, 1):
        faulthandler.dump_traceback(fd, all_threads=True)
        os.write(fd, END)


def read(pid: int, fd: int) -> str:
    """Ask a process for the stacks of its threads; "" where it does not answer."""
    _arriving(fd, 0)  # An answer that came too late.
    for _ in range(TRIES):
        with contextlib.suppress(OSError):  # It has ended.
            os.write(fd, b"?")
        stack = _arriving(fd, BY_THREAD)
        if not stack:
            os.kill(pid, signal.SIGUSR1)
            return _arriving(fd, BY_SIGNAL)
        if ENDED not in stack:
            break
    return stack


def _arriving(fd: int, patience: float) -> str:
    stack = b""
    # It begins when a busy machine lets it. A signal handler writes no END, but without
    # a pause.
    while select.select([fd], [], [], 0.1 if stack else patience)[0]:
        try:
            piece = os.read(fd, 1 << 16)
        except OSError:  # It has ended, with a question that it has not read.
            piece = b""
        stack += piece
        if not piece or piece.endswith(END) or len(stack) > LONGEST:
            break
    return stack.removesuffix(END).decode(errors="replace")


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


def that_block(stack: str) -> str:
    """The parts of the threads for which all connections wait, if they are busy.

    Those are the thread in which asgiref runs sync code, and the main thread, which
    runs the event loop: it is the last one.
    """
    *others, loop = re.split(r"(?=^(?:Current t|T)hread )", stack, flags=re.MULTILINE)
    return "".join([*(it for it in others if RUNS_SYNC_CODE in it), loop])


def innermost_own(stack: str, project: Path) -> Where | None:
    """The learner's innermost line in a stack as faulthandler prints it."""
    for file, line in re.findall(r'File "(/[^"]+)", line (\d+)', stack):
        path = os.path.realpath(file)
        if path.startswith(f"{project}{os.sep}"):
            return Where(path.removeprefix(f"{project}{os.sep}"), int(line))
    return None
