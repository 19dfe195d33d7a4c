"""What people read uses the terms of the field: words that it does not use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.course.lessons import ROOT

INSTEAD = {
    r"hears?|heard": "receives, received",
    r"mend(s|ed|ing)?": "fix",
    r"anew": "again; restart, recreate",
    r"strangers?": "anonymous user; any client",
    r"knock(s|ed)?": "connect",
    r"lets? in|turned away": "accept; reject",
    r"at work": "running",
    r"lies? in": "is in",
    r"(is|are|was|were|been) told|told (of|as|about|under)": "is reported, is named",
    r"voices?": "source of the failure",
    r"belongs? into": "belong in",
    r"without a word|no word": "without an error, no output",
    r"a letter|mailing list": "an event; a group",
    r"[Ww]hat passed": "messages",
    r"[Nn]obody (hears|tells|says)": "nothing receives, nothing reports",
    r"is in the way": "is wrong; prevents it",
    r"[Ss]imply|[Oo]bviously": "leave it out",
}
"""Words, as regular expressions, and what to write in their place."""
FOUND = {re.compile(rf"\b({words})\b"): instead for words, instead in INSTEAD.items()}
PAGES = ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "checks/author/**/*.md")
OUTPUT = (
    "docs/recorded/*.txt",
    "tests/checker/golden/*.txt",
    "tests/submissions/*/*/*/expected.txt",
)
LESSONS = (
    "lessons/*/lesson.toml",
    "lessons/*/explore.ipynb",
    "lessons/*/test_*.py",
    "solutions/**/*.py",
)
READ = (*PAGES, *OUTPUT, *LESSONS, "Makefile", "docs/live/*.js", "checks/**/*.py")
ANALOGY = re.compile("Think of a post office")
"""Where lesson 3 compares a group with a mailing list, once."""
CODE = re.compile(r"`[^`]*`|\{ ?[.#][^}]*\}|\]\([^)]*\)|\{ #\S+ \}")
"""What of a page is code, an attribute or the target of a link."""
TEXT = re.compile(r'"[^"]*"|`[^`]*`')
"""A text in a line of JavaScript."""
VALUE = re.compile(r"\$\{[^}]*\}")


def read(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that a person reads, each with its number."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py" and path.is_relative_to(ROOT / "checks"):
        yield from strings(text)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if path.suffix == ".js":
            texts = (text for text in TEXT.findall(line) if " " in text)
            yield number, VALUE.sub("", " ".join(texts))
        elif not ANALOGY.match(line):
            yield number, CODE.sub("", line) if path.suffix == ".md" else line


def strings(text: str) -> Iterator[tuple[int, str]]:
    """The lines of the texts in a module, without its docstrings."""
    tree = ast.parse(text)
    docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docs:
            text = str(node.value)
            if " " in text:
                yield from enumerate(text.splitlines(), start=node.lineno)


@pytest.mark.parametrize("pattern", READ)
def test_what_people_read_has_none_of_these_words(pattern: str) -> None:
    starters = ROOT / "checks/starters"
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]!r}; write {instead}"
        for path in sorted(ROOT.glob(pattern))
        if not path.is_relative_to(starters)
        for number, line in read(path)
        for words, instead in FOUND.items()
        if (match := words.search(line))
    ]
    assert wrong == []


def test_the_list_finds_a_word_and_says_what_to_write(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("fine\nIt hears `anew`.\n", encoding="utf-8")
    found = [
        (n, i) for n, line in read(page) for w, i in FOUND.items() if w.search(line)
    ]
    assert found == [(2, "receives, received")]
