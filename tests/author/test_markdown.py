"""Code in a sentence is set as code, and nothing else is."""

import pytest

from checks.author.markdown import marked


@pytest.mark.parametrize(
    ("sentence", "markdown"),
    [
        ("Call self.accept() in connect().", "Call `self.accept()` in `connect()`."),
        ("It says `KeyError: 'user'`.", "It says `KeyError: 'user'`."),
        ("A WebSocket of Channels 4.3.", "A WebSocket of Channels 4.3."),
        ("URLRouter and JSON", "`URLRouter` and JSON"),
        ('Write "hosts": [("a", 1)].', 'Write `"hosts": [("a", 1)]`.'),
        ('Put it under "CONFIG": <name>.', 'Put it under `"CONFIG"`: `<name>`.'),
        ("Write async def chat(self, event).", "Write `async def chat(self, event)`."),
        ("self.group = …, then", "`self.group = …`, then"),
        ("Write application = Router(…).", "Write `application = Router(…)`."),
        ("Write class Chat(Base).", "Write `class Chat(Base)`."),
        ("A class that is async.", "A class that is `async`."),
        ("from a.b import CamelCase", "`from a.b import CamelCase`"),
        ("Do it (or with await).", "Do it (or with `await`)."),
        ("path() reads ( and $ so.", "`path()` reads `(` and `$` so."),
        ("Lines that begin with =", "Lines that begin with `=`"),
        ("*args of its own", r"\*args of its own"),
        (r"\w has <slug:room> in ws/", r"`\w` has `<slug:room>` in `ws/`"),
    ],
)
def test_what_looks_like_code_is_set_as_code(sentence: str, markdown: str) -> None:
    assert marked(sentence) == markdown
