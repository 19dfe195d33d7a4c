"""Fences: the pairs of comments around each task of a lesson.

    # Task 2: Send the text back.
    pass
    # End of task 2

Several regions of one task have numbers of their own (`Task 2.1`); in templates
the comments are `{# Task 2: … #}` and `{# End of task 2 #}`.  Between a pair stands
what the learner starts with, or the answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_FENCE = re.compile(
    r"(?P<indent>\s*)(?:#|\{#)\s*"
    r"(?:Task (?P<opens>\d+(?:\.\d+)?): (?P<text>\S.*?)"
    r"|End of task (?P<ends>\d+(?:\.\d+)?))\s*(?:#\})?\s*"
)
_IMPORT = re.compile(r"(?:import|from) ")
_ALMOST = re.compile(r"\s*(?:#|\{#)\s*(?:end of )?task \d", re.IGNORECASE)


class FenceError(ValueError):
    """A file whose fences cannot be read; says the file, the line and what is wrong."""


@dataclass(frozen=True)
class Region:
    """What one pair of comments encloses.

    `name` is "2" or "2.1", `task` its whole number, `text` the instruction.  `start`
    and `end` are the lines of the two comments, counted from 1; `body` are the lines
    between them, without their line ends.
    """

    name: str
    task: int
    text: str
    indent: str
    start: int
    end: int
    body: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its first comment, as in "Task 2.1: Join the group."."""
        return f"Task {self.name}: {self.text}"


def regions(text: str, source: str = "text") -> list[Region]:
    """The regions of a file, in order.

    `source` is what errors call the file.  Raises FenceError for a fence that is left
    open, ended without a start, nested, used twice, or misspelt.
    """
    found: list[Region] = []
    lines = text.splitlines()
    opening: tuple[int, re.Match[str]] | None = None
    for number, fence in _fences(lines, source):
        name = fence["opens"] or fence["ends"]
        if wrong := _wrong(fence, opening and opening[1]["opens"], found):
            raise FenceError(f"{source}:{number}: {wrong}")
        if opening is None:
            opening = number, fence
            continue
        start, first = opening
        body = tuple(lines[start : number - 1])
        indent, instruction = first["indent"], first["text"]
        task = int(name.partition(".")[0])
        found.append(Region(name, task, instruction, indent, start, number, body))
        opening = None
    if opening is not None:
        start, first = opening
        raise FenceError(f"{source}:{start}: task {first['opens']} is left open")
    return found


def outside(text: str, source: str = "text") -> list[str]:
    """The lines that starter and solution share, the fences themselves included."""
    return with_bodies(text, {}, source).splitlines()


def with_bodies(
    text: str, bodies: Mapping[str, Sequence[str]], source: str = "text"
) -> str:
    """The same file with other lines between its fences; none where none are given."""
    lines = text.splitlines()
    for region in reversed(regions(text, source)):
        lines[region.start : region.end - 1] = bodies.get(region.name, ())
    return _joined(lines)


def without_fences(text: str, source: str = "text") -> str:
    """The file without the fences, with blank lines as a formatter would leave them.

    Where a fence was between blank lines, only the longer run of them is kept. Between
    imports, those above the end of a task are left out: a formatter puts them above any
    comment.
    """
    found = regions(text, source)
    starts, ends = {region.start for region in found}, {region.end for region in found}
    kept: list[str] = []
    blanks = since = ended = 0  # Blank lines: above a fence, below it, above an end.
    for number, line in enumerate(text.splitlines(), start=1):
        if number in starts:
            blanks, since = max(blanks, since), 0
        elif number in ends:
            ended, since = max(ended, since), 0
        elif not line.strip():
            since += 1
        else:
            is_import = _IMPORT.match(line) and kept and _IMPORT.match(kept[-1])
            most = max(blanks, since, 0 if is_import else ended)
            kept += [""] * (most if kept else 0) + [line]
            blanks = since = ended = 0
    return _joined(kept)


def _fences(lines: list[str], source: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Every fence with its line. Raises FenceError for a misspelt one."""
    for number, line in enumerate(lines, start=1):
        if fence := _FENCE.fullmatch(line):
            yield number, fence
        elif _ALMOST.match(line):
            wanted = "`Task 2: what to do`, `End of task 2`"
            raise FenceError(f"{source}:{number}: a fence reads {wanted}")


def _wrong(fence: re.Match[str], inside: str | None, before: list[Region]) -> str:
    """Why this fence cannot be here; empty if it can."""
    opens, ends = fence["opens"], fence["ends"]
    if opens and inside:
        return f"task {opens} starts inside task {inside}"
    if opens and any(region.name == opens for region in before):
        return f"a second task {opens} in this file; number them {opens}.1, {opens}.2"
    if ends and inside is None:
        return f"task {ends} ends and was not open"
    if ends and ends != inside:
        return f"task {ends} ends inside task {inside}"
    return ""


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n" if lines else ""
