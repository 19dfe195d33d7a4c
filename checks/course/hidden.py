"""Modules that give answers away, and that nobody may import by accident."""

from pathlib import Path
from types import ModuleType


def run_hidden(path: Path) -> ModuleType:
    """Run a file of the folder `.checks` of a lesson, and return it as a module.

    The file is compiled each time, not imported: a module would leave bytecode beside
    it, and a stale one could be read. Raises whatever the file raises.
    """
    module = ModuleType(f"{__name__}.{path.parents[1].name}")
    module.__file__ = str(path)
    code = compile(path.read_bytes(), path, "exec")
    exec(code, vars(module))  # noqa: S102 (the course's own file)
    return module
