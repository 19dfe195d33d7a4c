"""`make notebook`: a lesson's explore.ipynb, run on the learner's code, as a page.

The cells run one after the other in a kernel of their own. When one fails, those after
it are not run, as they build on it: one cause is told, not what follows from it. The
file itself is only read.
"""

import asyncio
import contextlib
import math
import os
import re
import sys
import tempfile
import time
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from checks.course import ROOT, Lesson
from checks.show.text import VOICES, show_cause
from checks.verdict import STATUS, Cause, Finding

if TYPE_CHECKING:
    from nbclient import NotebookClient

NAME = "explore.ipynb"
LIMIT = 60.0
"""Seconds that all cells together may take."""
PAGE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block html_head_css -%}
<style>main { margin: auto; max-width: 60rem }</style>
{%- endblock -%}
"""
"""nbconvert's own page, without what it would load from other servers."""


def run_notebook(
    lesson: Lesson, project: Path, console: Console, limit: float = LIMIT
) -> int:
    """Run a project's explore.ipynb, write it as a page and open that.

    Returns the exit status: 0 when all cells ran, else by whose turn it is. Raises
    Finding when the notebook cannot be read, or its kernel does not start.
    """
    notebook = read(lesson, project)
    cause = asyncio.run(Execution(notebook, limit).run(lesson, project.resolve()))
    if cause:
        show_cause(cause, console)
    else:
        console.print(f"All cells of {NAME} ran on {project}.", style="green")
    path = write(notebook, lesson)
    console.print(f"The page: {path}", soft_wrap=True)
    if opens():
        webbrowser.open(path.as_uri())
    return STATUS[cause.voice] if cause else 0


def read(lesson: Lesson, project: Path) -> Any:
    """The learner's notebook, or the course's where they have none, without outputs.

    The outputs in the file are those of the solution, or of an earlier run.
    """
    import nbformat

    path = project / NAME
    source = path if path.is_file() else lesson.starter / NAME
    try:
        notebook = nbformat.read(source, as_version=4)
    except (OSError, ValueError, AttributeError, KeyError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise Finding(
            Cause(
                "project",
                f"{path} to be a notebook",
                f"it cannot be read ({reason})",
                f"Bring back the course's: make reset STEP={lesson.step}",
            )
        ) from None
    for cell in code(notebook):
        cell.outputs, cell.execution_count = [], None
    return notebook


def code(notebook: Any) -> list[Any]:
    """The cells that can be run."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip()
    ]


class Execution:
    """The cells of one notebook, being run."""

    def __init__(self, notebook: Any, limit: float) -> None:
        self.notebook, self.limit = notebook, limit

    async def run(self, lesson: Lesson, project: Path) -> Cause | None:
        """Run the cells in the project's folder; return why not all of them ran."""
        cause: Cause | None = None
        async with kernel(self.notebook, lesson, project) as client:
            ends_at = time.monotonic() + self.limit
            for number, cell in enumerate(code(self.notebook), start=1):
                if cause:
                    _note(cell, "Not run: a cell above failed.\n")
                    continue
                client.timeout = max(1, math.ceil(ends_at - time.monotonic()))
                cause = await self._run_cell(client, number, cell)
        return cause

    async def _run_cell(
        self, client: "NotebookClient", number: int, cell: Any
    ) -> Cause | None:
        """Run one cell, with its outputs; return why it failed."""
        from nbclient.exceptions import (
            CellExecutionError,
            CellTimeoutError,
            DeadKernelError,
        )

        name = f"cell {number} of {NAME}"
        try:
            await client.async_execute_cell(cell, self.notebook.cells.index(cell), number)
        except CellExecutionError:
            return _failed(cell, name)
        except CellTimeoutError:
            cause = out_of_time(name, self.limit)
        except DeadKernelError:
            _let_cancel()
            cause = ended(name)
        _fail(cell, cause)
        return cause


