"""Reports why a WebSocket of the served project was not accepted.

A browser says 1006 whatever the reason was. Daphne knows it, inside the process of the
project, and what it knows is evidence for the pages.
"""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

Event = dict[str, Any]
VALIDATOR = ("channels", "security", "websocket.py")
"""The end of the path of the module whose middlewares deny connections."""


class ReportingProtocol(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's end of one WebSocket, which reports a handshake that fails."""

    report: ClassVar[Callable[[Event], None]]
    has_failed = False

    def serverReject(self) -> None:
        """The application has closed it before it accepted."""
        self._fail("denied" if _in_validator() else "rejected")
        super().serverReject()

    def handle_exception(self, exception: BaseException) -> None:
        """The application has raised this."""
        if hasattr(self, "handshake_deferred"):
            words = f"{type(exception).__name__}: {exception}"
            self._fail("raised", error=words, where=place_of(exception))
        super().handle_exception(exception)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: FBT001
        """It has ended; if it never began, nobody has answered in time."""
        if self.wasOpenHandshakeTimeout:
            self._fail("not_accepted", seconds=self.openHandshakeTimeout)
        super().onClose(wasClean, code, reason)

    def _fail(self, outcome: str, **facts: Any) -> None:
        if not self.has_failed:
            self.has_failed = True
            path = self.path.decode()
            type(self).report({"path": path, "outcome": outcome, **facts})


def report_failures(report: Callable[[Event], None]) -> None:
    """Report from now on each handshake in this process that comes to nothing."""
    ReportingProtocol.report = report
    WebSocketFactory.protocol = ReportingProtocol


def _in_validator() -> bool:
    """Whether a middleware of Channels is what closes the connection now."""
    frame = sys._getframe()  # noqa: SLF001 (it has no public name)
    while (outer := frame.f_back) is not None:
        if Path(frame.f_code.co_filename).parts[-3:] == VALIDATOR:
            return True
        frame = outer
    return False


def place_of(error: BaseException) -> Event | None:
    """The innermost line of the project, whose folder is the working directory."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(Path.cwd()):
            return {"file": str(file.relative_to(Path.cwd())), "line": frame.lineno}
    return None
