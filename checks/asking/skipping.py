"""To leave out a check that cannot be tried, and say why."""

from typing import NoReturn


def skip(reason: str) -> NoReturn:
    """End the check as skipped: it was not tried, for this reason."""
    import pytest  # A run forks its first server before it needs pytest.

    pytest.skip(reason)
