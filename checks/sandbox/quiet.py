"""A tab on which nobody sends anything, in a process of its own.

Nothing else is done there, so that it notices in time when it is closed.
"""

import socket
import time
from collections.abc import Callable
from contextlib import suppress

from checks.observe.log import Event
from checks.sandbox.http import any_certificate


def listen(
    port: int, site: str, path: str, cookie: str, seconds: float
) -> Callable[[Callable[[], object]], Event]:
    """A question (see `sandbox.questions`): whether it is closed within `seconds`.

    It connects to `port`, as a browser does that shows `site`.
    """

    def question(wait: Callable[[], object]) -> Event:
        from websockets.exceptions import ConnectionClosed
        from websockets.sync.client import connect  # 0.1 s, for this process only.

        wait()
        tab = connect(
            f"{site.replace('http', 'ws', 1)}{path}",
            sock=socket.create_connection(("127.0.0.1", port)),
            ssl=any_certificate(),
            additional_headers={"Cookie": cookie, "Origin": site},
            ping_interval=None,
        )
        opened = time.monotonic()
        with suppress(TimeoutError):
            try:
                while (left := opened + seconds - time.monotonic()) > 0:
                    tab.recv(timeout=left)
            except ConnectionClosed:
                return {"closed": True}
        return {"closed": False}

    return question
