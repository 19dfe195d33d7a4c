"""A tab on which nobody sends anything, in a process of its own.

Nothing else is done there, so that it notices in time when it is closed. It has one
thread only: two that read and write at once end a TLS connection with an SSLError.
"""

import asyncio
import socket
from collections.abc import Callable

from checks.observe.log import Event
from checks.sandbox.http import any_certificate


def listen(
    port: int, site: str, path: str, cookie: str, seconds: float
) -> Callable[[Callable[[], object]], Event]:
    """A question (see `sandbox.questions`): whether it is closed within `seconds`.

    It connects to `port`, as a browser does that shows `site`.
    """

    def question(wait: Callable[[], object]) -> Event:
        from websockets.asyncio.client import connect  # 0.1 s, for this process only.

        async def is_closed() -> bool:
            tab = await connect(
                f"{site.replace('http', 'ws', 1)}{path}",
                sock=socket.create_connection(("127.0.0.1", port)),
                ssl=any_certificate(),
                additional_headers={"Cookie": cookie, "Origin": site},
                ping_interval=None,
                max_queue=None,  # Nobody reads what arrives.
            )
            try:
                await asyncio.wait_for(tab.wait_closed(), seconds)
            except TimeoutError:
                tab.transport.abort()
                return False
            return True

        wait()
        return {"closed": asyncio.run(is_closed())}

    return question
