"""Clues on the page: what a browser saw of it, and what its files say."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from checks.explain.mistakes.clues import METHOD, Clue, Evidence, Found, fact
from checks.observe.conversation import NOT_JSON
from checks.page import files

ELEMENT = r"(?:getElementById|querySelector)\(\s*[\"'`]#?(?P<id>[\w-]+)"
EVENTS = (
    *("message", "open", "close", "error", "submit", "click", "keydown", "keyup"),
    *("keypress", "load", "input", "change", "focus", "blur", "beforeunload"),
    *("DOMContentLoaded", "pagehide", "pageshow", "visibilitychange", "unload"),
)
HANDLER = r"\.onmessage\s*=[^=]|addEventListener\(\s*[\"'`]message[\"'`]"
ADDED = r"addEventListener\(\s*[\"'`](?:submit|click|key)"
"""Adds one listener more; what is assigned replaces another."""
TYPED = rf"\.on(?:submit|click|key\w+)\s*=|{ADDED}"
TWO = 2
PARSED = r"JSON\.parse\((?!doc)"
NEW_NAME = r"\w+(?=\s*(?:,|$|=))"
"""A name in braces that take an object apart, as in `const { type, message } = …`."""
GLOBALS = (
    "history|location|name|status|event|parent|top|self|screen|frames|length|closed|"
    "navigator|performance|document|window|origin|opener|external|menubar|scrollbars"
)
"""Names of the browser's own, which `var` at the top of a script does not replace."""
RUNS = (
    "page_opens_nothing page_sends_nothing page_shows_nothing page_loads_again"
    " page_closes"
)
TALKS = f"{RUNS} page_sends_another page_has_no_box page_is_refused page_connects_again"


# What the browser saw ----------------------------------------------------------------


def seen(what: str, pattern: str = "") -> Clue:
    """The browser reported this of the tab, and the pattern fits; groups are found."""

    def clue(evidence: Evidence) -> Found | None:
        said = getattr(evidence.tab, "seen", {}).get(what) or ""
        match = re.search(pattern, said if isinstance(said, str) else json.dumps(said))
        return match.groupdict() if said and match else None

    return clue


def connects_to_another_name(evidence: Evidence) -> Found | None:
    """The page is at `localhost`, and its WebSocket at `127.0.0.1`."""
    page = urlsplit(getattr(evidence.tab, "url", "")).hostname
    found = seen("sockets", r'^\["ws://(?P<host>[^:/"]+)')(evidence)
    return found if found and page and found["host"] != page else None


def sent(test: Callable[[Any], object]) -> Clue:
    """What the last frame of the page holds, as JSON or else as text, passes a test."""

    def clue(evidence: Evidence) -> Found | None:
        frame = evidence.sent[-1] if evidence.sent else ""
        try:
            data = json.loads(frame)
        except NOT_JSON:
            data = ValueError(frame)
        return {"frame": frame} if evidence.sent and test(data) else None

    return clue


def missing_element(evidence: Evidence) -> Found | None:
    """The script has looked for an element that is not there, or not there yet."""
    reads = evidence.said(r"null \((?:read|sett)ing '(?P<what>\w+)'\)")
    line = _line(evidence) if reads else None
    if not reads or line is None:
        return None
    if found := re.search(ELEMENT, line.text):
        return {"id": found["id"], "where": line.at, "line": line.text}
    name = re.search(rf"(\w+)\.{reads['what']}\b", line.text)
    there = name and files.find(evidence.project, rf"\b{name[1]}\s*=.*{ELEMENT}")
    if not there:
        return None
    return {"id": there[1]["id"], "where": there[0], "line": there[1].string}


def taken_name(evidence: Evidence) -> Found | None:
    """A variable of the script that the browser has by the same name already."""
    line = _line(evidence)
    about = f"{line.text if line else ''} {evidence.event.get('words', '')}"
    for there in files.lines(evidence.project):
        match = re.match(rf"\s{{0,6}}var (?P<name>{GLOBALS})\b", there.text)
        if match and re.search(rf"(?<!\.)\b{match['name']}\b", about):
            return {"name": match["name"], "where": there.at}
    return None


