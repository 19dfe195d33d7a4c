"""Turns sentences of the terminal into Markdown, with code formatted as code."""

import re
from collections.abc import Iterator

_TICKED = re.compile(r"(`[^`]+`)")
_CODE = re.compile(
    r'[_()\[\]{}<>=\\^$"/+]|\w\.[a-z…]|\w:\w|^\.\w|'
    r"^(?!WebSockets?$|JavaScript$)\w*(?:[a-z][A-Z]|[A-Z]{2}[a-z]{2})|"
    r"^(?:async|await|def|except|None|raise|return|self)$"
)
_ASIDE = re.compile(r"\(([a-z]+ .*)\)")
_TOGETHER = {
    r'"`: `(?=["\[{])': '": ',
    r'(?<!")` `|` `(?!")': " ",
    r"=` …": "= …`",
    r"(\w+) `= ": r"`\1 = ",
    r"class `(?=[^`]+\()": "`class ",
    r"from `([\w.]+)` import `": r"`from \1 import ",
}
"""Joins adjacent pieces of code that belong together."""


def marked(sentence: str) -> str:
    """Format a sentence as Markdown; text in backticks is left as it is."""
    parts = enumerate(_TICKED.split(sentence))
    return "".join(part if at % 2 else _joined(part) for at, part in parts)


def _joined(text: str) -> str:
    """Format each word of a text, and join them."""
    words = " ".join(_word(word) for word in _words(text))
    for apart, together in _TOGETHER.items():
        words = re.sub(apart, together, words)
    return words


def _words(text: str) -> Iterator[str]:
    """Split at spaces, except between brackets."""
    held = ""
    for word in text.split(" "):
        held += word
        if sum(map(held.count, "([{")) <= sum(map(held.count, ")]}")):
            yield held
            held = ""
        else:
            held += " "
    yield from held.split()  # There is a bracket that nobody closes.


def _word(word: str) -> str:
    core = word.rstrip(".,;:")
    if aside := _ASIDE.fullmatch(core):
        return f"({_joined(aside[1])}){word[len(core) :]}"
    if _CODE.search(core):
        return f"`{core}`{word[len(core) :]}"
    return word.replace("*", r"\*")
