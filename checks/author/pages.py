"""Generates pages and drawings from the code, the catalogue and the submissions."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from checks.author.markdown import marked
from checks.author.picture import picture
from checks.author.recorded import Submission, explained, ids, submissions
from checks.course.folders import File, write
from checks.course.lessons import ROOT
from checks.explain.mistakes import SYMPTOMS, Mistake, catalogue

REFERENCE = "docs/reference/mistakes.md"
TABLE = "docs/contribute/mistakes_table.md"
IMPORTS = "docs/diagrams/imports.svg"
INTRODUCTIONS = Path(__file__).parent / "introductions"
"""The handwritten beginnings of pages, in files of the same names."""


def sync(root: Path = ROOT) -> list[str]:
    """Write the pages that are out of date, and return a line for each."""
    missing = [path for path in PAGES if not (root / path).exists()]
    differing = missing + stale(root)
    for path in differing:
        write(File(page(path, root).encode()), root / path)
    return [f"wrote {path}" for path in differing]


def stale(root: Path = ROOT) -> list[str]:
    """The existing pages that are out of date."""
    there = [path for path in PAGES if (root / path).exists()]
    return [path for path in there if (root / path).read_text() != page(path, root)]


def page(path: str, root: Path = ROOT) -> str:
    """Return a page: its introduction, if it has one, and the generated part."""
    introduction = INTRODUCTIONS / Path(path).name
    by_hand = [introduction.read_text()] if introduction.exists() else []
    return "\n".join([*by_hand, *PAGES[path](root)])


def _reference(root: Path) -> Iterator[str]:
    """List every mistake by its first symptom, in the order of the lessons."""
    recorded = [one for one in submissions(root) if one.file.exists()]
    for symptom, title in SYMPTOMS.items():
        yield f"## {title} {{ #see-{symptom} }}\n"
        of_it = [mistake for mistake in catalogue() if mistake.symptom == symptom]
        for mistake in sorted(of_it, key=lambda mistake: mistake.step):
            files = [one.file for one in recorded if one.name == mistake.id]
            yield from _mistake(mistake, files)
            yield from (_recorded(file.relative_to(root)) for file in files)


def _mistake(mistake: Mistake, files: list[Path]) -> Iterator[str]:
    page, _, section = mistake.page.partition("/#")
    link = f"[lesson {int(page[:2])}](../lessons/{page}.md#{section})"
    more = f"More in {link}.\n" if section else ""
    yield f"### {marked(mistake.name)} {{ #{mistake.id} }}\n"
    yield f"You see it when {marked(mistake.when)}.\n"
    yield _cure(mistake, files)
    yield f"{marked(mistake.why)}\n{more}"


def _cure(mistake: Mistake, files: list[Path]) -> str:
    """What to do; where names belong in it, with those of the first recording."""
    for file in files if "$" in mistake.cure else []:
        if done := re.search(r"^Do: (.+)$", file.read_text(), re.MULTILINE):
            return f"**Do,** for example: {marked(done[1])}\n"
    return f"**Do:** {marked(_readable(mistake.cure))}\n"


def _readable(cure: str) -> str:
    """Replace `$name` by `…`, and leave out `${name}`, which may be empty."""
    return re.sub(r"\$[a-z]\w*", "…", re.sub(r"\$\{\w+\}", "", cure))


def _recorded(file: Path) -> str:
    block = ["``` { .text .told }", f'--8<-- "{file.as_posix()}"', "```", ""]
    return '??? quote "What the check says"\n\n' + "\n".join(
        f"    {line}".rstrip() for line in block
    )


def _table(root: Path) -> Iterator[str]:
    """A table of submissions for each lesson, and the exceptions with their reasons."""
    for slug, of_lesson in groupby(submissions(root), key=lambda one: one.slug):
        yield f"## Lesson {int(slug[:2])}\n"
        yield "| submission | reported as |\n| --- | --- |"
        yield from (f"| `{one.name}` | {_reported(one)} |" for one in of_lesson)
        yield ""
    yield "## Named after one mistake, and reported as another\n"
    reasons = explained(root)
    yield from (f"- `{name}`: {why}" for name, why in reasons.items())
    yield "" if reasons else "None is.\n"


def _reported(one: Submission) -> str:
    if not one.file.exists():
        return "not recorded" if one.kind == "wrong" else "passes"
    named = re.sub(r"\w+", _link, ", ".join(one.reported))
    words = named or "no mistake: the evidence alone"
    return words if one.kind == "wrong" else f"passes, with advice: {words}"


def _link(name: re.Match[str]) -> str:
    page = "../reference/mistakes.md"
    return f"[`{name[0]}`]({page}#{name[0]})" if name[0] in ids() else name[0]


def _imports(root: Path) -> Iterator[str]:
    yield picture(root)


PAGES = {REFERENCE: _reference, TABLE: _table, IMPORTS: _imports}
"""The function that generates each page."""
