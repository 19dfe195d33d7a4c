"""The teacher's page and its files. All data comes over the WebSocket."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse

from checks.course.lessons import ROOT

PAGE = Path(__file__).parent / "page"
OF_THE_SITE = (
    *("live/dom.js", "live/results.js", "live/state.js", "live/words.js"),
    "stylesheets/colours.css",
)
"""What the page shares with the pages of the course."""
FILES = {
    path.name: path
    for path in (*PAGE.iterdir(), *(ROOT / "docs" / name for name in OF_THE_SITE))
}
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
"""No other host is asked, and nothing runs that is not a file of the page."""


def page(request: HttpRequest) -> HttpResponse:
    """The page. It shows nothing without the secret, which is no part of it."""
    return file(request, "wall.html")


def file(_: HttpRequest, name: str) -> HttpResponse:
    """A file of the page."""
    if name not in FILES:
        raise Http404
    path = FILES[name]
    kind = f"{TYPES[path.suffix]}; charset=utf-8"
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return HttpResponse(path.read_bytes(), content_type=kind, headers=headers)
