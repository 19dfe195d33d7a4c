"""The colours of the pages have the contrast that WCAG AA asks for."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from checks.course.lessons import ROOT

SHEET = (ROOT / "docs/stylesheets/colours.css").read_text()
TEXT, MARK = 4.5, 3.0
BACKGROUNDS = ["paper", "surface", "sunken"]
CAST = ["tab-a", "tab-b", "server", "layer", "good", "bad", "advice", "brand"]
CODE = ["code-comment", "code-keyword", "code-string", "code-name", "code-number"]
TERMINAL = ["terminal-ink", "terminal-soft", "terminal-good", "terminal-bad"]


def colours(scheme: str) -> dict[str, str]:
    """Every colour of a scheme, by its name."""
    (rule,) = re.findall(rf'scheme="{scheme}"\] \{{(.*?)\}}', SHEET, re.DOTALL)
    return dict(re.findall(r"--course-([\w-]+): (#\w{6});", rule))


def pairs() -> Iterator[tuple[str, str, float]]:
    """What stands on what, and the ratio that it needs."""
    for name, ground in product(["ink", "ink-soft", *CAST, *CODE], BACKGROUNDS):
        yield name, ground, TEXT
    for name in CAST:
        yield name, f"{name}-tint", TEXT
        yield "ink", f"{name}-tint", TEXT
        yield "ink-soft", f"{name}-tint", TEXT
    for name in TERMINAL:
        yield name, "terminal", TEXT
    for ground in BACKGROUNDS:
        yield "line-strong", ground, MARK
    for name, ground in (("on-brand", "brand"), ("paper", "ink"), ("paper", "tab-a")):
        yield name, ground, TEXT


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_everything_can_be_read(scheme: str) -> None:
    colour = colours(scheme)
    low = [
        (name, ground)
        for name, ground, needed in pairs()
        if contrast(colour[name], colour[ground]) < needed
    ]
    assert low == []


def test_both_schemes_have_the_same_colours() -> None:
    assert colours("default").keys() == colours("slate").keys()


def test_black_on_white_is_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
