"""Writes the data of the finder: the words that are seen of each mistake."""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from checks.asking.messages import WORDS
from checks.asking.users import NAMES
from checks.author.recorded import submissions
from checks.explain.finder import SCALE, tokens
from checks.explain.mistakes import catalogue

SEEN = re.compile(r"^Mistake: (.*)\nExpected: (.*)\nGot: (.*)", re.MULTILINE)
OFTEN = 0.1
"""How much more a sign counts for each time that e more submissions showed it.

So little that it decides only between mistakes that the words cannot tell apart.
"""

CHOSEN = {*WORDS, *NAMES}
"""What checks draw from for messages and users: it says nothing about a mistake."""

Words = tuple[str, ...]


def data(root: Path) -> Iterator[str]:
    """The JSON, with a line for each mistake."""
    signs, own = _words(root)
    texts = [*(sign for found in signs.values() for sign in found), *own.values()]
    often = Counter(word for text in texts for word in text)
    numbers = {word: number for number, word in enumerate(sorted(often))}
    weights = [round(SCALE * math.log(len(texts) / often[word])) for word in numbers]
    mistakes = [
        {
            "id": mistake.id,
            "name": mistake.name,
            "symptom": mistake.symptom,
            "signs": [[numbers[w] for w in sign] for sign in signs[mistake.id]],
            "often": [_more(times) for times in signs[mistake.id].values()],
            "own": [numbers[word] for word in own[mistake.id]],
        }
        for mistake in catalogue()
    ]
    yield f'{{"words": {json.dumps(list(numbers))},'
    yield f'"weights": {json.dumps(weights)},'
    lines = ",\n".join(json.dumps(mistake) for mistake in mistakes)
    yield f'"mistakes": [\n{lines}\n]}}\n'


def _more(times: int) -> int:
    """What a sign counts that so many submissions showed, in units of SCALE."""
    return round(SCALE * (1 + OFTEN * math.log(times)))


def _words(root: Path) -> tuple[dict[str, Counter[Words]], dict[str, Words]]:
    """For each mistake, what checks have seen of it, and the words about it."""
    signs: dict[str, Counter[Words]] = defaultdict(Counter)
    own = {mistake.id: f"{mistake.name} {mistake.when}" for mistake in catalogue()}
    for one in submissions(root):
        text = one.file.read_text() if one.file.exists() else ""
        for named, expected, got in SEEN.findall(text):
            for name in named.split(" or "):
                if name not in own:
                    continue
                sign = _sign(expected, got)
                if sign not in signs[name]:
                    own[name] += f" {expected}"
                signs[name][sign] += 1
    return signs, {name: tuple(tokens(text)) for name, text in own.items()}


def _sign(expected: str, got: str) -> Words:
    """The words of what a check has said, without those that it had drawn."""
    return tuple(w for w in tokens(f"{expected} {got}") if w not in CHOSEN)
