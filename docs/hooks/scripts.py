"""Delivers the scripts of `docs/live/` without their comments and indentation."""

import rjsmin
from mkdocs.structure.files import Files


def on_files(files: Files, **_: object) -> None:
    """Replace what each script holds; the files themselves stay as they are written."""
    for file in files.javascript_files():
        if file.src_uri.startswith("live/"):
            file.content_string = rjsmin.jsmin(file.content_string)
