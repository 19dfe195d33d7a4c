"""A cure is told to those only whose code does not have it yet, at a place there is."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import pytest

from checks.author.projects import build
from checks.author.recorded import Submission, submissions
from checks.explain.mistakes import Mistake, catalogue
from checks.explain.mistakes.cures import Change, changes, is_done, place
from checks.explain.mistakes.source import Line, statements
from checks.verdict import Where

TOLD = re.compile(r"(?:Look at: (?P<at>.*)\n)?Do: (?P<cure>.*)")
RECORDED = [one for one in submissions() if one.file.exists()]
NAMED = {"name": "thing", "method": "receive", "handler": "chat_message"}
NAMED |= {"what": "group_add", "type": "dict", "there": "chat_message"}
NAMED |= {"meant": "send", "verb": "group_add", "line": "import json", "start": ""}


def cure_of(mistake: Mistake) -> str:
    """Its cure, with something for each name that a clue may find."""
    return Template(mistake.cure).safe_substitute(NAMED)


ASKING = [m for m in catalogue() if changes(cure_of(m))]


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """`written(code)` is the statements of a project with this consumers.py."""

    def written(code: str) -> list[Line]:
        (tmp_path / "chat").mkdir(exist_ok=True)
        (tmp_path / "chat/consumers.py").write_text(code)
        return list(statements(tmp_path))

    return written


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Submission], Path]:
    """`built(submission)` is its project, which nobody changes."""
    folder = tmp_path_factory.mktemp("built")

    @cache
    def built(one: Submission) -> Path:
        to = folder / one.slug / one.kind / one.name
        return build(one.slug, to, solved=True, submission=one.folder)

    return built


def place_of(words: str | None) -> Where | None:
    file, _, line = (words or "").partition(", line ")
    return Where(file, int(line) if line else None) if file else None


def causes(one: Submission) -> Iterator[tuple[Where | None, str]]:
    for told in TOLD.finditer(one.file.read_text()):
        yield place_of(told["at"]), told["cure"]


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: f"{one.slug}/{one.name}")
def test_no_cure_is_what_was_done_already(
    one: Submission, built: Callable[[Submission], Path]
) -> None:
    project = built(one)
    lines = list(statements(project))
    for at, cure in causes(one):
        assert not is_done(cure, lines, at), cure
        assert place(cure, lines, at) == at, cure
        for word in re.findall(r"[Tt]ake out (?:self\.)?(\w+)\(", cure):
            code = "".join(file.read_text() for file in project.rglob("*.py"))
            assert re.search(rf"\b{word}\b", code), cure


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: f"{one.slug}/{one.name}")
def test_the_place_that_is_named_is_there(
    one: Submission, built: Callable[[Submission], Path]
) -> None:
    project = built(one)
    for at, cure in causes(one):
        if at and not (project / at.file).exists():
            assert at.file in cure, at
            assert at.line is None
        elif at and at.line:
            lines = (project / at.file).read_text(errors="replace").split("\n")
            assert lines[at.line - 1].strip(), at


def code_of(change: Change) -> str:
    """A consumer that has the code of a change, where that belongs."""
    code = change.code.replace("…", "anything")
    if change.removes:
        code = {"await": "await this"}.get(code, f"{code} = 1")
    elif not code.startswith(("def ", "import ", "from ", "await ")):
        named = re.fullmatch(r"(\w+)\(self[^()]*\)", code)
        code = f"def {code}" if named else code
    code = f"{code}: pass" if code.startswith("def ") else code
    name = change.inside if change.inside.isidentifier() else "somewhere"
    return f"async def {name}():\n    {code}\n"


@pytest.mark.parametrize("mistake", ASKING, ids=lambda mistake: mistake.id)
def test_a_cure_is_done_once_the_code_is_so(mistake: Mistake, written: Any) -> None:
    cure = cure_of(mistake)
    for change in changes(cure):
        has, has_not = written(code_of(change)), written("anything = 2\n")
        inside = change.inside.endswith(".py")
        at = None if inside else Where("chat/consumers.py", 1)
        assert bool(change.found(has, None)), change.code
        assert not change.found(has_not, at), change.code
        with_it, without = (written(code_of(change)), written("anything = 2\n"))
        assert is_done(cure, without if change.removes else with_it, None)


@pytest.mark.parametrize(
    ("cure", "code", "done"),
    [
        ("Take out self.close(): it ends.", "self.close()", False),
        ("Take out self.close(): it ends.", "self.send()", True),
        ("Take out await there: it is not async.", "self.close()", True),
        ("Call self.accept() in connect().", "self.accept()", False),
        ("Call self.accept() in connect().", "def connect(self): self.accept()", True),
        ("Call self.accept() above that line.", "self.accept()", False),
        ("Call self.accept() once, in connect().", "self.accept()", False),
        ("Write def receive(self), and return.", "def receive(self): pass", False),
        ("Write def receive(self). It is.", "async def receive(self): pass", True),
        ("Write def receive(self).", "def receive(self, text): pass", False),
        ("Write a(b)(…): so.", "async_to_sync(b)(1)", False),
        ("Write async_to_sync(b)(…): so.", "async_to_sync(b)(1, 2)", True),
        ("Write async_to_sync(x.b)(…): so.", "x.b(1, 2)", False),
        ("Write await x.b(…).", "async def f(): await x.b(1)", True),
        ("Write import json at the top of it.", "import json, re", False),
        ("Write from a import b.", "from a import b, c", True),
        ('Write A = "b".', 'A = "b"', True),
        ('Write A = "b".', 'A = "c"', False),
        ("Write json.dumps(…) instead of str(…).", "json.dumps(1)", True),
        ("Write json.dumps(…) instead of str(…).", "str(1)", False),
    ],
)
def test_what_a_cure_asks_for_is_read_from_its_words(
    cure: str, code: str, done: bool, written: Any
) -> None:
    assert is_done(cure, written(f"{code}\n"), None) is done


def test_what_cannot_be_read_is_not_called_done(written: Any) -> None:
    written("def (:\n")
    cure, at = "Take out self.close().", Where("chat/consumers.py", 1)
    assert not is_done(cure, written("def (:\n"), at)


def test_what_is_to_be_taken_out_is_the_place_to_look_at(written: Any) -> None:
    lines = written("a = 1\nself.close()\n")
    told = place("Take out self.close().", lines, Where("chat/consumers.py", 1))
    assert str(told) == "chat/consumers.py, line 2"
