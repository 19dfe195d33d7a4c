"""What remembers which line of the learner's waits while an async call runs elsewhere.

That line is in another thread than the call. It is remembered before, since reading
the stack of a thread that runs is not safe in Python 3.11.
"""

from typing import Any

from checks.observe.recorder import Recorder, waiting_line


def watch_sync_calls(record: Recorder) -> None:
    """Let `record` know the line that calls something through `async_to_sync`."""
    from asgiref.sync import AsyncToSync  # as late as the project's own import of it

    call = AsyncToSync.__call__

    def remembered(self: Any, *args: Any, **kwargs: Any) -> Any:
        # asgiref runs the call in a copy of this thread's context.
        token = waiting_line.set(record.here())
        try:
            return call(self, *args, **kwargs)
        finally:
            waiting_line.reset(token)

    AsyncToSync.__call__ = remembered  # type: ignore[method-assign]