def outside_of_blocks(evidence: Evidence) -> Found | None:
    """A script in a template that extends another, in none of its blocks."""
    depth, extends = 0, ""
    for line in files.lines(evidence.project):
        if "{% extends" in line.text:
            depth, extends = 0, line.at.file
        if line.at.file != extends:
            continue
        depth += len(re.findall(r"{%-?\s*block\b", line.text))
        if depth == 0 and "<script" in line.text:
            return {"where": line.at}
        depth -= len(re.findall(r"{%-?\s*endblock\b", line.text))
    return None


def unknown_block(evidence: Evidence) -> Found | None:
    """A block of a template that the one which it extends does not have."""
    blocks: dict[str, list[tuple[str, files.Line]]] = {}
    extends: dict[str, str] = {}
    for line in files.lines(evidence.project):
        named = re.findall(r"{%-? *block (\w+)", line.text)
        blocks.setdefault(line.at.file, []).extend((name, line) for name in named)
        if found := re.search(r"{%-? *extends [\"']([^\"']+)", line.text):
            extends[line.at.file] = found[1]
    for file, base in extends.items():
        above = next((path for path in blocks if path.endswith(f"/{base}")), file)
        known = {name for name, _ in blocks[above]}
        for name, line in blocks[file]:
            if name not in known:
                return {"block": name, "base": base, "where": line.at}
    return None


def in_template_element(evidence: Evidence) -> Found | None:
    """A variable in a template element, or in a script, that no view passes."""
    inside = False
    for line in files.lines(evidence.project):
        inside = "<template" in line.text or (inside and "</template" not in line.text)
        found = re.search(r"{{ *(?P<name>message|text|body|content)\b", line.text)
        if found and (inside or "</template" in line.text or "`" in line.text):
            return {"name": found["name"], "where": line.at}
    return None


def called_by_attribute(evidence: Evidence) -> Found | None:
    """An attribute such as onsubmit calls the function that is not defined."""
    missing = evidence.said(r"(?P<name>[\w$]+) is not defined")
    name = re.escape(missing["name"]) if missing else "(?!)"
    return in_page(rf"\son\w+=[\"'][^\"']*\b{name}\(")(evidence)


def same_id(evidence: Evidence) -> Found | None:
    """Two elements of the page have the same id, which its script looks for."""
    html = getattr(evidence.tab, "seen", {}).get("html", "")
    ids = re.findall(r"\sid=[\"']?([\w-]+)", html)
    for id_ in ids:
        looks = rf"(getElementById|querySelector)\(\s*[\"'`]#?{re.escape(id_)}\b"
        if ids.count(id_) > 1 and files.find(evidence.project, looks):
            there = files.find(evidence.project, rf"\sid=[\"']?{re.escape(id_)}\b")
            return {"id": id_} | ({"where": there[0]} if there else {})
    return None


def _line(evidence: Evidence) -> files.Line | None:
    """The line of the page at which the script raised."""
    where = evidence.cause.where
    return next(
        (line for line in files.lines(evidence.project) if line.at == where), None
    )


def without_hash(evidence: Evidence) -> Found | None:
    """It looked for the element by its id, and did not say that it is one."""
    found = missing_element(evidence)
    there = found and re.search(r"querySelector\(\s*[\"'`]\w", found["line"])
    return {} if there else None


def in_html(evidence: Evidence) -> Found | None:
    """The page has the element that its script did not find."""
    id_ = (missing_element(evidence) or {}).get("id", "")
    return seen("html", rf"id=[\"']?{re.escape(id_)}\b")(evidence)


def parsed(evidence: Evidence) -> Found | None:
    """What it looked for is JSON that the template should have written."""
    found = missing_element(evidence)
    return {} if found and "JSON.parse" in found["line"] else None


# What the page says ------------------------------------------------------------------


def in_page(pattern: str, kind: str = "") -> Clue:
    """A line of the page's templates or scripts fits; that is where to look.

    `kind` is how the name of the file ends.
    """

    def clue(evidence: Evidence) -> Found | None:
        found = files.find(evidence.project, pattern, kind)
        return found and {**found[1].groupdict(), "where": found[0]}

    return clue


def loads_itself(evidence: Evidence) -> Found | None:
    """The page is loaded again by an element of its own, or by its script."""
    meta = in_page(r"(?i)http-equiv=[\"']?refresh")(evidence)
    if meta or evidence.kind != "page_refreshes":
        return meta
    reloads = in_page(r"\.reload\(|history\.go\(|location(\.href)?\s*=")
    return reloads(evidence) or {}


