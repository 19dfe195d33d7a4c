"""Gives the outcomes in what a terminal printed the colours that they have there."""

import re

# A line that begins with a sign, and those that are set in below it.
LISTED = re.compile(
    r'(?m)^(?:.*<span id="__span-[\d-]+">)(?P<sign>[✓✗·]) .*'
    r'(?:\n</span><span id="__span-[\d-]+"> {12,}\S.*)*'
)
SAID = re.compile(r'(?<=">)(?P<sign>Passed|Your project)(?=[.:] )')
LINE = re.compile(r'(?m)(?<=">)((?:[✓✗·] | {12,}\S).*)')
LOOKS = {"✓": "good", "Passed": "good", "✗": "bad", "Your project": "bad", "·": "quiet"}


def on_page_content(html: str, **_: object) -> str:
    """Mark what tells an outcome, in blocks of code that have a span for each line."""
    return SAID.sub(_said, LISTED.sub(_listed, html))


def _said(found: re.Match[str]) -> str:
    return f'<span class="is-{LOOKS[found["sign"]]}">{found[0]}</span>'


def _listed(found: re.Match[str]) -> str:
    look = LOOKS[found["sign"]]
    return LINE.sub(rf'<span class="is-{look}">\1</span>', found[0])
