"""Lets code in tables break between its parts, where a column is narrow."""

import re
from typing import Any

CELL = re.compile(r"<(t[hd])\b.*?</\1>", re.DOTALL)
CODE = re.compile(r"(?<=<code>)[^<]+(?=</code>)")
PART = re.compile(r"(?<=\w[._])(?=\w)|(?<=\()(?=[^)…])|(?<=[a-z])(?=[A-Z])")
"""Where a part begins: in `self.send(text)`, behind the dot and the bracket."""


def on_page_content(html: str, **_: Any) -> str:
    """Mark the places in the code of each cell where a line may end."""
    return CELL.sub(lambda cell: CODE.sub(_marked, cell[0]), html)


def _marked(code: re.Match[str]) -> str:
    return PART.sub("<wbr>", code[0])
