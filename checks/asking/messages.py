"""What the tabs of a check send: words that nobody sent before, and unusual texts."""

import random

WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord"),
    *("grove", "heron", "islet", "jetty", "kelp", "lagoon"),
)
UNUSUAL = (
    "äöü Ελλάδα 日本語 🎉",
    "\"double\", 'single' and `back`",
    "two\nlines\tand a tab",
    "  spaces at both ends  ",
    "<b>&amp;</b> \\ / %s {}",
    "x" * 100_000,
)


def words(random: random.Random) -> str:
    """A message that nobody sent before, short enough to read in a sentence."""
    return f"{random.choice(WORDS)} {random.choice(WORDS)} {random.randrange(10**6)}"


def unusual_texts(random: random.Random) -> list[str]:
    """Messages that code may change on their way; the last of them is empty."""
    return [*(f"{text[:2]}{words(random)}{text}" for text in UNUSUAL), ""]
