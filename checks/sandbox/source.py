"""How the learner's modules are loaded: always from their source, and observed."""

import ast
import builtins
import functools
import itertools
import os
import sys
from collections.abc import Callable
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, ClassVar

from checks import regular_file
from checks.observe import instruments
from checks.observe.recorder import Recorder
from checks.sandbox.fault import ProjectFault


class Builtins(dict[str, Any]):
    """The built-in functions of the learner's modules, also those added later."""

    def __missing__(self, name: str) -> Any:
        return vars(builtins)[name]


class SourceLoader(SourceFileLoader):
    """Compiles a module again, whatever `.pyc` file is beside it.

    Of code saved twice within a second, with the same length, the old one would run.
    `builtins` are the built-in functions of the learner's modules. `replaced` has
    what is compiled in the place of a file, by the path of that; `executed` has the
    paths of the modules that were run.
    """

    builtins: ClassVar[dict[str, Any]] = {}
    replaced: ClassVar[dict[str, bytes]] = {}
    executed: ClassVar[set[str]] = set()

    def get_data(self, path: str) -> bytes:
        """What is in the file, or replaces it. Raises ProjectFault."""
        if path in self.replaced:
            return self.replaced[path]
        try:
            return regular_file.read_bytes(path)
        except OSError as error:
            raise _no_code(path, error) from None

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with the built-in functions of the learner's modules."""
        self.executed.add(self.path)
        module.__dict__["__builtins__"] = self.builtins
        super().exec_module(module)

    def get_code(self, fullname: str) -> CodeType:
        """The code of the module as its file is now."""
        path = self.get_filename(fullname)
        try:
            tree = ast.parse(self.get_data(path), path)
            return self.source_to_code(instruments.ReportCaught().visit(tree), path)
        except (SyntaxError, ValueError) as error:
            if getattr(error, "filename", None):
                raise
            # Such as null bytes: a file that an editor saved as UTF-16.
            words = f"{error}: is the file saved as UTF-8?"
            raise SyntaxError(words, (path, 1, None, None)) from None


def _no_code(path: str, error: OSError) -> ProjectFault:
    file, got = os.path.relpath(path), str(error.strerror)
    cure = "Write your code into a file of this name."
    if error.errno not in regular_file.REFUSED:
        got = f"it cannot be read ({got})"
    if isinstance(error, PermissionError) and not os.access(path, os.R_OK):
        cure = f"Allow yourself to read it: chmod u+rw {file}."
    expected = f"{file} to be a file with Python code"
    return ProjectFault("no_code", expected, got, file, cure)


def load_from_source(record: Recorder, project: Path) -> None:
    """Neither read nor write bytecode of the learner's modules."""
    sys.dont_write_bytecode = True
    caught = functools.partial(instruments.report_caught, record, itertools.count())
    ours = {instruments.CAUGHT: caught, "hash": hash_of_this_process()}
    SourceLoader.builtins = Builtins(vars(builtins) | ours)
    find = FileFinder.path_hook((SourceLoader, SOURCE_SUFFIXES))

    def find_in_project(path: str) -> Any:
        if not Path(path).resolve().is_relative_to(project):
            raise ImportError
        return find(path)

    sys.path_hooks.insert(0, find_in_project)
    for path in list(sys.path_importer_cache):  # To clear all of it takes 5 ms.
        if path.startswith(str(project)):
            del sys.path_importer_cache[path]


def hash_of_this_process() -> Callable[[Any], int]:
    """The function `hash`, different in each process as it is in real life.

    Python draws the seed for the hashes of texts when it starts, and forks share it: a
    group that is named by `hash(room)` would be one group for two servers.
    """
    salt = os.urandom(8)

    def hash_(thing: Any, /) -> int:
        parts = thing if isinstance(thing, tuple | frozenset) else (thing,)
        seeded = any(isinstance(part, str | bytes) for part in parts)
        return hash((salt, thing)) if seeded else hash(thing)

    return hash_
