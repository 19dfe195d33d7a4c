"""What a lesson's explore.ipynb imports: tabs on your own project, opened by hand.

    from checks.explore import frames, heard, open_tab

`checks.notebook` has the code; this is its face, as `checks` is that of the checks.
"""

from checks.notebook.cells import (
    close,
    frames,
    heard,
    knock,
    layer_keys,
    log_in,
    open_tab,
    page,
    scope,
)

__all__ = [
    "close",
    "frames",
    "heard",
    "knock",
    "layer_keys",
    "log_in",
    "open_tab",
    "page",
    "scope",
]
