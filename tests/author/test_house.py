"""The house: who may import whom, and how large its parts may be."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

from checks.author.imports import MAY_IMPORT, imported_modules, imports, modules
from checks.course.lessons import ROOT

DECLARATIONS = {"checks/explain/mistakes"}
"""Folders whose files are as long as there are mistakes."""
LONGEST_MODULE, LONGEST_FUNCTION, MEDIAN = 350, 40, 8
"""In lines."""


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """The functions of a file: how many lines each has, and its name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            yield node.end_lineno - node.lineno + 1, f"{path}: {node.name}"


def test_every_part_imports_only_what_it_may() -> None:
    wrong = [
        str(one)
        for one in imports()
        if one.imported not in MAY_IMPORT.get(one.importing, ())
    ]
    assert wrong == []


def test_a_part_may_import_only_parts_below_it() -> None:
    below: set[str] = set()
    for part, allowed in MAY_IMPORT.items():
        assert allowed <= below, part
        below.add(part)


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: set(imported_modules(path)) for name, path in modules().items()}
    order = list(TopologicalSorter(graph).static_order())  # CycleError names a circle.
    assert order.index("checks.verdict") < order.index("checks.__main__")


def test_functions_and_modules_stay_small() -> None:
    found = [one for path in modules().values() for one in functions(path)]
    assert [name for lines, name in found if lines > LONGEST_FUNCTION] == []
    assert median(lines for lines, _ in found) <= MEDIAN
    for path in modules().values():
        if not any(folder in path.as_posix() for folder in DECLARATIONS):
            lines = path.read_text(encoding="utf-8").count("\n")
            assert lines <= LONGEST_MODULE, path


def test_the_page_about_the_house_names_every_part() -> None:
    page = (ROOT / "docs/contribute/inside.md").read_text()
    for part in MAY_IMPORT.keys() - {"__init__"}:
        assert f"`checks/{part}/`" in page or f"`checks/{part}.py`" in page, part
