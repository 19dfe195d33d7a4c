"""Which versions the learner's code runs on."""

import functools
import platform
from importlib import metadata


@functools.cache
def versions() -> dict[str, str]:
    """Of Python, and of the packages that the lessons are about."""
    names = ["django", "channels", "channels-redis", "daphne", "redis"]
    found = {name: metadata.version(name) for name in names}
    return {"python": platform.python_version(), **found}
