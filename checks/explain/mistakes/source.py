"""The learner's code as a tree: what each statement calls, names, says and assigns."""

import ast
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checks.course.folders import written
from checks.course.lessons import is_own
from checks.regular_file import read_text
from checks.verdict import Where

DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
NAMES = ast.Name | ast.Attribute | ast.Subscript
STATEMENTS = ast.stmt | ast.ExceptHandler | ast.match_case


@dataclass(frozen=True)
class Line:
    """One statement, without the statements in it, and the definitions around it."""

    node: ast.stmt | ast.ExceptHandler
    at: Where
    scopes: tuple[DEFINITIONS, ...]

    @cached_property
    def functions(self) -> tuple[str, ...]:
        return tuple(s.name for s in self.scopes if isinstance(s, FUNCTIONS))

    @property
    def in_class(self) -> str:
        """The name of the class that it is in."""
        names = [s.name for s in self.scopes if isinstance(s, ast.ClassDef)]
        return names[-1] if names else ""

    @property
    def is_async(self) -> bool:
        """Whether the function that it is in is async."""
        around = [s for s in self.scopes if isinstance(s, FUNCTIONS)]
        return bool(around) and isinstance(around[-1], ast.AsyncFunctionDef)

    @property
    def at_margin(self) -> bool:
        return self.node.col_offset == 0

    @property
    def places(self) -> tuple[str, ...]:
        return (self.at.file, *self.functions, *self.assigns)

    def spans(self, where: Where) -> bool:
        """Whether this place is in the statement, or in one that is in it."""
        lines = range(self.node.lineno, (self.node.end_lineno or 0) + 1)
        return self.at.file == where.file and where.line in lines

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(_expressions(self.node))

    @cached_property
    def names(self) -> list[str]:
        """Every name and attribute, as in `self.channel_layer`, also imported ones."""
        imported = [node.name for node in self.nodes if isinstance(node, ast.alias)]
        return imported + [name_of(n) for n in self.nodes if isinstance(n, NAMES)]

    @cached_property
    def texts(self) -> list[str]:
        values = (n.value for n in self.nodes if isinstance(n, ast.Constant))
        return [value for value in values if isinstance(value, str)]

    @cached_property
    def calls(self) -> list[tuple[str, list[str]]]:
        """What is called, and with what: the first argument, the names of others."""
        calls = [node for node in self.nodes if isinstance(node, ast.Call)]
        return [(name_of(call.func), _arguments(call)) for call in calls]

    @property
    def awaits(self) -> list[str]:
        found = [node.value for node in self.nodes if isinstance(node, ast.Await)]
        return [name_of(_function(value)) for value in found]

    @property
    def uncalled(self) -> list[str]:
        """The name of which the statement consists, as in `self.accept`."""
        value = self.node.value if isinstance(self.node, ast.Expr) else None
        name = name_of(value.value if isinstance(value, ast.Await) else value)
        return [] if name.endswith(")") else [name]

    @property
    def defines(self) -> str:
        """The name of the function or class that begins here."""
        return self.node.name if isinstance(self.node, DEFINITIONS) else ""

    @property
    def takes(self) -> list[str]:
        """The arguments of the function that begins here."""
        given = self.node.args if isinstance(self.node, FUNCTIONS) else None
        return [one.arg for one in given.posonlyargs + given.args] if given else []

    @cached_property
    def assigns(self) -> list[str]:
        """What is given a value: `group`, `self.group`."""
        match self.node:
            case ast.Assign(targets=targets):
                return [name_of(target) for target in targets]
            case ast.AnnAssign(target=target, value=ast.expr()):
                return [name_of(target)]
        return []

    @property
    def keyword(self) -> str:
        """Its kind: `if`, `for`, `return`, `return None`, `global NAME`."""
        match self.node:
            case ast.Return(value=None | ast.Constant(value=None)):
                return "return None"
            case ast.Global(names=[name, *_]):
                return f"global {name}"
        return type(self.node).__name__.removeprefix("Async").lower()


def statements(project: Path) -> Iterator[Line]:
    """Every statement of the learner's files, in order, of those that can be parsed."""
    for file in written(project, ".py"):
        inside = file.relative_to(project).as_posix()
        if not (inside.startswith("test_") or is_own(inside)):
            with contextlib.suppress(OSError, ValueError, SyntaxError, RecursionError):
                tree = ast.parse(read_text(file))
                yield from _statements(tree, inside, ())


def name_of(node: object) -> str:
    """A name as it is written, with `()` for a call: `get_channel_layer().group_add`.

    Of `async_to_sync(layer.group_add)`, which stands for its argument, that name.
    """
    match node:
        case ast.Name(id=name):
            written = name
        case ast.Attribute(value=value, attr=name):
            written = f"{name_of(value)}.{name}"
        case ast.Subscript(value=value, slice=key):
            written = f"{name_of(value)}[{name_of(key)}]"
        case ast.Call(func=ast.Name(id="async_to_sync"), args=[argument, *_]):
            written = name_of(argument)
        case ast.Call(func=function):
            written = f"{name_of(function)}()"
        case ast.List(elts=[first, *_]):
            written = name_of(first)
        case _:
            written = str(node.value) if isinstance(node, ast.Constant) else ""
    return written


def _arguments(call: ast.Call) -> list[str]:
    return [*map(name_of, call.args[:1]), *(word.arg or "" for word in call.keywords)]


def _function(value: ast.AST) -> ast.AST:
    return _function(value.func) if isinstance(value, ast.Call) else value


def _statements(
    node: ast.AST, file: str, scopes: tuple[DEFINITIONS, ...]
) -> Iterator[Line]:
    for child in ast.iter_child_nodes(node):
        inside = (*scopes, child) if isinstance(child, DEFINITIONS) else scopes
        if isinstance(child, ast.stmt | ast.ExceptHandler):
            yield Line(child, Where(file, child.lineno), inside)
        if isinstance(child, STATEMENTS):
            yield from _statements(child, file, inside)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, STATEMENTS):
            yield from _expressions(child)
