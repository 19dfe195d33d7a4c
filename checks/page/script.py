"""What a page's script says, as far as it can be read without running it.

It explains what a browser has shown; it decides only where there is no browser, and
only on what is certain. Whatever is not understood is None.
"""

import json
import re
from collections.abc import Iterator
from itertools import pairwise

OPENING, CLOSING, QUOTES = "([{", ")]}", "\"'`"
JSON_ELEMENT = (
    r"JSON\.parse\(\s*document\.getElementById\(\s*['\"]([\w-]+)['\"]\s*\)"
    r"\.(?:textContent|innerText|innerHTML|text)\s*\)"
)
PASSED_ON = r"(?:encodeURI(?:Component)?|String)\((.*)\)"
IS_HTTPS = r"""\s*\(?\s*[\w.]*\bprotocol\s*([!=])==?\s*["'`]https:["'`]\s*\)?\s*"""
AS_WEBSOCKET = (
    r"(.+)\.replace\(\s*(?:/\^?https?:?/|'http'|\"http\")\s*,\s*['\"]ws:?['\"]\s*\)"
)
PIECE = re.compile(
    r"""(?s)//[^\n]*|/\*.*?\*/|`(?:\\.|[^`\\])*`"""
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
)
PLACES = {"window", "document", "self"}
DEEPEST = 8
"""How many names an address may be built from, one from another."""


class Script:
    """The scripts of a page, and the HTML that they are in.

    `host` is where the page was loaded from, such as `localhost:8000`.
    """

    def __init__(self, html: str, scripts: list[str], host: str) -> None:
        self.html, self.host = html, host
        inline = re.findall(r"(?s)<script\b(?![^>]*json)[^>]*>(.*?)</script>", html)
        self.text = "\n".join(without_comments(text) for text in (*inline, *scripts))

    def addresses(self) -> list[str | None]:
        """The address of each WebSocket that is created; None if it is not known."""
        found = re.finditer(r"\bnew\s+WebSocket\s*\(", self.text)
        return [self.value(split(argument(self.text, m.end()))[0]) for m in found]

    def sent_keys(self) -> list[set[str] | None]:
        """The keys of each object that is sent as JSON; None if they are not known."""
        return [
            self._keys(argument(self.text, found.end()).strip())
            for found in re.finditer(r"\.send\s*\(", self.text)
        ]

    def _keys(self, sent: str) -> set[str] | None:
        found = re.fullmatch(r"(?s)JSON\.stringify\((.*)\)", sent)
        given = found[1].strip() if found else ""
        if re.fullmatch(r"\w+", given):
            given = self._assigned(given) or ""
        if not (given.startswith("{") and given.endswith("}")) or "..." in given:
            return None
        parts = (part.strip() for part in split(given[1:-1]) if part.strip())
        return {part.partition(":")[0].strip(" \n'\"") for part in parts}

    def read_keys(self) -> set[str]:
        """The keys that are read from what JSON.parse returns."""
        parsed = r"JSON\.parse\s*\(\s*\w+(?:\.data)?\s*\)"
        keys = set(re.findall(rf"{parsed}\.(\w+)", self.text))
        for name in re.findall(rf"(\w+)\s*=\s*{parsed}", self.text):
            keys |= set(re.findall(rf"\b{name}\.(\w+)", self.text))
            keys |= set(re.findall(rf"\b{name}\[['\"](\w+)['\"]\]", self.text))
        for names in re.findall(rf"\{{([^{{}}]*)\}}\s*=\s*{parsed}", self.text):
            keys |= {name.partition(":")[0].strip() for name in names.split(",")}
        return keys

    # Expressions ----------------------------------------------------------------------

    def value(self, text: str, depth: int = 0) -> str | None:
        """The text that an expression is, such as an address put together."""
        text = text.strip()
        if depth > DEEPEST or not text:
            return None
        ways = (self._sum, self._literal, self._choice, self._of_page, self._named)
        values = (way(text, depth + 1) for way in ways)
        return next((value for value in values if value is not None), None)

    def _sum(self, text: str, depth: int) -> str | None:
        parts = split(text, "+")
        if len(parts) == 1 or len(split(text, "?")) > 1:
            return None
        values = [self.value(part, depth) for part in parts]
        return "".join(map(str, values)) if None not in values else None

    def _literal(self, text: str, depth: int) -> str | None:
        if text[0] not in QUOTES or closed_at(text, 0) != len(text) - 1:
            return None
        inner = text[1:-1]
        if text[0] != "`":
            return inner
        parts = re.split(r"\$\{(.*?)\}", inner)
        values = [self.value(p, depth) if i % 2 else p for i, p in enumerate(parts)]
        return "".join(map(str, values)) if None not in values else None

    def _choice(self, text: str, depth: int) -> str | None:
        """`location.protocol === "https:" ? … : …`: the page comes over http."""
        if text[0] == "(" and closed_at(text, 0) == len(text) - 1:
            return self.value(text[1:-1], depth)
        condition, *rest = split(text, "?")
        ways = split("?".join(rest), ":") if rest else []
        asked = re.fullmatch(IS_HTTPS, condition)
        if not asked or not ways:
            return None
        return self.value(ways[0] if asked[1] == "!" else ways[-1], depth)

    def _of_page(self, text: str, depth: int) -> str | None:
        """What the page knows: where it came from, what its HTML holds."""
        name, _, rest = text.partition(".")
        known = {
            "location.host": self.host,
            "location.hostname": self.host.partition(":")[0],
            "location.port": self.host.partition(":")[2],
            "location.protocol": "http:",
            "location.origin": f"http://{self.host}",
        }
        if (found := known.get(rest if name in PLACES else text)) is not None:
            return found
        if found_id := re.fullmatch(JSON_ELEMENT, text):
            return self._json_of(found_id[1])
        if passed_on := re.fullmatch(PASSED_ON, text):
            return self.value(passed_on[1], depth)
        if replaced := re.fullmatch(AS_WEBSOCKET, text):
            before = self.value(replaced[1], depth)
            return before and before.replace("http", "ws", 1)
        return None

    def _json_of(self, id_: str) -> str | None:
        wanted = rf'(?s)<script id="{id_}" type="application/json">(.*?)</script>'
        found = re.search(wanted, self.html)
        return str(json.loads(found[1])) if found else None

    def _named(self, text: str, depth: int) -> str | None:
        assigned = self._assigned(text) if re.fullmatch(r"[\w$]+", text) else None
        return assigned and self.value(assigned, depth)

    def _assigned(self, name: str) -> str | None:
        """The expression that a name is given, if it is given one only."""
        found = list(re.finditer(rf"(?<![\w$.]){re.escape(name)}\s*=(?!=)", self.text))
        return statement(self.text, found[0].end()) if len(found) == 1 else None


