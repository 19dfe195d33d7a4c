"""The beginning of the next lesson: a small one that works, for its author to change.

Comments with `WRITE:` in its files say what to put in the place of the example.
"""

import re
import tomllib
from pathlib import Path
from string import Template

from checks.author import sync
from checks.author.projects import STARTERS, slugs
from checks.course.folders import File, Files, read, write
from checks.course.lessons import ROOT

SKELETON = Path(__file__).with_name("skeleton")
"""Templates, at the paths of their files; capitals in a path are placeholders."""


ANSWERS = {
    "solution": ("your own tasks, in place of this", '{"message": "Welcome"}'),
    "wrong": ("what people do instead", '{"message": "Hello"}'),
    "valid": ("another right way", '{"message":"Welcome"}'),
}
"""What the example sends, and what its author is asked to write there."""
_ACCEPTS = re.compile(
    r"^(?P<indent> +)(?P<await>await )?(?:self\.accept|super\(\)\.connect)\(.*\)\n",
    re.MULTILINE,
)


class RefusedError(Exception):
    """The lesson cannot be created; the message says why, and what to type."""


def begin(name: str | None, root: Path = ROOT) -> list[str]:
    """Create the next lesson from the templates, and list what was written.

    The last line says what to type next.
    Nothing is overwritten. Raises RefusedError, and OutOfStepError or FenceError where
    sync would; then nothing of the lesson was written.
    """
    name = _accepted(name or "")
    done = sync.sync(root)
    there = slugs(root / STARTERS)
    _refuse_again(name, there)
    values = _values(name, there, root)
    files = {_path(path, values): text for path, text in _templates()}
    _refuse_overwriting(files, root)
    for path, text in files.items():
        content = Template(text).substitute(values).encode()
        write(File(content), root / path)
    written = [f"wrote {path}" for path in files]
    following = f"and {len(sync.sync(root))} files that follow from them"
    step = values["step"]
    works = f"Lesson {step} works already: `make record STEP={step}` records what it "
    works += f"says, and `make run STEP={step} SOLUTION=1` runs it. Now make it yours."
    return [*done, *written, following, works]


def _accepted(name: str) -> str:
    """Return the name, or raise RefusedError if a lesson cannot have it."""
    example = "as in: make lesson NAME=presence"
    if not name:
        raise RefusedError(f"NAME is missing: say what the lesson is about, {example}")
    if re.fullmatch(r"\d+_?\w*", name):
        raise RefusedError(f"The number follows the last one: leave it out, {example}")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        wrong = f"{name!r} cannot name a folder, a module and a page"
        small = "use small letters, digits and _ between words"
        raise RefusedError(f"{wrong}: {small}, {example}")
    return name


def _refuse_again(name: str, there: list[str]) -> None:
    for slug in there:
        number, _, known = slug.partition("_")
        if known == name:
            refusal = f"Lesson {int(number)} is there already, in lessons/{slug}"
            raise RefusedError(f"{refusal}: `make sync` says what is missing in it.")


def _refuse_overwriting(files: dict[str, str], root: Path) -> None:
    for path in files:
        if (root / path).exists():
            refusal = f"{path} is there already, and nothing is overwritten"
            raise RefusedError(f"{refusal}: move it away, or take another NAME.")


def _templates() -> list[tuple[str, str]]:
    """The path and the text of each template."""
    return [(path, file.text) for path, file in read(SKELETON).items()]


def _path(template: str, values: dict[str, str]) -> str:
    """The path of the file that a template is for."""
    words = {"SLUG": "slug", "NAME": "name", "FILE": "file"}
    return re.sub("|".join(words), lambda word: values[words[word[0]]], template)[:-9]


def _values(name: str, there: list[str], root: Path) -> dict[str, str]:
    """Return the values of the placeholders in the templates.

    `solution` is what the lesson before ends with, and an answer to the example's task;
    `wrong` and `valid` are the same with other answers. `broker` is the line of its
    lesson.toml that says which Redis it needs, or nothing.
    """
    last = there[-1]
    shipped, solution = read(root / STARTERS / last), read(root / "solutions" / last)
    text = shipped["lesson.toml"].text
    changed = tomllib.loads(text)["files"]
    file, answered = _example(sync.finished(shipped, solution), changed)
    broker = re.search(r"^broker = .*\n", text, re.MULTILINE)
    step = len(there) + 1
    return answered | {
        "name": name,
        "slug": f"{step:02}_{name}",
        "step": str(step),
        "before_step": str(step - 1),
        "file": file,
        "broker": broker[0] if broker else "",
    }


def _example(files: Files, changed: list[str]) -> tuple[str, dict[str, str]]:
    """The file that the example changes, and its text with each of the answers.

    Of files that accept connections, one that the lesson before changes comes first.
    Raises RefusedError where there is none.
    """
    for path in sorted(files, key=lambda path: path not in changed):
        accepts = path.endswith(".py") and _ACCEPTS.search(files[path].text)
        if accepts:
            return path, {name: _answered(accepts, a) for name, a in ANSWERS.items()}
    missing = "no file of the lesson before has a line `self.accept()`"
    raise RefusedError(f"The example greets whoever connects, but {missing}.")


def _answered(accepts: re.Match[str], answer: tuple[str, str]) -> str:
    """The file with a task after the line that accepts a connection."""
    note, sent = answer
    lines = [
        "# Task 1: Greet every tab.",
        f"# WRITE: {note}.",
        f"{accepts['await'] or ''}self.send(text_data='{sent}')",
        "# End of task 1",
    ]
    task = "".join(f"{accepts['indent']}{line}\n" for line in lines)
    end = accepts.end()
    return accepts.string[:end] + task + accepts.string[end:]
