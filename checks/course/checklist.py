"""The checks of a lesson, read from its source: nothing is imported."""

import ast
from collections.abc import Iterator
from functools import cache
from typing import Any

from checks.course.lessons import Lesson


@cache
def checklist(lesson: Lesson) -> list[dict[str, Any]]:
    """The `id`, the `task` and the `title` of each check, in the order they run."""
    return list(_checks(lesson))


def _checks(lesson: Lesson) -> Iterator[dict[str, Any]]:
    for file in sorted(lesson.starter.glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            task = _task(node)
            if task and isinstance(node, ast.FunctionDef):
                title = ast.get_docstring(node) or node.name
                yield {"id": node.name, "task": task, "title": title}


def _task(node: ast.stmt) -> int | None:
    """The number in the decorator `@task(2)` of a check."""
    for mark in getattr(node, "decorator_list", []):
        match mark:
            case ast.Call(ast.Name("task"), [ast.Constant(int(number))]):
                return number
    return None
