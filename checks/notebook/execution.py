"""Run the cells of a notebook one after the other, in a kernel of their own.

When a cell fails, those after it are not run: they build on it, and one cause is enough
to report.
"""

import asyncio
import contextlib
import logging
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from checks.course.lessons import Lesson
from checks.notebook import failures
from checks.notebook.document import NAME, add_output, code_cells, shorten_outputs
from checks.notebook.failures import Failure
from checks.verdict import Cause, Finding

LIMIT = 60.0
"""Seconds that all cells together may take."""
LONGEST_FOLDER = 60
"""Characters that the path of the folder for temporary files may have here."""


def execute(
    notebook: Any, lesson: Lesson, project: Path, limit: float = LIMIT
) -> Failure | None:
    """Run the cells of a notebook on a project, and put their outputs into it."""
    return asyncio.run(_execute(notebook, lesson, project.resolve(), limit))


async def _execute(
    notebook: Any, lesson: Lesson, project: Path, limit: float
) -> Failure | None:
    failure: Failure | None = None
    async with _kernel(notebook, lesson, project) as client:
        ends_at = time.monotonic() + limit
        for number, (index, cell) in enumerate(code_cells(notebook), start=1):
            if failure:
                add_output(cell, "stdout", "Not run: a cell above failed.\n")
                continue
            client.timeout = max(1, math.ceil(ends_at - time.monotonic()))
            failure = await _run_cell(client, index, number, limit)
            shorten_outputs(cell)
    return failure


@contextlib.asynccontextmanager
async def _kernel(
    notebook: Any, lesson: Lesson, project: Path
) -> AsyncIterator[NotebookClient]:
    """A client of a kernel in the project's folder, which is ended afterwards.

    It is the Python of this process, whatever else is installed as "python3", and
    reads nobody's settings. Raises Finding when it does not start.
    """
    with tempfile.TemporaryDirectory(
        prefix="notebook-", dir=_temporary_folder()
    ) as folder:
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


def _temporary_folder() -> str | None:
    """A folder for the kernel's sockets, whose paths may have a hundred characters."""
    return None if len(tempfile.gettempdir()) < LONGEST_FOLDER else "/tmp"  # noqa: S108


def _environment(lesson: Lesson, folder: str) -> dict[str, str]:
    ours = {
        "CHECKS_STEP": str(lesson.step),
        "IPYTHONDIR": folder,
        # The kernel must not import a learner's `random.py`.
        "PYTHONSAFEPATH": "1",
    }
    return {**os.environ, **ours}


def _quiet() -> logging.Logger:
    """A logger that prints nothing: failures are reported in our own words."""
    logger = logging.getLogger("checks.notebook.execution")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


async def _start(
    client: NotebookClient, project: Path, env: dict[str, str], log: IO[str]
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
                "Reinstall it: rm -rf .venv, then type the same command again.",
            )
        ) from None


async def _run_cell(
    client: NotebookClient, index: int, number: int, limit: float
) -> Failure | None:
    """Run one cell, put its outputs into it, and return why it failed."""
    cell, name = client.nb.cells[index], f"cell {number} of {NAME}"
    try:
        await client.async_execute_cell(cell, index, number)
    except CellExecutionError:
        return failures.raised(cell, name)
    except CellTimeoutError:
        failure = failures.out_of_time(name, limit)
    except DeadKernelError:
        _raise_if_cancelled()
        failure = failures.ended(name)
    else:
        return None
    add_output(cell, "stderr", failure.text)
    return failure


def _raise_if_cancelled() -> None:
    """Nbclient reports a cancellation, as after Ctrl-C, as a kernel that died."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
