"""What a cure asks for, read from its words: it is not told where it is already done.

`Take out X` and `instead of X` ask for code that is there, `Write X`, `Call X` and
`Name it X` for code that is not. A cure that asks for more than one thing, or for a
place ("above", "first"), is always told: nobody can tell whether it is done.
"""

import ast
import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from checks.explain.mistakes.source import DEFINITIONS, Line, name_of
from checks.verdict import Where

CODE = (
    r"(?:raise |one def )?([\w.]*\w\((?:\)[\w.]*\w\()*\)?|\.\w+\(\)|__init__|"
    r'[a-z]\w*_\w+|[a-z]+\.[\w.]+|\.\w+|\w+=\w+|[A-Z][a-z]+[A-Z]\w+|"[\w.]+")'
)
REMOVE = re.compile(
    rf"(?:[Tt]ake|[Ll]eave) (?:out|away) {CODE}|Take out (await)|"
    rf"[Tt]ake {CODE}\S*(?: = \S+)? (?:out|away)|instead of {CODE}"
)
ADD = re.compile(
    r"\b(?:Write|Call|Set|Name it) "
    r"(?=\S*[(._]|def |from |import |await |\w+ = )"
)
INSIDE = re.compile(r"\b(?:in|of) (?:(\w+)\(\)|(\w+/\w+\.py))")
MORE = re.compile(
    r"\b(and|or|above|below|first|top|once|only|around|with nothing)\b|^ where\b"
)
"""What says that having the code is not all of it."""
END = re.compile(r"[,;:.]? (?:in|at|and|or|there|above|below|with|where|for|instead)\b")
ANY = "__any__"


@dataclass(frozen=True)
class Change:
    """One thing that a cure asks for: to take this code out, or to write it.

    `inside` is the function or file that the cure names, or empty.
    """

    code: str
    inside: str
    pattern: ast.AST | None = None

    @property
    def removes(self) -> bool:
        """Whether the code is to be taken out."""
        return self.pattern is None

    def found(self, lines: Sequence[Line], at: Where | None) -> Line | None:
        """The statement that has the code: at the place that is told, or elsewhere.

        What is to be written may stand elsewhere, too, without being done.
        """
        inside = [x for x in lines if not self.inside or self.inside in x.places]
        told = [line for line in inside if at and at.line and line.spans(at)][-1:]
        if self.removes:
            holding = [line for line in inside if _holds(line, self.code)]
            near = (told[0].defines, *told[0].functions) if told else ()
            return min(holding, key=lambda x: _far(x, told, near), default=None)
        defines = isinstance(self.pattern, DEFINITIONS)
        there = inside if self.inside or defines or not told else told
        if at and not (self.inside or defines or told):
            there = [line for line in inside if line.at.file == at.file]
        written = (line for line in there if _has(line, self.pattern))
        return next((line for line in written if not _deleted(line, lines)), None)


@cache
def changes(cure: str) -> tuple[Change, ...]:
    """What a cure asks for, as far as its words are code."""
    return (*_removed(cure), *_added(cure))


def is_done(cure: str, lines: Sequence[Line], at: Where | None) -> bool:
    """Whether there is nothing left to do: gone, or there, what the cure speaks of.

    A file that Python cannot read has no lines, and then nobody can tell.
    """
    if not lines or (at and at.file not in {line.at.file for line in lines}):
        return False
    return any(
        bool(change.found(lines, at)) is not change.removes for change in changes(cure)
    )


def place(cure: str, lines: Sequence[Line], at: Where | None) -> Where | None:
    """Where to look: the line that has what is to be taken out, if there is one.

    A place in a file that is not Python, such as a template, stays.
    """
    if at and not at.file.endswith(".py"):
        return at
    for change in changes(cure):
        line = change.found(lines, at) if change.removes else None
        if line and not (at and at.line and line.spans(at)):
            return line.at
    return at


def _removed(cure: str) -> Iterator[Change]:
    for match in REMOVE.finditer(cure):
        code = next(filter(None, match.groups())).strip('".').rstrip("()")
        name = code.rpartition(".")[2].partition("=")[0]
        yield Change(name, _inside(cure[match.end() :]))


def _added(cure: str) -> Iterator[Change]:
    for match in ADD.finditer(cure):
        words = re.split(r"(?<=[^\s…])\. |; ", cure[match.end() :])[0].removesuffix(".")
        code = words[: _end(words)]
        pattern = _parsed(code, named="Name it" in match[0])
        if pattern and not MORE.search(words[len(code) :]):
            yield Change(code, _inside(words[len(code) :]), pattern)


