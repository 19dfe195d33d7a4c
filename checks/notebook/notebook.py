"""`make notebook`: a lesson's explore.ipynb, run on the learner's code, as a page.

The file itself is only read.
"""

from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.text import Text

from checks.course.lessons import Lesson
from checks.notebook.document import NAME, read
from checks.show.webpage import open_page
from checks.verdict import STATUS, Cause, Finding


def run_notebook(
    lesson: Lesson, project: Path, console: Console, limit: float = 60
) -> int:
    """Run a project's explore.ipynb, write it as a page and open that.

    Returns the exit status: 0 when all cells ran, else by who has to act. Raises
    Finding when Jupyter is not installed, the notebook cannot be read, its kernel does
    not start, or the page cannot be written.
    """
    require_jupyter(lesson)
    from checks.notebook import execution, page  # They import Jupyter.

    notebook = read(lesson, project)
    failure = execution.execute(notebook, lesson, project, limit)
    if failure:
        first, *others = failure.text.splitlines()
        console.print(Text(first, style="bold red"))
        console.print(Text("\n".join(others)), soft_wrap=True)
    else:
        console.print(f"Every cell of {NAME} ran.", style="bold green")
    path = page.write(notebook, lesson)
    console.print(f"The page: {path}", soft_wrap=True)
    open_page(path.as_uri())
    return STATUS[failure.voice] if failure else 0


def require_jupyter(lesson: Lesson) -> None:
    """Raise a Finding if what a notebook needs is not installed."""
    for name in ("nbclient", "nbconvert", "ipykernel"):
        if not find_spec(name):
            got = f"there is no {name}"
            cure = f"Type: make notebook STEP={lesson.step}, which installs it."
            raise Finding(Cause("machine", "Jupyter to be installed", got, cure))
