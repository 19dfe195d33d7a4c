"""`make notebook`: a lesson's explore.ipynb, run on the learner's code, as a page.

The cells run one after the other in a kernel of their own. When one fails, those after
it are not run, as they build on it: one cause is told, not what follows from it. The
file itself is only read.
"""

import asyncio
import contextlib
import io
import logging
import math
import os
import re
import sys
import tempfile
import time
import warnings
import webbrowser
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, get_args

from rich.console import Console
from rich.text import Text

from checks.course.lessons import ROOT, Lesson
from checks.show.text import VOICES, show_cause
from checks.verdict import STATUS, Cause, Finding, Voice

if TYPE_CHECKING:
    from nbclient import NotebookClient

NAME = "explore.ipynb"
WIDTH = 80
"""Columns of what is told in a cell."""
MOST = 20_000
"""Characters that are kept of what a cell prints."""
LIMIT = 60.0
"""Seconds that all cells together may take."""
_NOT_ONE = (AttributeError, KeyError, TypeError)
"""What nbformat raises for JSON that is no notebook, besides what it says."""
LONGEST_FOLDER = 60
"""Characters that the path of the folder for temporary files may have here."""
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


class Failure(NamedTuple):
    """Why not all cells ran: who is to act, and what they are told."""

    voice: Voice
    told: str


def run_notebook(
    lesson: Lesson, project: Path, console: Console, limit: float = LIMIT
) -> int:
    """Run a project's explore.ipynb, write it as a page and open that.

    Returns the exit status: 0 when all cells ran, else by who is to act. Raises
    Finding when Jupyter is not installed, the notebook cannot be read, its kernel does
    not start, or the page cannot be written.
    """
    require_jupyter(lesson)
    notebook = read(lesson, project)
    failure = execute(notebook, lesson, project, limit)
    if failure:
        first, *others = failure.told.splitlines()
        console.print(Text(first, style="bold red"))
        console.print(Text("\n".join(others)), soft_wrap=True)
    else:
        console.print(f"Every cell of {NAME} ran.", style="bold green")
    path = write(notebook, lesson)
    console.print(f"The page: {path}", soft_wrap=True)
    if may_open():
        webbrowser.open(path.as_uri())
    return STATUS[failure.voice] if failure else 0


def require_jupyter(lesson: Lesson) -> None:
    """Raise a Finding if what a notebook needs is not installed."""
    for name in ("nbclient", "nbconvert", "ipykernel"):
        if not find_spec(name):
            got = f"there is no {name}"
            cure = f"Type: make notebook STEP={lesson.step}, which installs it."
            raise Finding(Cause("machine", "Jupyter to be installed", got, cure))


def read(lesson: Lesson, project: Path) -> Any:
    """The learner's notebook, or the course's where they have none, without outputs.

    The outputs in the file are those of the solution, or of an earlier run.
    """
    import nbformat
    from nbformat.warnings import MissingIDFieldWarning

    # Some editors write cells without an id; nbformat mends that, and complains.
    warnings.filterwarnings("ignore", category=MissingIDFieldWarning)
    path = project / NAME
    source = path if path.is_file() else lesson.starter / NAME
    try:
        notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
        for _, cell in code(notebook):
            cell.outputs, cell.execution_count = [], None
    except (OSError, ValueError, *_NOT_ONE, nbformat.ValidationError) as error:
        got = f"it cannot be read ({type(error).__name__})"
        cure = f"Bring back the course's: make reset STEP={lesson.step}"
        raise Finding(Cause("project", f"{path} to be a notebook", got, cure)) from None
    return notebook


def code(notebook: Any) -> list[tuple[int, Any]]:
    """The cells that can be run, each with its index among all."""
    return [
        (index, cell)
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]


def execute(
    notebook: Any, lesson: Lesson, project: Path, limit: float = LIMIT
) -> Failure | None:
    """Run the cells of a notebook on a project; their outputs are then in it."""
    return asyncio.run(_execute(notebook, lesson, project.resolve(), limit))


async def _execute(
    notebook: Any, lesson: Lesson, project: Path, limit: float
) -> Failure | None:
    failure: Failure | None = None
    async with _kernel(notebook, lesson, project) as client:
        ends_at = time.monotonic() + limit
        for number, (index, cell) in enumerate(code(notebook), start=1):
            if failure:
                _note(cell, "stdout", "Not run: a cell above failed.\n")
                continue
            client.timeout = max(1, math.ceil(ends_at - time.monotonic()))
            failure = await _run_cell(client, index, number, limit)
            _shorten(cell)
    return failure


@contextlib.asynccontextmanager
async def _kernel(
    notebook: Any, lesson: Lesson, project: Path
) -> AsyncIterator["NotebookClient"]:
    """A kernel in the project's folder, with a client; ended with all that it started.

    It is the Python of this process, whatever else is installed as "python3", and
    reads nobody's settings. Raises Finding when it does not start.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory(prefix="notebook-", dir=_short()) as folder:
        manager = AsyncKernelManager(
            transport="ipc",
            connection_file=f"{folder}/kernel.json",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        )
        client = NotebookClient(
            notebook,
            km=manager,
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--HistoryManager.enabled=False"],
            log=_quiet(),
        )
        try:
            with tempfile.TemporaryFile("w+") as log:
                await _start(client, project, _environment(lesson, folder), log)
            yield client
        finally:
            await manager.shutdown_kernel()
            if client.kc:
                client.kc.stop_channels()


def _short() -> str | None:
    """A place for the kernel's sockets, whose paths may have a hundred characters."""
    return None if len(tempfile.gettempdir()) < LONGEST_FOLDER else "/tmp"  # noqa: S108


