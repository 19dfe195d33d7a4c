"""Gives the outcomes in what a terminal printed the colours that they have there."""

import re

# A line that begins with a sign, and those that are set in below it.
LISTED = re.compile(
    r'(?m)^(?:.*<span id="__span-[\d-]+">)(?P<sign>[✓✗○·]) .*'
    r'(?:\n</span><span id="__span-[\d-]+"> {12,}\S.*)*'
)
SAID = re.compile(r'(?<=">)(?P<sign>Passed|Your project)(?=[.:] )')
LINE = re.compile(r'(?m)(?<=">)((?:[✓✗○·] | {12,}\S).*)')
BLOCK = re.compile(r"(?s)<pre.*?</pre>")
NOT_BEGUN = re.compile(r"Nothing has been changed yet: |Next: task ")
"""With this, a verdict begins in which nothing is wrong."""
RECORDED = re.compile(r'<span id="__span-[\d-]+">Failed: ')
"""With this begins what is recorded of a mistake, in which nothing is marked. Pages of
many mistakes load sooner without a span for each of its lines."""
SPAN = re.compile(r"</?span[^>]*>")
LOOKS = {"✓": "good", "Passed": "good", "✗": "bad", "Your project": "bad"}


def on_page_content(html: str, **_: object) -> str:
    """Mark what tells an outcome, in blocks of code that have a span for each line."""
    return BLOCK.sub(_block, html)


def _block(block: re.Match[str]) -> str:
    if RECORDED.search(block[0]):
        return SPAN.sub("", block[0])
    looks = LOOKS
    if NOT_BEGUN.search(block[0]):
        looks = LOOKS | {"✗": "quiet", "Your project": "quiet"}

    def said(found: re.Match[str]) -> str:
        return f'<span class="is-{looks[found["sign"]]}">{found[0]}</span>'

    def listed(found: re.Match[str]) -> str:
        look = looks.get(found["sign"], "quiet")
        return LINE.sub(rf'<span class="is-{look}">\1</span>', found[0])

    return SAID.sub(said, LISTED.sub(listed, block[0]))