def read_once(evidence: Evidence) -> Found | None:
    """What is typed is read where the script begins, outside of every function."""
    depth, file = 0, ""
    for line in files.lines(evidence.project):
        if "<script" in line.text or line.at.file != file:
            depth, file = 0, line.at.file
        reads = re.match(r"\s*(?:const|let|var) (?P<name>\w+) =.*\.value;?$", line.text)
        if reads and not depth:
            return {"name": reads["name"], "where": line.at}
        depth += line.text.count("{") - line.text.count("}")
    return None


def written_to(evidence: Evidence) -> Found | None:
    """The page sets the value of an element that is no field."""
    fields = {"input", "textarea", "select", "output", "option"}
    html = getattr(evidence.tab, "seen", {}).get("html", "")
    for line in files.lines(evidence.project):
        found = re.search(rf"{ELEMENT}[\"'`]\s*\)\.value\s*\+?=", line.text)
        name = re.search(r"(\w+)\.value\s*\+?=", line.text)
        if not found and name:
            there = files.find(evidence.project, rf"\b{name[1]}\s*=.*{ELEMENT}")
            found = there and there[1]
        id_ = re.escape(found["id"]) if found else ""
        tag = re.search(rf"<(\w+)[^>]*\bid=[\"']?{id_}\b", html) if found else None
        if tag and tag[1] not in fields:
            return {"tag": tag[1], "where": line.at}
    return None


def misspelt_event(evidence: Evidence) -> Found | None:
    """A handler is there for an event that does not exist."""
    handler = r"(?:\.on(\w+)\s*=[^=]|addEventListener\(\s*[\"'`](\w+))"
    for line in files.lines(evidence.project):
        for on, listened in re.findall(handler, line.text):
            name = on or listened
            near = get_close_matches(name.removeprefix("on"), EVENTS, 1)
            if name not in EVENTS and near:
                what = f"on{name}" if on else name
                right = f"on{near[0]}" if on else near[0]
                return {"name": what, "right": right, "where": line.at}
    return None


def other_key(evidence: Evidence) -> Found | None:
    """The page reads a key of what JSON.parse returned, and never "message"."""
    lines = [
        line for line in files.lines(evidence.project) if "JSON.parse" in line.text
    ]
    for line in lines:
        name = re.search(r"(\w+)\s*=\s*JSON\.parse", line.text)
        reads = rf"\b{name[1]}(?:\.|\[[\"'])(?P<key>\w+)" if name else ""
        reads = reads or r"JSON\.parse\([^)]*\)(?:\.|\[[\"'])(?P<key>\w+)"
        found = files.find(evidence.project, reads)
        if name and files.find(evidence.project, rf"\b{name[1]}\??\.message\b"):
            continue
        if found and found[1]["key"] not in {"message", "textContent"}:
            return {"key": found[1]["key"], "where": found[0]}
    return None


def asked_key(evidence: Evidence) -> Found | None:
    """The page compares a key of what it parsed, which no frame has had."""
    came = frames_of(evidence)
    for key, line in compared(evidence) if came else ():
        if not any(key in frame for frame in came):
            return {"key": key, "where": line.at}
    return None


def compared(evidence: Evidence) -> Iterator[tuple[str, files.Line]]:
    """The keys of what the page parsed that it compares, and where."""
    parsed = files.find(evidence.project, rf"(?:\b(\w+)|{{([^}}]*)}})\s*=\s*{PARSED}")
    name, keys = parsed[1].groups() if parsed else (None, None)
    of = rf"(?:{PARSED}[\w.]*\){f'|{name}' if name else ''})\??\.(\w+)"
    of += f"|({'|'.join(re.findall(NEW_NAME, keys))})" if keys else ""
    asks = rf"\b(?:if|switch)\b\W*?\b(?:{of})\b|\b(?:{of})\s*[!=]=|[!=]==?\s*(?:{of})\b"
    for line in files.lines(evidence.project):
        found = re.search(asks, line.text)
        if key := next(filter(None, found.groups()), "") if found else "":
            yield key, line


def frames_of(evidence: Evidence) -> list[dict[str, Any]]:
    """What the tab has received: the data of each frame, of no other than JSON's."""
    return [_data(frame) for frame in getattr(evidence.tab, "received", ())]


