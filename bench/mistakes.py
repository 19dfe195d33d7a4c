"""Which mistake the checker names for each submission, beside the one that it shows.

`make bench MISTAKES=1`, or `python bench/mistakes.py [NAME …]`. It fails where a
submission is named after one mistake, the checker names another, and
bench/mistakes.toml gives no reason.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import checking, errors, start
from checks.author.projects import build
from checks.author.recorded import EXPLAINED, Submission, explained, submissions

AT_ONCE = 2
"""Checks that run side by side: most of a check is waiting."""

Rows = list[tuple[Submission, tuple[str, ...]]]
"""Submissions, and the mistakes that the checker names for each."""

console = Console(width=140, highlight=False)


def reported(one: Submission, folder: Path) -> tuple[str, ...]:
    """The mistakes that a verdict names: in its cause, and in each advice."""
    project = folder / one.slug / one.kind / one.name
    build(one.slug, project, solved=True, submission=one.folder)
    command, where = checking(int(one.slug[:2]), project)
    ended = start(([*command, "--seed", "course"], where))
    try:
        verdict = json.loads(ended.stdout)
    except ValueError:
        return (f"no verdict, but status {ended.returncode}",)
    causes = [cause for cause in (verdict["cause"], *verdict["advice"]) if cause]
    return tuple(cause["mistake"] for cause in causes if cause["mistake"])


def check(asked: list[Submission]) -> Rows:
    """Check submissions, some at a time."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        results = pool.map(reported, asked, [Path(folder)] * len(asked))
        names = list(track(results, "checking", len(asked), console=errors))
    return list(zip(asked, names, strict=True))


def table(rows: Rows) -> Table:
    """A line for each submission: the mistake that is due, and the one named."""
    table = Table("lesson", "submission", "expected", "named")
    for one, words in rows:
        lesson = f"{int(one.slug[:2])} {one.kind}"
        due, now = (", ".join(names) or "nothing" for names in (one.due, words))
        table.add_row(lesson, one.name, due, "the same" if now == due else now)
    return table


def summary(rows: Rows) -> str:
    """How many there are of each kind, in one line."""
    named = sum(bool(words) for _, words in rows)
    unnamed = sum(one.kind == "wrong" and not words for one, words in rows)
    ties = sum(" or " in " ".join(words) for _, words in rows)
    astray = sum(one.astray(words) for one, words in rows)
    return (
        f"{len(rows)} submissions: {named} named, {unnamed} wrong ones unnamed, "
        f"{ties} ties; {astray} named as another mistake."
    )


def unexplained(rows: Rows, reasons: dict[str, str]) -> Iterator[str]:
    """A sentence for each that is named as another mistake without a reason."""
    for one, words in rows:
        if one.astray(words) and one.name not in reasons:
            yield f"{one.name} is named as {', '.join(words)}: say why in {EXPLAINED}."


def main() -> int:
    """Check the submissions; 1 if one is named as another mistake without a reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="these submissions only")
    names = parser.parse_args().names
    rows = check([one for one in submissions() if not names or one.name in names])
    console.print(table(rows))
    wrong = list(unexplained(rows, explained()))
    for sentence in (*wrong, summary(rows)):
        console.print(sentence, soft_wrap=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
