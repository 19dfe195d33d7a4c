"""Open a page in the person's own browser, where there is one."""

import os
import sys
import webbrowser


def open_page(url: str) -> None:
    """Open a page, if `may_open` says so."""
    if may_open():
        webbrowser.open(url)


def may_open() -> bool:
    """Whether there is a browser to open the page in, and nobody said OPEN=0."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    seen = sys.platform == "darwin" or any(os.environ.get(name) for name in names)
    return seen and os.environ.get("OPEN") != "0"
