"""Whether this Python can run the course, asked before anything else is imported."""

import sys
from importlib.util import find_spec

OLDEST = (3, 11)
NEEDED = ("click", "rich", "django", "channels", "channels_redis", "daphne", "pytest")
LACKING = 3
"""Exit status where the machine lacks something."""


def require() -> None:
    """End the program with a sentence if this is not the environment of the course."""
    missing = [name for name in NEEDED if not find_spec(name)]
    found = "Python {}.{}".format(*sys.version_info)
    if sys.version_info >= OLDEST and not missing:
        return
    lacks = f", without {', '.join(missing)}" if missing else ""
    words = (
        "Your machine: expected the environment of the course to run this command, "
        f"but {sys.executable} does ({found}{lacks}).\n"
        "  Do Type make check, or make doctor: it installs what is missing in .venv. "
        "Without make: .venv/bin/python -m checks check.\n"
    )
    sys.stderr.write(words)
    sys.exit(LACKING)
