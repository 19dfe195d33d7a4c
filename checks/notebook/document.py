"""A lesson's explore.ipynb as data: read it, and find its code cells."""

import warnings
from pathlib import Path
from typing import Any

from checks.course.lessons import Lesson
from checks.verdict import Cause, Finding

NAME = "explore.ipynb"
MOST = 20_000
"""Characters that are kept of what a cell prints."""
NOT_A_NOTEBOOK = (AttributeError, KeyError, TypeError)
"""What nbformat raises for JSON that is not a notebook, besides its own exceptions."""


def read(lesson: Lesson, project: Path) -> Any:
    """The learner's notebook, or the course's if there is none, without outputs.

    The outputs in the file are those of the solution, or of an earlier run. Raises
    Finding if the file cannot be read.
    """
    # Here, because it takes 0.1 s, and each kernel imports this module for a name.
    import nbformat
    from nbformat.warnings import MissingIDFieldWarning

    # Some editors write cells without an id; nbformat adds one, and warns.
    warnings.filterwarnings("ignore", category=MissingIDFieldWarning)
    path = project / NAME
    source = path if path.is_file() else lesson.starter / NAME
    try:
        notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
        for _, cell in code_cells(notebook):
            cell.outputs, cell.execution_count = [], None
    except (OSError, ValueError, *NOT_A_NOTEBOOK, nbformat.ValidationError) as error:
        got = f"it cannot be read ({type(error).__name__})"
        cure = f"Bring back the course's: make reset STEP={lesson.step}"
        raise Finding(Cause("project", f"{path} to be a notebook", got, cure)) from None
    return notebook


def code_cells(notebook: Any) -> list[tuple[int, Any]]:
    """The cells that can be run, each with its index among all."""
    return [
        (index, cell)
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]


def add_output(cell: Any, stream: str, text: str) -> None:
    """Add a text to the outputs of a cell; on stderr it is red."""
    import nbformat

    new_output: Any = nbformat.v4.new_output
    cell.outputs.append(new_output("stream", name=stream, text=text))


def shorten_outputs(cell: Any) -> None:
    """Cut long outputs, so that the page stays readable."""
    for output in cell.outputs:
        more = len(output.get("text", "")) - MOST
        if more > 0:
            output.text = f"{output.text[:MOST]}… ({more:,} more characters)\n"
