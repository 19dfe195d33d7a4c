"""What the Content-Security-Policy of a page forbids its script to do."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from checks.observe.failure import Failure
from checks.sandbox.http import Page

HEADER = "Content-Security-Policy"
RUNS = {"", "module", "text/javascript", "application/javascript"}
"""The types of scripts that a browser runs."""
SINGLE = re.compile(r"'(nonce|sha\d+)-")
"""A source that allows single scripts; `'unsafe-inline'` then counts no more."""
Policy = dict[str, list[str]]
"""The sources that each directive allows."""


@dataclass
class Script:
    """A script that is written in the page itself."""

    nonce: str
    text: str = ""


@dataclass
class _Reader(HTMLParser):
    """Finds the scripts in a page, and the policies in its head."""

    scripts: list[Script] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    inside: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        inline = tag == "script" and "src" not in given
        self.inside = inline and given.get("type", "").lower() in RUNS
        if self.inside:
            self.scripts.append(Script(given.get("nonce", "")))
        if tag == "meta" and given.get("http-equiv", "").lower() == HEADER.lower():
            self.policies.append(given.get("content", ""))

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts[-1].text += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "script"


def lets_its_script_work(page: Page, port: int, scheme: str = "ws") -> None:
    """The page's policy, if it has one, lets its scripts run and open a WebSocket.

    Raises Failure with the directive that does not.
    """
    headers = page.headers.get_all(HEADER, [])
    if not headers and HEADER not in page.text:
        return
    reader = _Reader()
    reader.feed(page.text)
    for policy in _policies([*headers, *reader.policies]):
        name, sources = _directive(policy, "script-src-elem", "script-src")
        if name and not all(_runs(script, sources) for script in reader.scripts):
            raise _forbidden("script", "the script of the page to run", name, sources)
        name, sources = _directive(policy, "connect-src")
        if name and not any(_leads_here(it, port, scheme) for it in sources):
            expected = "the script of the page to open a WebSocket"
            raise _forbidden("socket", expected, name, sources)


def _forbidden(what: str, expected: str, name: str, sources: list[str]) -> Failure:
    directive = " ".join([name, *sources])
    return Failure(f"policy_forbids_{what}", expected, facts={"directive": directive})


def _policies(texts: list[str]) -> Iterator[Policy]:
    for text in ",".join(texts).split(","):
        words = (directive.split() for directive in text.split(";"))
        yield {name.lower(): sources for name, *sources in filter(None, words)}


def _directive(policy: Policy, *names: str) -> tuple[str, list[str]]:
    """The first of these directives that the policy has, or its default."""
    name = next((name for name in (*names, "default-src") if name in policy), "")
    return name, policy.get(name, [])


def _runs(script: Script, sources: list[str]) -> bool:
    """Whether a browser runs the script under a directive with these sources."""
    digest = hashlib.sha256(script.text.encode()).digest()
    encoded = base64.b64encode(digest).decode()
    if {f"'nonce-{script.nonce}'", f"'sha256-{encoded}'"} & set(sources):
        return True
    kinds = {match[1] for match in map(SINGLE.match, sources) if match}
    return bool(kinds & {"sha384", "sha512"}) or (
        not kinds and "'unsafe-inline'" in sources
    )


def _leads_here(source: str, port: int, scheme: str) -> bool:
    """Whether a source allows a WebSocket to the server that the page came from."""
    if source.lower() in {"*", "'self'", "ws:", f"{scheme}:"}:
        return True
    match = re.fullmatch(r"(?:(\w+)://)?([^:/]+|\[.*\])(?::(\d+|\*))?(?:/.*)?", source)
    if not match:
        return False
    written, host, at = match.groups()
    return (
        (written or scheme) in {"ws", scheme}
        and host == "localhost"
        and at in {"*", str(port)}
    )
