"""The page: what a template makes of a value, and what a script compares it with."""

import json
import re
from pathlib import Path

from checks.course.folders import written
from checks.explain.mistakes.clues import *
from checks.explain.mistakes.page_clues import *
from checks.explain.mistakes.page_clues import compared, frames_of
from checks.explain.mistakes.sections import *
from checks.regular_file import read_text
from checks.verdict import Where


def _cut_short(evidence: Evidence) -> Found | None:
    """The page sent the beginning of what was typed, as long as its box takes."""
    typed, message = getattr(evidence.tab, "seen", {}).get("words"), evidence.message
    if not typed or not isinstance(message, str) or not typed.startswith(message):
        return None
    return seen("html", rf"maxlength=[\"']?(?P<length>{len(message)})\b")(evidence)


def _takes_all_for_one(evidence: Evidence) -> Found | None:
    """The page compares a key, which is the same in each frame, with what it has."""
    came = frames_of(evidence)
    for key, line in compared(evidence):
        values = {json.dumps(frame.get(key)) for frame in came}
        literal = rf"{key}\W*[!=]==?\s*[\"'`\d]|[\"'`\d]\s*[!=]==?[^!=]*\b{key}\b"
        same = len(values) == 1 and all(key in frame for frame in came)
        if same and "==" in line.text and not re.search(literal, line.text):
            return {"key": key, "where": line.at}
    return None


def _text(path: Path) -> str:
    try:
        return read_text(path, errors="replace")
    except OSError:  # It is no regular file, or huge.
        return ""


def _of_another_app(evidence: Evidence) -> Found | None:
    """A template without a WebSocket is shown, of the name of one that has it."""
    if seen("html", "WebSocket")(evidence) is not None:
        return None
    talks: dict[str, str] = {}
    silent: dict[str, str] = {}
    for path in written(evidence.project, ".html"):
        file = path.relative_to(evidence.project).as_posix()
        name = re.sub(r"^(?:.*/)?(?:templates|jinja2)/", "", file)
        has_one = "WebSocket" in _text(path)
        (talks if has_one else silent)[name] = file
    for name in talks.keys() & silent.keys():
        return {"name": name, "shown": silent[name], "where": Where(talks[name])}
    return None


def _long_comment(evidence: Evidence) -> Found | None:
    """A comment of a template that does not end on the line on which it begins."""
    for path in written(evidence.project, ".html"):
        lines = _text(path).splitlines()
        for number, line in enumerate(lines, start=1):
            if re.search(r"{#(?!.*#})", line):
                file = path.relative_to(evidence.project).as_posix()
                return {"where": Where(file, number)}
    return None


def _file_is_there(evidence: Evidence) -> Found | None:
    """What to do about a script that is a file of the project, and not found."""
    missing = seen("missing", r'//[^/"]+(?P<path>/[^"?]*)[^"]*", "why": "HTTP \d+')
    path = (missing(evidence) or {}).get("path", "")
    file = path.rpartition("/")[2] or "/"
    found = [p for p in written(evidence.project, ".js") if p.name == file]
    if not found:
        return None
    there = found[0].relative_to(evidence.project).as_posix()
    folder = there.partition("/")[0]
    do = f"Name {path.lstrip('/')} as the file is called: {there}."
    if folder == "static":
        do = 'Write STATICFILES_DIRS = [BASE_DIR / "static"]'
        root = assigns("STATIC_ROOT")(evidence)
        do += "; for collectstatic, give STATIC_ROOT another folder." if root else "."
    elif "/static/" not in f"/{there}":
        do = f"Move {there} into chat/static/."
    return {"do": do, "where": Where(SETTINGS if folder == "static" else there)}


MISTAKES = [
    OTHER("""page_script_is_not_looked_for: A script is where Django does not look
      If the console says `Failed to load resource` and 404, and the file is there
      Do: $do Why: runserver looks into static/ of each app, and into the folders of
        STATICFILES_DIRS; STATIC_ROOT is where collectstatic copies them to.
    """).on(f"pages: {TALKS}", _file_is_there, weight=4),
    OTHER("""page_comment_has_two_lines: A comment of the template goes over two lines
      If the console says `SyntaxError`, and the page has {# in it
      Do: Write {% comment %} instead of {#, and {% endcomment %} instead of #}; or end
        the comment on the line on which it begins.
      Why: What {# begins ends on the same line; else Django sends it as it is.
    """).on(f"pages: {TALKS}", "^SyntaxError", _long_comment, weight=2),
    OTHER("""page_template_is_of_another_app: Another app has a template of the same
        name
      If the browser shows a page of another app
      Do: Move the template of the chat to chat/templates/chat/, and name chat/$name in
        the view: Django shows $shown, which it finds first.
      Why: Django puts the folders templates of all apps together, in the order of
        INSTALLED_APPS, and takes the first template of a name.
    """).on(f"pages: {TALKS}", _of_another_app, weight=3),
    OTHER("""page_box_is_too_short: The box of the page takes no more than a few
        characters
      If only the beginning of what is typed can be typed
      Do: Write a larger maxlength for the box, or none: it is $length in the page.
        Where a variable of the template is there, write {% load l10n %} above, and
        |unlocalize behind its name.
      Why: A browser stops at maxlength; and Django writes a number as people of a
        country do, such as 2.000, which a browser reads as 2.
    """).on("pages: page_sends_another", _cut_short, in_page("maxlength"), weight=2),
    OTHER("""page_is_verbatim: The name of the room is inside of {% verbatim %}
      If the page connects to an address with {{ in it
      Do: Write {% endverbatim %} above the line with the name of the room, and {%
        verbatim %} below it; or take both out.
      Why: Inside of it, Django sends everything as it is written.
    """).on(
        "pages: page_is_refused page_is_in_another_room page_opens_nothing",
        seen("sockets", r"\{\{|%7B%7B"),
        in_page(r"{%-? *verbatim"),
        weight=2,
    ),
    OTHER("""page_is_cached_for_all_rooms: A part of the page is cached, whatever the
        room is
      If the page of a room connects to the room that was opened first
      Do: Write {% cache $seconds $name room_name %} there.
      Why: Django keeps what is inside under that name alone, and every room gets what
        the first one has made; each value after the name has a copy of its own.
    """).on(
        "pages: page_is_in_another_room",
        in_page(r"{%-? *cache (?P<seconds>\w+) (?P<name>[\w\"']+) *-?%}"),
        weight=1,
    ),
    OTHER("""page_takes_all_for_one: The page takes all who write for the one who reads
      If the page shows what is typed in it, and nothing that others send
      Do: Compare what each page has made up for itself, such as crypto.randomUUID(),
        sent along and passed on, instead of "$key"; or show all that comes, and
        nothing when it is sent.
      Why: What the server knows of a user is the same in all tabs of that user, and
        for everybody who has not logged in.
    """).on("pages: page_shows_nothing", _takes_all_for_one, weight=2),
]
