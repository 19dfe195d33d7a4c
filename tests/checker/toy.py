"""`python -m checks …`, on the course that lies in the folder which comes first.

Without arguments it stays, warm, and runs in a fork what each line that it reads asks.

TOY_SILENCE is the number of seconds after which silence is told: an hour of it shows
what is told without waiting.
"""

import functools
import json
import os
import sys
from pathlib import Path

import checks.__main__ as commands
from checks import options
from checks.course.lessons import Course
from checks.observe import monitor
from checks.sandbox.preload import preload


def run(root: str) -> int:
    """Run the command that `sys.argv` holds; return its exit status."""
    course = functools.partial(Course, Path(root))
    vars(commands).update(ROOT=Path(root), Course=course)
    vars(options).update(Course=course)
    if "TOY_SILENCE" in os.environ:
        monitor.SILENCE = float(os.environ["TOY_SILENCE"])
        monitor.Monitor.wait.__defaults__ = (monitor.SILENCE,)
    return commands.run_command()


def serve() -> None:
    """Read what `become` needs, and variables, as JSON; answer with the status."""
    sys.path.append(str(Path(__file__).parents[2]))
    from tests.warm import become

    preload()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            folder, stdout, stderr, command, variables = json.loads(line)
            os.environ.update(variables)
            become(folder, stdout, stderr, command[1:])
            sys.exit(run(command[0]))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(run(sys.argv.pop(1)))
    serve()
