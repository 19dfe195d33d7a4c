"""The files that a page is made of, and the place of a line of it among them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from checks.course.folders import written
from checks.regular_file import read_bytes, read_text
from checks.verdict import Where

TEMPLATE = "chat/templates/chat/room.html"
LOGIN = "chat/templates/registration"
ACCOUNTS = (
    *("mysite/settings.py", "mysite/urls.py", "chat/urls.py", "chat/views.py"),
    *(f"{LOGIN}/login.html", f"{LOGIN}/signup.html", TEMPLATE),
)
"""What decides how people sign up, log in and log out."""
COMPARE = "Compare your page with that of the course: make diff STEP={}."
VARIABLE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
VALUE = r"(?:<input type=\"hidden\" [^<>]*>|[^<>]*?)"
COMMENT = re.compile(r"\s*(//|\*|/\*|<!--|\{#)")
JSON_SCRIPT = '{{ room_name|json_script:"room-name" }}'


class Line(NamedTuple):
    """One line of a template or of a script."""

    at: Where
    text: str


def is_course_page(starter: Path, room: str, html: str) -> bool:
    """Whether a page is the course's own, in a room whose name needs no escaping.

    What it has in the place of other variables and tags may be anything without tags of
    its own but for the field that `{% csrf_token %}` is.
    """
    text = (starter / TEMPLATE).read_text(encoding="utf-8")
    name = f'<script id="room-name" type="application/json">"{room}"</script>'
    text = text.replace(JSON_SCRIPT, name).replace("{{ room_name }}", room)
    parts = map(re.escape, VARIABLE.split(text))
    return bool(re.fullmatch(VALUE.join(parts), html))


def differs(starter: Path, project: Path, *files: str) -> bool:
    """Whether one of these files of a project is another than that of the course."""
    try:
        return any(
            (starter / file).read_bytes() != read_bytes(project / file)
            for file in files
        )
    except OSError:
        return True


def lines(project: Path) -> Iterator[Line]:
    """Every line of the templates and scripts of a project that is no comment."""
    for path in _files(project):
        try:
            text = read_text(path, errors="replace")
        except OSError:  # It is no regular file, or huge.
            continue
        file = path.relative_to(project).as_posix()
        for number, line in enumerate(text.splitlines(), start=1):
            if not COMMENT.match(line):
                yield Line(Where(file, number), line)


def _files(project: Path) -> list[Path]:
    """The room's template first: of two places, the first one is shown."""
    own = written(project, ".html", ".js")
    return sorted(own, key=lambda path: (path != project / TEMPLATE, path))


def find(
    project: Path, pattern: str, kind: str = ""
) -> tuple[Where, re.Match[str]] | None:
    """The first line of a project's page in which a pattern is, and its match.

    `kind` is how the name of the file ends.
    """
    for line in lines(project):
        match = re.search(pattern, line.text)
        if match and line.at.file.endswith(kind):
            return line.at, match
    return None


def place(project: Path, html: str, url: str, number: int) -> Where | None:
    """Where a line of a page is that a browser speaks of, or of a script at a URL."""
    path = urlsplit(url).path
    if path.endswith(".js"):
        same = (line.at for line in lines(project) if line.at.line == number)
        return next((at for at in same if path.endswith(Path(at.file).name)), None)
    text = html.splitlines()[number - 1 : number]
    fitting = [line for line in lines(project) if text and _becomes(line.text, text[0])]
    return min(
        (line.at for line in fitting),
        key=lambda at: abs((at.line or 0) - number),
        default=None,
    )


def _becomes(template: str, line: str) -> bool:
    """Whether this line of a template can have become that line of a page."""
    if not VARIABLE.search(template):
        return template == line
    parts = map(re.escape, VARIABLE.split(template))
    return bool(template.strip()) and bool(re.fullmatch(".*".join(parts), line))
