"""A result as a drawing: an SVG file that any browser opens, light and dark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.sax.saxutils import escape

from checks.load.result import Result
from checks.load.words import between, number, planned

WIDTH, LEFT, RIGHT = 760, 70, 150
TOP, PANEL, GAP = 70, 130, 46
"""In pixels: the first panel, how high one is, and the room between two."""
NAME = 16
"""Pixels between the names of two lines."""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    'role="img" aria-labelledby="title desc">'
)
STYLE = """\
    svg { background: #fff; font: 14px system-ui, sans-serif; }
    text { fill: #222; } .quiet { fill: #555; } .axis { stroke: #777; }
    .heading { font-weight: bold; }
    polyline { fill: none; stroke-width: 2; } .dashed { stroke-dasharray: 6 3; }
    .solid { stroke: #0b5cad; } text.solid { fill: #0b5cad; }
    .dashed { stroke: #b34700; } text.dashed { fill: #b34700; }
    text { stroke: none !important; }
    @media (prefers-color-scheme: dark) {
      svg { background: #16181d; } text { fill: #eee; } .quiet { fill: #bbb; }
      .solid { stroke: #7ab8ff; } text.solid { fill: #7ab8ff; }
      .dashed { stroke: #ffb070; } text.dashed { fill: #ffb070; }
    }"""


@dataclass(frozen=True)
class Line:
    """One line of a panel; a value is None in a second without one."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Panel:
    """Lines over the same seconds and with one scale."""

    title: str
    lines: Sequence[Line]

    @property
    def most(self) -> float:
        """The largest value of all lines; 1 where there is none."""
        values = (value for line in self.lines for value in line.values)
        return max((value for value in values if value), default=1)


def panels(result: Result) -> list[Panel]:
    """What is drawn: messages, delays, and what is missing."""
    seconds = result.seconds
    due = [*accumulate(second.due for second in seconds)]
    received = [*accumulate(second.received for second in seconds)]
    missing = [a - b for a, b in zip(due, received, strict=True)]
    return [
        Panel(
            "Messages in a second, one for each tab",
            [
                Line("received", [second.received for second in seconds]),
                Line("to be received", [second.due for second in seconds]),
            ],
        ),
        Panel(
            "Delay in milliseconds",
            [
                Line("p50", [second.p50 for second in seconds]),
                Line("p99", [second.p99 for second in seconds]),
            ],
        ),
        Panel("Not there yet; at the end: lost", [Line("messages", missing)]),
    ]


def drawn(result: Result) -> str:
    """The drawing as SVG; all of its numbers that matter are words in it, too."""
    shown, count = panels(result), max(len(result.seconds), 1)
    height = TOP + len(shown) * (PANEL + GAP)
    title = escape(f"{result.lesson}: {planned(result.plan)}")
    lines = [
        SVG.format(width=WIDTH, height=height),
        f'  <title id="title">{title}</title>',
        f'  <desc id="desc">{escape(described(result))}</desc>',
        f"  <style>\n{STYLE}\n  </style>",
        f'  <text x="{LEFT}" y="24" class="heading">{title}</text>',
        f'  <text x="{LEFT}" y="44" class="quiet">{escape(described(result))}</text>',
    ]
    for place, panel in enumerate(shown):
        lines += _panel(panel, TOP + place * (PANEL + GAP) + GAP // 2, count)
    return "\n".join([*lines, "</svg>\n"])


def described(result: Result) -> str:
    """A result in two sentences."""
    counts, delay = result.counts, result.delay
    arrived = (
        f"Received {counts.received:,} of {counts.due:,}, lost {counts.missing:,}."
    )
    return f"{arrived} Delay: {between(delay['p50'], delay['p99'])}."


def _panel(panel: Panel, top: int, count: int) -> Iterator[str]:
    bottom, right = top + PANEL, WIDTH - RIGHT
    yield f'  <text x="{LEFT}" y="{top - 8}">{escape(panel.title)}</text>'
    yield f'  <path class="axis" fill="none" d="M{LEFT} {top}V{bottom}H{right}"/>'
    for y, value in ((top + 5, panel.most), (bottom, 0)):
        yield _at_the_edge(LEFT - 6, y, number(value))
    yield _at_the_edge(right, bottom + 16, f"{count} s")
    taken: list[float] = []
    for line, style in zip(panel.lines, ("solid", "dashed"), strict=False):
        points = [*_points(line, panel.most, top, count)]
        if not points:
            continue
        way = " ".join(f"{x:.1f},{at:.1f}" for x, at in points)
        yield f'  <polyline class="{style}" points="{way}"/>'
        end, name_at = points[-1]
        while any(abs(name_at - other) < NAME for other in taken):  # Names keep apart.
            name_at -= NAME
        taken.append(name_at)
        place = f'x="{end + 8:.1f}" y="{name_at + 5:.1f}"'
        yield f'  <text class="{style}" {place}>{escape(line.name)}</text>'


def _at_the_edge(x: int, y: int, words: str) -> str:
    return f'  <text class="quiet" x="{x}" y="{y}" text-anchor="end">{words}</text>'


def _points(
    line: Line, most: float, top: int, count: int
) -> Iterator[tuple[float, float]]:
    """Where each value is drawn: in the middle of its second."""
    width = WIDTH - RIGHT - LEFT
    for second, value in enumerate(line.values):
        if value is not None:
            y = top + PANEL * (1 - value / most)
            yield LEFT + width * (second + 0.5) / count, y