def _inside(words: str) -> str:
    match = INSIDE.match(words.lstrip("()., "))
    return (match[1] or match[2]) if match else ""


def _end(words: str) -> int:
    """Where words follow code: a comma, a colon or a preposition, not in brackets."""
    depth = 0
    for at, sign in enumerate(words):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and (re.match(r"[,:;] ", words[at:]) or END.match(words, at)):
            return at
    return len(words)


def _parsed(code: str, *, named: bool) -> ast.AST | None:
    """The code as a pattern, in which `…` stands for anything; None if it is none."""
    code = code.replace("(…)", f"({ANY})").replace("…", ANY)
    code = f"def {code}" if named else code
    code = f"{code}: pass" if code.startswith(("def ", "class ")) else code
    with contextlib.suppress(SyntaxError):
        statement = ast.parse(code).body[0]
        node = statement.value if isinstance(statement, ast.Expr) else statement
        if not isinstance(node, ast.Name | ast.Attribute | ast.Constant | ast.Compare):
            return node
    return None


def _far(line: Line, told: list[Line], near: tuple[str, ...]) -> tuple[bool, ...]:
    """How far from the told statement: in it, in its function, in an import only."""
    imported = isinstance(line.node, ast.Import | ast.ImportFrom)
    return line not in told, not {*filter(None, near)} & {*line.functions}, imported


def _holds(line: Line, name: str) -> bool:
    """Whether a statement has this name, word or key in it, or defines it."""
    if name == "await":
        return bool(line.awaits)
    given = [word for _, words in line.calls for word in words]
    names = (*line.names, line.defines, *line.assigns, *line.texts, *given)
    fits = re.compile(rf"(?s:(?:.*\W)?){name}(?:_json)?(?:\(\))?").fullmatch
    return any(map(fits, names))


def _deleted(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a statement of the same file deletes what this one assigns."""
    names = {
        name_of(target)
        for other in lines
        if isinstance(other.node, ast.Delete) and other.at.file == line.at.file
        for target in other.node.targets
    }
    return bool(names & {*line.assigns})


def _has(line: Line, pattern: ast.AST | None) -> bool:
    return any(_fits(pattern, node) for node in line.nodes)


def _fits(pattern: object, node: object) -> bool:
    """Whether code has the form of a pattern, in which a name stands for any value."""
    match pattern, node:
        case (ast.Name(), ast.expr()):
            fits = True
        case (ast.FunctionDef(), ast.FunctionDef() | ast.AsyncFunctionDef()):
            fits = (pattern.name, _takes(pattern)) == (node.name, _takes(node))
        case (ast.ImportFrom() | ast.Import(), ast.ImportFrom() | ast.Import()):
            same = getattr(pattern, "module", "") == getattr(node, "module", "")
            fits = same and _names(pattern) <= _names(node)
        case (ast.Call(), ast.Call()):
            fits = _is_called(pattern.func, node.func) and _given(pattern, node)
        case (ast.Assign(targets=[target, *_]), ast.Assign(targets=targets)):
            named = name_of(target) in map(name_of, targets)
            fits = named and _fits(pattern.value, node.value)
        case (ast.AST(), ast.AST()):
            fields = set(pattern._fields) - {"ctx"}
            fits = type(pattern) is type(node) and all(
                _fits(getattr(pattern, name), getattr(node, name)) for name in fields
            )
        case (list(), list()):
            fits = len(pattern) == len(node) and all(map(_fits, pattern, node))
        case _:
            fits = pattern == node
    return fits


def _is_called(pattern: ast.expr, function: ast.expr) -> bool:
    """Whether it is the same function; `group_add` is that of any object."""
    if isinstance(pattern, ast.Call):
        return isinstance(function, ast.Call) and _fits(pattern, function)
    name = re.escape(name_of(pattern))
    return bool(re.fullmatch(rf"(?:.*\.)?{name}", name_of(function)))


def _given(pattern: ast.Call, call: ast.Call) -> bool:
    """Whether a call has the arguments of a pattern; `…` stands for any."""
    if [name_of(argument) for argument in pattern.args] == [ANY]:
        return True
    return _fits(pattern.args, call.args) and _fits(pattern.keywords, call.keywords)


def _takes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [one.arg for one in function.args.args]


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}
