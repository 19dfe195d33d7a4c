"""What a lesson's explore.ipynb imports: tabs on your own project, opened by hand.

    from checks.explore import frames, open_tab, received

`checks.notebook` has the code; this is its face, as `checks` is that of the checks.
"""

from checks.notebook.cells import (
    close,
    frames,
    handshake,
    layer_keys,
    log_in,
    log_out,
    log_out_on,
    manage,
    open_tab,
    page,
    received,
    request,
    scope,
)

__all__ = [
    "close",
    "frames",
    "handshake",
    "layer_keys",
    "log_in",
    "log_out",
    "log_out_on",
    "manage",
    "open_tab",
    "page",
    "received",
    "request",
    "scope",
]