def _environment(lesson: Lesson, folder: str) -> dict[str, str]:
    ours = {
        "CHECKS_STEP": str(lesson.step),
        "IPYTHONDIR": folder,
        # A learner's `random.py` is none of the kernel's business.
        "PYTHONSAFEPATH": "1",
    }
    return {**os.environ, **ours}


def _quiet() -> logging.Logger:
    """What nbclient logs, we tell in our own words."""
    logger = logging.getLogger("checks.notebook.notebook")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


async def _start(
    client: "NotebookClient", project: Path, env: dict[str, str], log: IO[str]
) -> None:
    try:
        await client.async_start_new_kernel(
            cwd=str(project), env=env, stdout=log, stderr=log
        )
        await client.async_start_new_kernel_client()
    except RuntimeError as error:
        log.seek(0)
        last = (log.read().strip() or str(error)).splitlines()[-1]
        raise Finding(
            Cause(
                "machine",
                "the Python that runs the cells to start",
                f"it did not ({last})",
                "Install it anew: rm -rf .venv, then the same command again.",
            )
        ) from None


async def _run_cell(
    client: "NotebookClient", index: int, number: int, limit: float
) -> Failure | None:
    """Run one cell, put its outputs into it, and return why it failed."""
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    cell, name = client.nb.cells[index], f"cell {number} of {NAME}"
    try:
        await client.async_execute_cell(cell, index, number)
    except CellExecutionError:
        return _failed(cell, name)
    except CellTimeoutError:
        cause = _out_of_time(name, limit)
    except DeadKernelError:
        _cancelled()
        cause = _ended(name)
    else:
        return None
    _note(cell, "stderr", told(cause))
    return Failure(cause.voice, told(cause))


def _cancelled() -> None:
    """Nbclient takes a cancellation, as after Ctrl-C, for a kernel that died."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def told(cause: Cause) -> str:
    """A cause as a check would tell it, as plain text."""
    text = io.StringIO()
    # In a kernel, rich would show it itself, in colours.
    plain = Console(file=text, width=WIDTH, color_system=None, force_jupyter=False)
    show_cause(cause, plain)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _failed(cell: Any, name: str) -> Failure:
    """A failed cell: `checks.explore` told a Finding in our words, IPython the rest."""
    error = next(output for output in cell.outputs if output.output_type == "error")
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    voices: tuple[Voice, ...] = get_args(Voice)
    for voice in voices:
        if text.startswith(VOICES[voice]):
            return Failure(voice, text)
    got = f"{error.ename}: {error.evalue}".partition("\n")[0] + " was raised"
    if f"{ROOT}/checks/" in text:
        cause = Cause("checker", f"{name} to run", got, "Please report what follows.")
        return Failure("checker", told(cause) + text)
    return Failure("project", told(Cause("project", f"{name} to run", got, MEND)))


MEND = "Mend the cell: the page shows where."


def _out_of_time(name: str, limit: float) -> Cause:
    return Cause(
        "project",
        f"all cells to be done within {limit:g} s",
        f"{name} was still running",
        "Look for a loop in it that does not end, or give it more time: LIMIT=120.",
    )


def _ended(name: str) -> Cause:
    return Cause(
        "project",
        f"{name} to run",
        "it ended the Python that runs the cells",
        "Look for a call in it that ends Python, such as os._exit().",
    )


def _note(cell: Any, stream: str, text: str) -> None:
    """Add words of ours to the outputs of a cell; what goes to stderr is red."""
    import nbformat

    new_output: Any = nbformat.v4.new_output
    cell.outputs.append(new_output("stream", name=stream, text=text))


def _shorten(cell: Any) -> None:
    """A page stays one that can be read when a cell prints without end."""
    for output in cell.outputs:
        more = len(output.get("text", "")) - MOST
        if more > 0:
            output.text = f"{output.text[:MOST]}… ({more:,} more characters)\n"


def write(notebook: Any, lesson: Lesson) -> Path:
    """Write an executed notebook as a page under build/, and return its path."""
    from nbconvert import HTMLExporter

    named = {"metadata": {"name": lesson.title}}
    exporter: Any = HTMLExporter
    html, _ = exporter(raw_template=PAGE).from_notebook_node(notebook, named)
    path = ROOT / "build" / "notebook" / f"{lesson.slug}.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        expected = f"the page to be written to {path}"
        cure = "Make that folder one in which you may write."
        raise Finding(Cause("machine", expected, f"{error.strerror}", cure)) from None
    return path


def may_open() -> bool:
    """Whether there is a browser to open the page in, and nobody said OPEN=0."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    seen = sys.platform == "darwin" or any(os.environ.get(name) for name in names)
    return seen and os.environ.get("OPEN") != "0"
