"""The beginning of the next lesson: files that say themselves what to write in them."""

import re
import tomllib
from pathlib import Path
from string import Template

from checks.author import sync
from checks.author.projects import STARTERS, slugs
from checks.author.recorded import FOLDER
from checks.author.rules import ENOUGH
from checks.course.folders import File, read, write
from checks.course.lessons import ROOT

SKELETON = Path(__file__).with_name("skeleton")
"""A tree like that of the repository; capitals in a path are filled in."""


class RefusedError(Exception):
    """The lesson cannot be begun; the sentence says why, and what to type."""


def begin(name: str | None, root: Path = ROOT) -> list[str]:
    """Write the skeleton of the lesson after the last, and say what was written.

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
    for kind in ENOUGH:
        (root / FOLDER / values["slug"] / kind).mkdir(parents=True, exist_ok=True)
    written = [f"wrote {path}" for path in files]
    following = f"and {len(sync.sync(root))} files that follow from them"
    return [*done, *written, following]


def _accepted(name: str) -> str:
    """The name, if a lesson can have it."""
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
            told = f"Lesson {int(number)} is there already, in lessons/{slug}"
            raise RefusedError(f"{told}: `make sync` says what is missing in it.")


def _refuse_overwriting(files: dict[str, str], root: Path) -> None:
    for path in files:
        if (root / path).exists():
            told = f"{path} is there already, and nothing is overwritten"
            raise RefusedError(f"{told}: move it away, or take another NAME.")


def _templates() -> list[tuple[str, str]]:
    """The path and the text of each template."""
    return [(path, file.text) for path, file in read(SKELETON).items()]


def _path(template: str, values: dict[str, str]) -> str:
    """Where the file of a template belongs."""
    words = {"SLUG": "slug", "NAME": "name", "FILE": "file"}
    return re.sub("|".join(words), lambda word: values[words[word[0]]], template)[:-9]


def _values(name: str, there: list[str], root: Path) -> dict[str, str]:
    """What the templates leave open.

    `before` is what the last of its files that the lesson before changes ends with,
    `broker` the line of its lesson.toml that says which Redis it needs, or nothing.
    """
    last = there[-1]
    shipped, solution = read(root / STARTERS / last), read(root / "solutions" / last)
    described = tomllib.loads(shipped["lesson.toml"].text)
    file = next(path for path in described["files"][::-1] if path.endswith(".py"))
    broker = re.search(r"^broker = .*\n", shipped["lesson.toml"].text, re.MULTILINE)
    step = len(there) + 1
    return {
        "name": name,
        "slug": f"{step:02}_{name}",
        "step": str(step),
        "before_step": str(step - 1),
        "file": file,
        "before": sync.finished(shipped, solution)[file].text.rstrip("\n"),
        "broker": broker[0] if broker else "",
    }
