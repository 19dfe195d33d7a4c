"""What a mistake is: words for the learner, and the clues by which it is recognised."""

import dataclasses
import re
from dataclasses import dataclass
from string import Template
from typing import Any

from checks.explain.mistakes.clues import Clue, Found, look_at, raised, terminal
from checks.explain.mistakes.cures import is_done
from checks.explain.mistakes.evidence import Evidence

SYMPTOMS = {
    "no_start": "The server does not start",
    "hang": "`Connecting …` for five seconds, then closed with 1006",
    "404": "The handshake is answered with 404",
    "403": "The handshake is answered with 403",
    "500": "The handshake is answered with 500",
    "1011": "Connected, and then closed with 1011",
    "closed": "Connected, and then closed in another way",
    "silent": "Connected, and no answer comes",
    "own_only": "One tab receives it, and another does not",
    "wrong": "An answer comes, and it is wrong",
    "history": "What was said before does not come, or comes wrong",
    "list": "A list is shown, and it is wrong",
    "deploy": "It works on your machine, and not in production",
    "tests": "Your own tests fail on a right chat, or pass on a wrong one",
    "pages": "The pages do not work",
    "scope": "The consumer does not know the room, or the user",
    "advice": "It works, but may fail later",
}
"""What a person sees first: the headings of the reference page."""
KINDS = {
    "daphne": "fails_under_daphne",
    "misrouted": "no_route unknown_room not_refused unknown_user",
    "starting": "cannot_start fails_under_daphne fails_under_runserver",
    "loading": "cannot_start fails_under_daphne fails_under_runserver "
    "settings_do_not_load",
    "mixed": "overheard received_elsewhere silent other_room",
    "apart": "received_elsewhere received_on_another_server",
    "misled": "raised silent closed received_elsewhere received_twice busy",
    "thrown": "raised cannot_start page_raised settings_do_not_load runserver_raised "
    "fails_under_daphne fails_under_runserver command_fails",
    "unheard": "silent raised hangs not_accepted",
}
"""Short words for several kinds of findings, such as all that mean a wrong tab."""
OF_CONSUMERS = re.compile(
    r"\b(?:consumer|(?:dis)?connect\(|receive\(|self, event|handler)|Channels calls|"
    r"\bself\.(?:send|accept|close|scope|channel_\w+)"
)
"""Words of a cure that is for a consumer, and not for another object."""
FORM = re.compile(r"(\w+): (.+?) If (.+?) Do: (.+?) Why: (.+)")


@dataclass(frozen=True)
class Mistake:
    """Something that people get wrong; `step` is the first lesson in which they can.

    `when` completes "If …": it tells this mistake from others with the same symptom.
    In `cure`, `$name` stands for what a clue found under that name. `page` is the
    section that teaches it, below docs/lessons/; without an anchor, none does. The
    mistake fits a finding of one of its `kinds` (of any, when it has none), when each
    of its `clues` does.
    """

    id: str
    name: str
    when: str
    cure: str
    why: str
    page: str
    step: int
    symptom: str = ""
    kinds: tuple[str, ...] = ()
    clues: tuple[Clue, ...] = ()
    weight: int = 0

    def on(self, seen: str, *clues: Clue | str, at: str = "", **more: Any) -> "Mistake":
        """Add the evidence: `symptom: kinds`, and clues.

        A text among the clues is a pattern for the exception that was raised, as
        `Name: words`. `at` is the file to look at. `weight` counts as so many more
        clues. `step` is needed where the lesson is before that of the section.
        """
        symptom, _, kinds = seen.partition(": ")
        every = tuple(" ".join(KINDS.get(k, k) for k in kinds.split()).split())
        found = (*map(self._clue, clues), *([look_at(at)] if at else ()))
        evidence = {"symptom": symptom, "kinds": every, "clues": found}
        return dataclasses.replace(self, **evidence | more)

    def _clue(self, clue: Clue | str) -> Clue:
        if clue is terminal:
            words = re.escape(self.when.split("`")[1])
            clue = words.replace("…", r"(?P<name>[\w.]*)", 1).replace("…", ".*")
        return raised(clue) if isinstance(clue, str) else clue

    @property
    def specificity(self) -> int:
        """How much has to fit: of several that fit, the most specific is named."""
        return bool(self.kinds) + len(self.clues) + self.weight

    def fits(self, evidence: Evidence) -> Found | None:
        """What its clues found, or None when one does not fit, or the cure is done."""
        if evidence.step < self.step or (
            self.kinds and evidence.kind not in self.kinds
        ):
            return None
        if evidence.is_of_another and OF_CONSUMERS.search(self.cure):
            return None
        found: Found = {}
        for clue in self.clues:
            more = clue(evidence)
            if more is None:
                return None
            found |= more
        at = found.get("where") or evidence.cause.where
        done = is_done(self.cure_for(found), evidence.statements, at)
        return None if done else found

    def cure_for(self, found: Found) -> str:
        """The cure, with what was found."""
        return Template(self.cure).safe_substitute(found)


@dataclass(frozen=True)
class Section:
    """A section of a lesson; called with a text, it declares a mistake that it teaches.

    The text is `id: name`, `If …`, `Do: …`, `Why: …`, and may be broken anywhere.
    """

    page: str

    def __call__(self, text: str) -> Mistake:
        """Declare a mistake. Raises ValueError for a text of another form."""
        form = FORM.fullmatch(" ".join(text.split()))
        if not form:
            raise ValueError(f"not `id: name`, If, Do:, Why: {text!r}")
        name, title, when, cure, why = form.groups()
        return Mistake(name, title, when, cure, why, self.page, int(self.page[:2]))
