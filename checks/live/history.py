"""The last verdicts on each lesson, and what each save before them had changed.

`make learn` adds them, and the live results read what a page asks for. They are in a
file for each lesson under `build/`; nothing is lost with it but the history.
"""

import contextlib
import json
from pathlib import Path
from typing import Any

from checks.course.lessons import ROOT
from checks.course.state import State, count_passed
from checks.verdict import Verdict

FOLDER = ROOT / "build" / "history"
MOST = 20
"""How many verdicts are kept of each lesson."""
COMPARED = ("verdict", "state", "passed", "sentence")
"""What differs between two verdicts of which both are worth keeping."""

Event = dict[str, Any]


class History:
    """The last verdicts on one lesson, oldest first, and how many saves there were.

    `passed_after` is the number of saves after which it passed for the first time;
    `first` is the first verdict of all, None if unknown, and `mistakes` are the known
    mistakes that a verdict has named.
    """

    def __init__(self, slug: str, folder: Path = FOLDER) -> None:
        self.slug, self.file = slug, folder / f"{slug}.json"
        known = _read(self.file)
        self.saves: int = known.get("saves", 0)
        self.passed_after: int | None = known.get("passed_after")
        self.verdicts: list[Event] = known.get("verdicts", [])
        oldest = self.verdicts[0] if self.verdicts else {}
        is_first = oldest.get("number") == 1
        self.first: Event | None = known.get("first", oldest if is_first else None)
        self.mistakes: list[str] = known.get("mistakes", [])

    def add(self, verdict: Verdict, state: State, difference: list[str] | None) -> None:
        """Add a verdict, and what it means to whoever works on the lesson.

        `difference` is what was changed before it, None if unknown.

        One that nothing was changed for, and that says what the last one said, is left
        out.
        """
        last = self.verdicts[-1] if self.verdicts else {"number": 0}
        entry = {"number": last["number"] + 1, **_entry(verdict, state)}
        said = [[one.get(name) for name in COMPARED] for one in (last, entry)]
        if not difference and said[0] == said[1]:
            return
        self.saves += bool(difference)
        if verdict.cause is None and self.passed_after is None:
            self.passed_after = self.saves
        if entry["number"] == 1:
            self.first = entry
        if state == "needs_attention" and verdict.cause and verdict.cause.mistake:
            self.mistakes = sorted({*self.mistakes, verdict.cause.mistake})
        self.verdicts = [*self.verdicts, entry | {"difference": difference}][-MOST:]
        self._write()

    def event(self) -> Event:
        """What the pages of the lesson get: all of it but the differences."""
        shown = [
            {name: value for name, value in verdict.items() if name != "difference"}
            for verdict in self.verdicts
        ]
        return {"lesson": self.slug, "saves": self.saves, "verdicts": shown}

    def difference(self, number: int) -> Event:
        """The answer to a page that asks what was changed before a verdict."""
        found = [one for one in self.verdicts if one["number"] == number]
        lines = found[0]["difference"] if found else None
        return {"type": "difference", "number": number, "lines": lines}

    def _write(self) -> None:
        kept = {
            "saves": self.saves,
            "passed_after": self.passed_after,
            "first": self.first,
            "mistakes": self.mistakes,
            "verdicts": self.verdicts,
        }
        new = self.file.with_suffix(".new")
        with contextlib.suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(kept), encoding="utf-8")
            new.replace(self.file)


def _entry(verdict: Verdict, state: State) -> Event:
    passed = count_passed(verdict, state)
    cause = verdict.cause
    return {
        "at": verdict.started_at,
        "verdict": verdict.verdict,
        "state": state,
        "passed": passed,
        "checks": len(verdict.checks),
        "sentence": f"expected {cause.expected}, but {cause.got}." if cause else "",
    }


def _read(file: Path) -> Event:
    """What a file holds; nothing where it is missing or is none of ours."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        known = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(known, dict) and isinstance(known.get("verdicts"), list):
            return known
    return {}
