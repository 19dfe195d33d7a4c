"""What a mistake is: a declaration with a pattern of evidence."""

from dataclasses import dataclass
from string import Template
from typing import Literal

from checks.explain.mistakes.clues import Clue, Found
from checks.explain.mistakes.seen import Seen

Sight = Literal[
    "no_start", "hang", "404", "403", "500", "1011", "closed", "silent", "own_only",
    "wrong", "pages", "scope", "advice",
]  # fmt: skip
SIGHTS: dict[Sight, str] = {
    "no_start": "The server does not start",
    "hang": "`Connecting …` for five seconds, then closed with 1006",
    "404": "The handshake is answered with 404",
    "403": "The handshake is answered with 403",
    "500": "The handshake is answered with 500",
    "1011": "Connected, and then closed with 1011",
    "closed": "Connected, and then closed in another way",
    "silent": "Connected, and silence: nothing comes",
    "own_only": "One tab hears it, and another does not",
    "wrong": "Something comes, and it is not what it should be",
    "pages": "The WebSockets work, and the pages do not",
    "scope": "The consumer does not know the room, or the user",
    "advice": "It works, and can bite later",
}
"""What a person sees first, and under which heading the reference page has it."""


@dataclass(frozen=True)
class Mistake:
    """Something that people get wrong; `step` is the lesson from which on they can.

    `sight` is what is seen, and `sign` completes "If …": it tells this mistake from
    others that look alike. In `cure`, `$name` stands for what the evidence found under
    that name.
    `page` leads from docs/lessons/ to the section that teaches it. `evidence` fits when
    each of its clues does; the more clues, the more specific it is.
    """

    id: str
    step: int
    name: str
    sight: Sight
    sign: str
    cure: str
    why: str
    page: str
    evidence: tuple[Clue, ...]
    weight: int = 0

    @property
    def specificity(self) -> int:
        """How much has to fit: the number of its clues, and what they weigh more."""
        return len(self.evidence) + self.weight

    def fits(self, seen: Seen) -> Found | None:
        """What its clues found, or None when one of them does not fit."""
        found: Found = {}
        for clue in self.evidence if seen.step >= self.step else ():
            more = clue(seen)
            if more is None:
                return None
            found |= more
        return found if seen.step >= self.step else None

    def told(self, found: Found) -> str:
        """The cure, with what was found."""
        return Template(self.cure).safe_substitute(found)
