"""Generates pages and drawings from the code, the catalogue and the submissions."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from checks.author import finder
from checks.author.facts import facts
from checks.author.markdown import marked
from checks.author.picture import picture
from checks.author.recorded import Submission, explained, submissions
from checks.course.folders import File, write
from checks.course.lessons import ROOT
from checks.explain.finder import DATA, readable
from checks.explain.mistakes import SYMPTOMS, Mistake, catalogue

REFERENCE = "docs/reference/mistakes.md"
SYMPTOM = "docs/reference/mistakes/{}.md"
TABLE = "docs/contribute/mistakes_table.md"
IMPORTS = "docs/diagrams/imports.svg"
FACTS = "docs/reference/facts.md"
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


def _reference(_: Path) -> Iterator[str]:
    """List every mistake by its first symptom, with a link to all about it."""
    for symptom, title in SYMPTOMS.items():
        page = f"mistakes/{symptom}.md"
        yield f"## {title} {{ #see-{symptom} }}\n"
        yield f"[All of these on one page]({page}), with the cure and why.\n"
        for mistake in _of(symptom):
            name = f"{marked(mistake.name)}"
            yield f"- [{name}]({page}#{mistake.id}){{ #{mistake.id} }}"
        yield ""


def _of(symptom: str) -> list[Mistake]:
    """The mistakes with this symptom, in the order of the lessons."""
    of_it = [mistake for mistake in catalogue() if mistake.symptom == symptom]
    return sorted(of_it, key=lambda mistake: mistake.step)


def _symptom(root: Path, symptom: str) -> Iterator[str]:
    """A page about one symptom: each mistake, its cure, and what the checks say."""
    title = SYMPTOMS[symptom]
    plain = title.replace("`", "")
    what = "Django Channels mistakes that look like this, with the cure and why."
    yield f'---\ntitle: "{plain}"\ndescription: "{plain}: {what}"\n---\n# {title}\n'
    yield "Not this? [Paste what you see](../mistakes.md#find-it).\n"
    recorded = [one for one in submissions(root) if one.file.exists()]
    for mistake in _of(symptom):
        files = [one.file for one in recorded if one.name == mistake.id]
        yield from _mistake(mistake, files)
        yield from (_recorded(file.relative_to(root)) for file in files)


def _mistake(mistake: Mistake, files: list[Path]) -> Iterator[str]:
    page, _, section = mistake.page.partition("/#")
    link = f"[lesson {int(page[:2])}](../../lessons/{page}.md#{section})"
    more = f"More in {link}.\n" if section else ""
    yield f"## {marked(mistake.name)} {{ #{mistake.id} }}\n"
    yield f"You see it when {marked(mistake.when)}.\n"
    yield _cure(mistake, files)
    yield f"{marked(mistake.why)}\n{more}"


def _cure(mistake: Mistake, files: list[Path]) -> str:
    """What to do; where names belong in it, with those of the first recording."""
    for file in files if "$" in mistake.cure else []:
        if done := re.search(r"^Do: (.+)$", file.read_text(), re.MULTILINE):
            return f"**Do,** for example: {marked(done[1])}\n"
    return f"**Do:** {marked(readable(mistake.cure))}\n"


def _recorded(file: Path) -> str:
    block = ["``` { .text .verdict }", f'--8<-- "{file.as_posix()}"', "```", ""]
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
    symptom = {mistake.id: mistake.symptom for mistake in catalogue()}.get(name[0])
    page = f"../reference/mistakes/{symptom}.md"
    return f"[`{name[0]}`]({page}#{name[0]})" if symptom else name[0]


def _imports(root: Path) -> Iterator[str]:
    yield picture(root)


PAGES: dict[str, Callable[[Path], Iterator[str]]] = {
    REFERENCE: _reference,
    **{SYMPTOM.format(name): partial(_symptom, symptom=name) for name in SYMPTOMS},
    TABLE: _table,
    IMPORTS: _imports,
    FACTS: facts,
    DATA.as_posix(): finder.data,
}
"""The function that generates each page."""
