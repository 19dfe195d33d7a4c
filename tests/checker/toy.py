"""`python -m checks …`, on the course that lies in the folder which comes first.

TOY_SILENCE is the number of seconds after which silence is told: an hour of it shows
what is told without waiting.
"""

import functools
import os
import sys
from pathlib import Path

import checks.__main__ as commands
from checks import wire
from checks.course import Course

root = Path(sys.argv.pop(1))
vars(commands).update(ROOT=root, Course=functools.partial(Course, root))

if "TOY_SILENCE" in os.environ:
    wire.SILENCE = float(os.environ["TOY_SILENCE"])
    wire.Wire.wait.__defaults__ = (wire.SILENCE,)

sys.exit(commands.run_command())
