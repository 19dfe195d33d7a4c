"""A page is tried in a browser, or read where there is none; and it is no other's."""

from pathlib import Path

import pytest

from checks.author.projects import build
from checks.course.lessons import Course
from checks.page import files
from checks.page.script import Script
from checks.run.page import NotTried, RoomPage
from checks.verdict import Where
from tests.conftest import Check

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
READ = (
    "01_consumer/wrong/page_leaves_out_the_port",
    "01_consumer/wrong/page_names_one_server",
    "01_consumer/wrong/page_sends_another_key",
    "01_consumer/wrong/page_uses_wss",
    "02_routing/wrong/page_address_has_no_slash",
    "02_routing/wrong/page_address_is_no_route",
    "02_routing/wrong/page_is_in_one_room",
)
"""Pages that nobody needs to run to know that they do not work."""
SAME = ("page_takes_other_rooms", "page_for_users_only")
"""Submissions whose page is the course's, for somebody who has logged in if need be."""
RIGHT = sorted(
    str(path.relative_to(SUBMISSIONS)) for path in SUBMISSIONS.glob("*/valid/page_*")
)
HTML = '<script id="room-name" type="application/json">"lobby"</script>'
HOST = "localhost:8001"
HTTPS = "location.protocol == 'https:'"
NAME = 'JSON.parse(document.getElementById("room-name").textContent)'


@pytest.fixture
def bare(no_browser: dict[str, str]) -> dict[str, str]:
    """The environment of a machine on which there is no browser."""
    if not no_browser:
        pytest.skip("this machine has a browser where none can be hidden")
    return no_browser


def laid(submission: str, folder: Path) -> tuple[str, Path]:
    """The lesson of a submission, and the project with its files."""
    slug = submission.partition("/")[0]
    given = SUBMISSIONS / submission
    return slug, build(slug, folder / "project", solved=True, submission=given)


@pytest.mark.in_sample(1, of_all="all")
@pytest.mark.parametrize("submission", READ)
def test_without_a_browser_what_is_certain_is_reported_all_the_same(
    submission: str, cold_check: Check, bare: dict[str, str], tmp_path: Path
) -> None:
    result = cold_check(*laid(submission, tmp_path), **bare)
    assert result.verdict["cause"]["mistake"] == submission.rpartition("/")[2]
    assert result.verdict["checks"][-1]["outcome"] == "failed"


@pytest.mark.in_sample(2, of_all="all")
@pytest.mark.parametrize("submission", RIGHT)
def test_without_a_browser_a_right_page_passes_and_it_is_said_what_was_skipped(
    submission: str, cold_check: Check, bare: dict[str, str], tmp_path: Path
) -> None:
    result = cold_check(*laid(submission, tmp_path), **bare)
    assert (result.verdict["verdict"], result.status) == ("passed", 0)
    checks = {check["id"]: check for check in result.verdict["checks"]}
    page = checks.get("test_page_works", {})
    if not submission.endswith(SAME):
        assert page["outcome"] == "skipped"
        assert page["reason"].startswith("no browser was found; ")


def test_a_page_whose_script_is_elsewhere_is_not_judged(
    check: Check, tmp_path: Path
) -> None:
    given = "01_consumer/wrong/page_library_is_not_loaded"
    slug, project = laid(given, tmp_path)
    template = project / files.TEMPLATE
    source = "https://code.jquery.com/jquery-3.7.1.min.js"
    loaded = f'<script src="{source}"></script>\n</head>'
    template.write_text(template.read_text().replace("</head>", loaded))
    result = check(slug, project)
    page = result.verdict["checks"][-1]
    assert (page["outcome"], result.status) == ("skipped", 0)
    assert page["reason"].startswith(f"its page loads {source}, ")


def test_without_playwright_it_says_what_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Run:
        lesson = Course().lesson("1")

    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(NotTried, match="make tabs STEP=1 installs it"):
        RoomPage(Run())._start()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("script", "address"),
    [
        ("new WebSocket('ws://' + window.location.host + '/ws/')", f"ws://{HOST}/ws/"),
        ("new WebSocket(`ws://${location.hostname}/ws/`)", "ws://localhost/ws/"),
        ('const url = "ws://" + location.host\nnew WebSocket(url)', f"ws://{HOST}"),
        (
            f"let s = {HTTPS} ? 'wss:' : 'ws:'; new WebSocket(s + '//x', ['a'])",
            "ws://x",
        ),
        (f"new WebSocket((!({HTTPS}) ? 'ws' : 'wss') + '://x')", None),
        (f"const name = {NAME}; new WebSocket(`ws://x/${{name}}/`)", "ws://x/lobby/"),
        (f"new WebSocket('ws://x/' + encodeURIComponent({NAME}))", "ws://x/lobby"),
        ("new WebSocket(location.origin.replace(/^http/, 'ws'))", f"ws://{HOST}"),
        ("new WebSocket('//' + somewhere())", None),
        ("let a = 'x'; a = 'y'; new WebSocket(a)", None),
        ("new WebSocket('ws://a' // + '/b'\n)", "ws://a"),
        ("new WebSocket(a(')') ? 'b' : 'c')", None),
    ],
)
def test_the_address_of_a_websocket_is_read(script: str, address: str | None) -> None:
    read = Script(f"{HTML}<script>{script}</script>", [], HOST)
    assert read.addresses() == [address]


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        (
            "s.send(JSON.stringify({ message: a, 'user': b, c }))",
            {"message", "user", "c"},
        ),
        ("const d = { text: a };\ns.send(JSON.stringify(d))", {"text"}),
        ("s.send(JSON.stringify({ ...a, text: b }))", None),
        ("s.send(frame())", None),
    ],
)
def test_the_keys_that_are_sent_are_read(script: str, keys: set[str] | None) -> None:
    assert Script("", [script], HOST).sent_keys() == [keys]


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        ("show(JSON.parse(e.data).text)", {"text"}),
        ("const d = JSON.parse(data); show(d.text, d['user'])", {"text", "user"}),
        ("const { text, user: by } = JSON.parse(event.data)", {"text", "user"}),
        ('JSON.parse(document.getElementById("a").textContent)', set()),
    ],
)
def test_the_keys_that_are_read_are_read(script: str, keys: set[str]) -> None:
    assert Script("", [script], HOST).read_keys() == keys


def test_a_line_of_a_page_is_found_in_its_template(tmp_path: Path) -> None:
    lines = {
        "chat/templates/chat/base.html": "<html>\n{% block body %}{% endblock %}\n",
        files.TEMPLATE: '{% extends "a" %}\n<h1>{{ room }}</h1>\nlog.append(a);\n',
        "chat/static/chat/room.js": "one();\ntwo();\n",
        ".venv/lib/a.html": "log.append(a);\n",
    }
    for path, text in lines.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    html = "<html>\n<h1>lobby</h1>\nlog.append(a);\n"
    here = "http://localhost:1/chat/lobby/"
    script = "http://localhost:1/static/chat/room.js?v=1"
    assert files.place(tmp_path, html, here, 2) == Where(files.TEMPLATE, 2)
    assert files.place(tmp_path, html, here, 3) == Where(files.TEMPLATE, 3)
    assert files.place(tmp_path, html, here, 9) is None
    assert files.place(tmp_path, html, script, 2) == Where(
        "chat/static/chat/room.js", 2
    )
