"""Writes what happens inside a process of the learner's project to a pipe.

It runs in that process and writes one JSON line per event.
"""

import contextvars
import functools
import json
import os
import re
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from checks.observe.gate import Gate
from checks.observe.log import Event

SHORT = 200
"""Characters of a value that are kept; of what an exception says, twice as many."""
OURS = str(Path(__file__).parents[1]) + os.sep
MOST_FRAMES = 8
"""How many steps of a traceback are kept: a recursion has a thousand alike."""
ANSWERS = ("out", "layer")
"""Events by which a consumer says something: to its tab, or through the layer."""

real_time = time.monotonic
"""The time of the machine, also where that of the project is skipped."""

current_socket: contextvars.ContextVar[int | None] = contextvars.ContextVar(
    "socket", default=None
)
"""The number of the WebSocket that the running code serves."""

waiting_line: contextvars.ContextVar[Event | None] = contextvars.ContextVar(
    "waiting_line", default=None
)
"""The learner's line that waits in another thread until the running code is done."""


class Recorder:
    """Writes events to a pipe, and knows which code is the learner's.

    `more` is what else there is to report about an exception, and `gate` is where a
    check can hold what the project does.
    """

    more: Callable[[BaseException], Event] = staticmethod(lambda _: {})

    def __init__(self, fd: int, project: Path) -> None:
        self.fd = fd
        self.project = os.path.realpath(project) + os.sep
        self.lock = threading.Lock()
        self.answers: Counter[int | None] = Counter()
        self.own = functools.cache(self._own)
        self.gate = Gate(
            lambda place, in_thread: self("held", place=place, in_thread=in_thread)
        )

    def __call__(self, kind: str, **data: Any) -> None:
        """Record one event. A reader that is gone is no reason to fail."""
        socket = current_socket.get()
        self.answers[socket] += kind in ANSWERS
        event = {"at": real_time(), "kind": kind, "socket": socket, **data}
        line = json.dumps(event, default=safe_repr).encode() + b"\n"
        with self.lock:
            try:
                while line:
                    line = line[os.write(self.fd, line) :]
            except OSError:
                pass

    def _own(self, filename: str) -> str | None:
        """The path inside the project, or None when the code is not the learner's."""
        if not filename.startswith("/"):  # "<frozen …>", or a name from elsewhere
            return None
        path = os.path.realpath(filename)
        inside = path.startswith(self.project)
        return path.removeprefix(self.project) if inside else None

    def frames(self, steps: Iterable[traceback.FrameSummary]) -> list[Event]:
        """The last steps of a stack that are in the learner's code, innermost last."""
        own = [
            {
                "file": self.own(step.filename),
                "line": step.lineno,
                "function": step.name,
                "code": step.line or "",
            }
            for step in steps
            if self.own(step.filename)
        ]
        return own[-MOST_FRAMES:]

    def error(self, error: BaseException) -> Event:
        """An exception as data: its name, its words, the learner's own frames.

        `ours` is whether code of the checker raised it, `library` the package that did,
        if one did, and `chain` what each exception says, from the outermost on.
        """
        steps = traceback.extract_tb(error.__traceback__)
        frames = self.frames([*filter(raises_itself, steps[:-1]), *steps[-1:]])
        ours = bool(steps) and steps[-1].filename.startswith(OURS)
        ours = ours and not hands_arguments_on(steps[-1], error)
        if isinstance(error, SyntaxError) and self.own(error.filename or ""):
            frames, ours = [*frames, self._syntax_frame(error)], False
        frames = [*frames, *self._template_frames(error)]
        return {
            "error": type(error).__name__,
            "words": self._words(error),
            "frames": frames,
            "ours": ours,
            "library": library_of(steps),
            "chain": self.chain(error),
            **self.more(error),
        }

    def chain(self, error: BaseException) -> list[str]:
        """What an exception says, and each one that it was raised because of."""
        chain = causes_of(error)
        return [f"{type(one).__name__}: {self._words(one)}" for one in chain]

    def _words(self, error: BaseException) -> str:
        words = words_of(error).replace(self.project, "")
        return words.encode(errors="backslashreplace").decode()[: 2 * SHORT]

    def _syntax_frame(self, error: SyntaxError) -> Event:
        """Where a SyntaxError is: the traceback ends before the file that has it."""
        file, code = self.own(error.filename or ""), (error.text or "").rstrip()
        return {"file": file, "line": error.lineno, "function": "", "code": code}

    def _template_frames(self, error: BaseException) -> list[Event]:
        """Where in a template of the learner's it was raised, if it was in one."""
        debug = getattr(error, "template_debug", None) or {}
        file = self.own(str(debug.get("name", "")))
        code = str(debug.get("during", ""))
        frame = {"file": file, "line": debug.get("line"), "function": "", "code": code}
        return [frame] if file else []

    def here(self) -> Event | None:
        """The learner's line that is running, or the one of sync code that waits."""
        return self._running() or waiting_line.get()

    def blocks_a_thread(self) -> bool:
        """Whether the learner's line that is running waits in another thread."""
        return self._running() is None and waiting_line.get() is not None

    def _running(self) -> Event | None:
        """The learner's innermost line in the stack of this thread."""
        frame: FrameType | None = sys._getframe()
        while frame:
            if file := self.own(frame.f_code.co_filename):
                return {"file": file, "line": frame.f_lineno}
            frame = frame.f_back
        return None


def raises_itself(step: traceback.FrameSummary) -> bool:
    """Whether a line does something of its own: a middleware hands a connection on."""
    return not re.search(r"\breceive, send\)", step.line or "")


def hands_arguments_on(step: traceback.FrameSummary, error: BaseException) -> bool:
    """Whether a line calls something for somebody else, who gave it something wrong."""
    is_about_them = isinstance(error, TypeError | ValueError)
    return is_about_them and "(*args, **kwargs)" in (step.line or "")


def causes_of(error: BaseException) -> list[BaseException]:
    """An exception, and those that it was raised because of: the last one began it.

    A KeyError is left out: whoever catches one knows more words for it.
    """
    chain = [error]
    while cause := (
        error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    ):
        if cause in chain or isinstance(cause, KeyError):
            break
        chain.append(error := cause)
    return chain


def library_of(steps: traceback.StackSummary) -> str:
    """The installed package in which an exception was raised; empty if in none."""
    file = steps[-1].filename if steps else ""
    _, installed, inside = file.rpartition(f"{os.sep}site-packages{os.sep}")
    return inside.partition(os.sep)[0] if installed else ""


def words_of(error: BaseException) -> str:
    """What an exception says.

    Without the path of a module at the end of an ImportError, which differs from one
    machine to the next.
    """
    return re.sub(r" \((/.*|unknown location)\)$", "", safe_repr(error, str, 4000))


def safe_repr(thing: Any, text: Callable[[Any], str] = repr, most: int = SHORT) -> str:
    """A value as text, even if its own code fails when it is asked for that."""
    try:
        return text(thing)[:most]
    except Exception:
        return f"<{type(thing).__name__}>"


def short(message: Any) -> Event:
    """An ASGI message with what is of interest: its type, close code and text."""
    if not isinstance(message, dict):
        return {"type": None, "text": safe_repr(message)}
    known = {key: message.get(key) for key in ("type", "code")}
    text = message.get("text")
    return known | {"text": None if text is None else safe_repr(text, str)}
