"""The picture of the imports: the parts of the checker, and an arrow for each import.

Whoever imports stands above what it imports, so every arrow runs down on the right.
One that ran up would be drawn on the left, and the test of the layers would fail.
"""

from pathlib import Path

from checks.author.imports import MAY_IMPORT, imports
from checks.course.lessons import ROOT

BOX, GAP, LEFT, WIDTH = 26, 12, 40, 112
"""In pixels: the height of a box, the room between two, its left edge, its width."""
KNOWN_BY_ALL = "verdict"
"""It has no arrows: they would say that everybody knows it, and hide the others."""
SVG = """\
<svg viewBox="0 0 360 {height}" role="img" aria-labelledby="imports-title imports-desc">
  <title id="imports-title">Which part imports which</title>
  <desc id="imports-desc">{words}</desc>"""


def picture(root: Path = ROOT) -> str:
    """The drawing as SVG, in the colours of the pages."""
    parts = [*reversed(MAY_IMPORT)]
    arrows = sorted({(one.importing, one.imported) for one in imports(root)})
    arrows = [
        (importing, imported)
        for importing, imported in arrows
        if {importing, imported} <= set(parts) and imported != KNOWN_BY_ALL
    ]
    height = len(parts) * (BOX + GAP)
    lines = [
        SVG.format(height=height, words=_in_words(arrows)),
        *(_box(part, _top(parts, part)) for part in parts),
        *(_arrow(parts, *arrow) for arrow in arrows),
        "</svg>\n",
    ]
    return "\n".join(lines)


def _in_words(arrows: list[tuple[str, str]]) -> str:
    importing = dict.fromkeys(one for one, _ in arrows)
    return " ".join(
        f"{one} imports {', '.join(to for by, to in arrows if by == one)}."
        for one in importing
    )


def _top(parts: list[str], part: str) -> int:
    return parts.index(part) * (BOX + GAP) + GAP // 2


def _box(part: str, top: int) -> str:
    middle, line = LEFT + WIDTH // 2, top + BOX - 9
    size = f'x="{LEFT}" y="{top}" width="{WIDTH}" height="{BOX}"'
    name = f'<text x="{middle}" y="{line}" class="code middle">{part}</text>'
    return f'  <g class="server"><rect class="box" {size} rx="5"/>{name}</g>'


def _arrow(parts: list[str], importing: str, imported: str) -> str:
    """A curve from one box to another, wider for a longer way, with a head."""
    start, end = (_top(parts, part) + BOX // 2 for part in (importing, imported))
    colour, edge, side = ("layer", LEFT + WIDTH, 1)
    if end < start:
        colour, edge, side = ("bad", LEFT, -1)
    bend = edge + side * (12 + abs(end - start) * 4 // 10)
    # Arrows that arrive at one box keep apart, by the length of their way.
    start, end = start + 2, end + 3 - min(8, abs(end - start) // (BOX + GAP))
    curve = f"M{edge} {start}C{bend} {start} {bend} {end} {edge + side * 7} {end}"
    head = f"M{edge} {end}l{side * 8}-3.5v7z"
    wire = f'<path class="wire thin" fill="none" d="{curve}"/>'
    return f'  <g class="{colour}">{wire}<path class="head" d="{head}"/></g>'