def _data(frame: str) -> dict[str, Any]:
    try:
        return dict(json.loads(frame))
    except (TypeError, *NOT_JSON):
        return {}


def one_handler(evidence: Evidence) -> Found | None:
    """One line of the page's scripts gives its WebSocket a handler for messages."""
    lines = [x for x in files.lines(evidence.project) if re.search(HANDLER, x.text)]
    return {} if len(lines) < TWO else None


def listens_inside(evidence: Evidence) -> Found | None:
    """The handler for messages is given in a handler of the form, or of a key."""
    depth, outer = 0, None
    for line in files.lines(evidence.project):
        if outer is not None and depth > outer and re.search(HANDLER, line.text):
            return {"where": line.at}
        if re.search(TYPED, line.text) and outer is None:
            outer = depth
        depth += line.text.count("{") - line.text.count("}")
        if outer is not None and depth <= outer:
            outer = None
    return None


def listens_where_it_connects(evidence: Evidence) -> Found | None:
    """A function that is used twice opens a WebSocket, and adds a listener."""
    lines, depth, block = [*files.lines(evidence.project)], 0, list[files.Line]()
    for line in lines:
        block = [*block, line] if depth else [line]
        depth += line.text.count("{") - line.text.count("}")
        text = "\n".join(each.text for each in block)
        if depth or not re.search(r"new WebSocket\b", text):
            continue
        name = re.match(r"\s*(?:async )?(?:function|const|let|var)\s+(\w+)", text)
        used = name and sum(len(re.findall(rf"\b{name[1]}\b", it.text)) for it in lines)
        added = (each for each in block if re.search(ADDED, each.text))
        if used and used > TWO and (found := next(added, None)):
            return {"where": found.at}
    return None


@fact
def several_forms(evidence: Evidence) -> bool:
    """The page has more than one form."""
    html = getattr(evidence.tab, "seen", {}).get("html") or ""
    return len(re.findall(r"<form\b", html)) >= TWO


def wanted_too(evidence: Evidence) -> Found | None:
    """The consumer needs a key besides "message", which its own page sends."""
    missing = evidence.said(r"^KeyError: '(?P<key>\w+)'")
    key = missing["key"] if missing else "message"
    there = files.find(evidence.project, rf"stringify\(.*\b{key}\b")
    known = there or reads_message(evidence)
    return {"key": key} if key != "message" and known else None


@fact
def reads_message(evidence: Evidence) -> bool:
    """The function that failed reads "message" as well, from what arrived."""
    lines = evidence.lines(evidence.method or METHOD)
    return any(_is_message(node) for line in lines for node in line.nodes)


def _is_message(node: ast.AST) -> bool:
    match node:
        case ast.Subscript(slice=ast.Constant("message"), ctx=ast.Load()):
            return True
        case ast.Call(
            func=ast.Attribute(attr="get"), args=[ast.Constant("message"), *_]
        ):
            return True
    return False


def receiver_is_not_imported(evidence: Evidence) -> Found | None:
    """A module with a receiver of signals, which no statement imports."""
    imports = [line.node for line in evidence.statements if _imports(line.node)]
    names = {name for node in imports for name in _imports(node)}
    for line in evidence.statements:
        marks = getattr(line.node, "decorator_list", [])
        module = line.at.file.removesuffix(".py").replace("/", ".")
        near = module.rpartition(".")[2]
        known = {module, f".{near}"} & names
        if any("receiver(" in ast.unparse(mark) for mark in marks) and not known:
            return {"module": module, "file": line.at.file, "where": line.at}
    return None


def _imports(node: ast.AST) -> list[str]:
    """The modules that a statement may import; one of the same package is `.name`."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            package = "." * bool(level) + (module or "")
            dot = "" if package in {"", "."} else "."
            return [package, *(f"{package}{dot}{alias.name}" for alias in names)]
    return []


def without(key: str) -> Callable[[Any], object]:
    """Whether the data of a frame is an object with keys, but without this one."""
    return lambda data: isinstance(data, dict) and data and key not in data


no_text = sent(
    lambda data: isinstance(data, dict) and not isinstance(data.get("message", ""), str)
)
no_value = sent(lambda data: data in ({}, {"message": None}))
nothing_typed = sent(lambda data: isinstance(data, dict) and data.get("message") == "")
