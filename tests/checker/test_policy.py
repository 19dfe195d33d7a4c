"""What a Content-Security-Policy allows is read as browsers read it."""

from email.message import Message

import pytest

from checks.asking.policy import lets_its_script_work
from checks.observe.failure import Failure
from checks.sandbox.http import Page

PORT = 8001
PAGE = """
<script id="room" type="application/json">"lobby"</script>
<script nonce="abc">new WebSocket("ws://localhost")</script>
"""
HASH = "sha256-cSG9EFo2llk4ff1zHljmo1iar05WGwZXzJpueLyYhPA="


def page(*policies: str, text: str = PAGE) -> Page:
    headers = Message()
    for policy in policies:
        headers["Content-Security-Policy"] = policy
    return Page("/", 200, headers, text)


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "frame-ancestors 'none'",
        "script-src 'unsafe-inline'",
        "default-src 'self'; script-src 'nonce-abc'",
        f"script-src '{HASH}'",
        "script-src 'sha384-unknown'",
        "default-src 'none'; script-src-elem 'unsafe-inline'; connect-src 'self'",
        "connect-src ws:",
        "connect-src ws://localhost:8001",
        "connect-src localhost:*",
        "connect-src *",
    ],
)
def test_a_policy_lets_the_script_work(policy: str) -> None:
    lets_its_script_work(page(policy), PORT)


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        ("default-src 'self'", "script"),
        ("script-src 'self' 'nonce-other' 'unsafe-inline'", "script"),
        ("script-src 'none', connect-src *", "script"),
        ("connect-src 'none'", "socket"),
        ("connect-src", "socket"),
        ("connect-src wss:", "socket"),
        ("connect-src https://api.example.com", "socket"),
        ("connect-src ws://localhost:9000", "socket"),
        ("script-src 'unsafe-inline'; default-src http:", "socket"),
    ],
)
def test_a_policy_keeps_the_script_from_its_work(policy: str, kind: str) -> None:
    with pytest.raises(Failure) as failed:
        lets_its_script_work(page(policy), PORT)
    assert failed.value.kind == f"policy_forbids_{kind}"


def test_every_policy_has_to_allow_it() -> None:
    with pytest.raises(Failure):
        lets_its_script_work(page("connect-src *", "connect-src 'none'"), PORT)


def test_a_policy_may_be_in_the_page() -> None:
    meta = '<meta http-equiv="Content-Security-Policy" content="connect-src \'none\'">'
    with pytest.raises(Failure):
        lets_its_script_work(page(text=meta + PAGE), PORT)
