"""Delivers the scripts of `docs/live/` minified."""

import minify
from mkdocs.structure.files import Files


def on_files(files: Files, **_: object) -> None:
    """Replace what each script holds; the files themselves stay as they are written."""
    for file in files.javascript_files():
        if file.src_uri.startswith("live/"):
            script = file.content_string
            file.content_string = minify.string("application/javascript", script)
