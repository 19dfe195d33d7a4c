"""Write an executed notebook as a page of HTML."""

from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter

from checks.course.lessons import ROOT, Lesson
from checks.verdict import Cause, Finding

PAGE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block html_head_css -%}
<style>main { margin: auto; max-width: 60rem }</style>
{%- endblock -%}
"""
"""nbconvert's own template, without what it would load from other servers."""


def write(notebook: Any, lesson: Lesson) -> Path:
    """Write an executed notebook as a page under build/, and return its path.

    Raises Finding if it cannot be written.
    """
    named = {"metadata": {"name": lesson.title}}
    exporter: Any = HTMLExporter
    html, _ = exporter(raw_template=PAGE).from_notebook_node(notebook, named)
    path = ROOT / "build" / "notebook" / f"{lesson.slug}.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        expected = f"the page to be written to {path}"
        cure = "Make that folder one in which you may write."
        raise Finding(Cause("machine", expected, f"{error.strerror}", cure)) from None
    return path
