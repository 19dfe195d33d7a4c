"""Who may import and open what: the rules of the house."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from checks.author import projects
from checks.course.lessons import ROOT, is_own

STARTERS = ROOT / projects.STARTERS
LESSONS = {"asgiref", "channels", "django"}  # asgiref is a part of Django.


def imported(path: Path) -> Iterator[str]:
    """The packages that a file imports, but for its own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def ours() -> list[Path]:
    """The Python files of the checker, without the lessons that it holds."""
    files = (ROOT / "checks").rglob("*.py")
    return [path for path in files if STARTERS not in path.parents]


def test_lessons_import_django_channels_and_the_standard_library_only() -> None:
    for slug in projects.slugs(STARTERS):
        own = {path.stem for path in (STARTERS / slug).iterdir()}
        known = LESSONS | sys.stdlib_module_names | own
        for folder in (STARTERS, ROOT / "solutions"):
            for path in (folder / slug).rglob("*.py"):
                if not is_own(path.relative_to(folder / slug).as_posix()):
                    assert known >= set(imported(path)), path


def test_only_those_who_maintain_or_ask_for_a_solution_open_it() -> None:
    allowed = {ROOT / "checks/author/solution.py"}
    for path in ours():
        if path not in allowed and ROOT / "checks/author" not in path.parents:
            names = {
                part
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
                for part in node.value.split("/")
            }
            assert "solutions" not in names, path


def test_nothing_imports_the_tests() -> None:
    for path in [*ours(), *STARTERS.rglob("*.py"), *(ROOT / "docs").rglob("*.py")]:
        assert "tests" not in set(imported(path)), path


def test_the_pages_hold_no_code_but_the_hook() -> None:
    code = {path.parent.name for path in (ROOT / "docs").rglob("*.py")}
    assert code <= {"hooks"}