def without_comments(text: str) -> str:
    """A script without what is after `//` and between `/*` and `*/`."""
    kept, last = [], 0
    for start, end in _pieces(text):
        if text[start] == "/":
            kept.append(text[last:start])
            last = end
    return "".join([*kept, text[last:]])


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where literals and comments begin and end."""
    for found in PIECE.finditer(text):
        yield found.span()


def closed_at(text: str, start: int) -> int:
    """Where the literal or the bracket ends that begins there; the end without one."""
    if text[start] in QUOTES:
        return (
            next((end - 1 for at, end in _pieces(text[start:]) if at == 0), 0) + start
        )
    depth = 0
    for at, sign in _signs(text, start):
        depth += (sign in OPENING) - (sign in CLOSING)
        if depth == 0:
            return at
    return len(text)


def _signs(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The characters from there on that are in no literal and no comment."""
    spans = [
        (start, start),
        *((start + a, start + b) for a, b in _pieces(text[start:])),
    ]
    for (_, end), (begin, _) in pairwise([*spans, (len(text), len(text))]):
        yield from enumerate(text[end:begin], start=end)


def argument(text: str, start: int) -> str:
    """What is between the bracket that has just been opened and the one that closes."""
    return text[start : closed_at(text, start - 1)]


def statement(text: str, start: int) -> str:
    """The expression from there to the end of its statement."""
    depth = 0
    for at, sign in _signs(text, start):
        depth += (sign in OPENING) - (sign in CLOSING)
        more = re.match(r"\s*[+?:.]", text[at:]) or text[:at].rstrip()[-1:] in "+?:=("
        if depth < 0 or (depth == 0 and (sign in ";," or (sign == "\n" and not more))):
            return text[start:at].strip()
    return text[start:].strip()


def split(text: str, separator: str = ",") -> list[str]:
    """The parts of a text between separators that are in no bracket and no literal."""
    depth, cuts = 0, [-1]
    for at, sign in _signs(text, 0):
        depth += (sign in OPENING) - (sign in CLOSING)
        if sign == separator and depth == 0:
            cuts.append(at)
    return [text[a + 1 : b] for a, b in pairwise([*cuts, len(text)])]
