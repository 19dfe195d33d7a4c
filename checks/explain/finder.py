"""Finds the mistakes that fit what somebody pastes: an error, a traceback, a sentence.

`docs/live/finder.js` does the same on the site, with the same data and the same
arithmetic: a test compares the two. `make sync` writes the data from the recorded
submissions and the words of the catalogue.
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path("docs/reference/finder.json")
TOKEN = re.compile(r"[a-z_][a-z0-9_]*|[0-9]+")
LONGEST_NUMBER = 4
"""Digits: a longer number is an id or a word made up for one run."""
MOST = 5
"""This many mistakes are named."""
OWN_WORDS = 0.25
"""What the words about a mistake count beside what a check has seen of it."""

SCALE = 100
"""The numbers in the data are whole, so that Python and JavaScript add up the same."""

Data = dict[str, Any]


class Match(NamedTuple):
    """A mistake that fits, and how well."""

    id: str
    name: str
    symptom: str
    score: float


def load(root: Path) -> Data:
    """The words that are known, and where they occur."""
    data: Data = json.loads((root / DATA).read_text(encoding="utf-8"))
    return data


def tokens(text: str) -> list[str]:
    """The different words of a text, without long numbers."""
    found = dict.fromkeys(TOKEN.findall(text.lower()))
    return [t for t in found if not (t[0].isdigit() and len(t) > LONGEST_NUMBER)]


def find(data: Data, text: str) -> list[Match]:
    """The mistakes that fit a text, the likeliest first; none if no word is known."""
    numbers = {word: number for number, word in enumerate(data["words"])}
    said = {numbers[token] for token in tokens(text) if token in numbers}
    matches = []
    for mistake in data["mistakes"]:
        signs = zip(mistake["signs"], mistake["often"], strict=True)
        seen = [_score(data, sign, said) * often / SCALE for sign, often in signs]
        own = _score(data, mistake["own"], said)
        if score := max(seen, default=0) + OWN_WORDS * own:
            names = (mistake["id"], mistake["name"], mistake["symptom"])
            matches.append(Match(*names, score))
    return sorted(matches, key=lambda match: -match.score)[:MOST]


def _score(data: Data, sign: list[int], said: set[int]) -> float:
    """How much of a sign was said: its rare words count more than its common ones."""
    weight = data["weights"].__getitem__
    whole, shared = sum(map(weight, sign)), sum(map(weight, said.intersection(sign)))
    return shared * shared / whole if whole else 0


def readable(cure: str) -> str:
    """Replace `$name` by `<name>`, and leave out `${name}`, which may be empty."""
    return re.sub(r"\$([a-z]\w*)", r"<\1>", re.sub(r"\$\{\w+\}", "", cure))
