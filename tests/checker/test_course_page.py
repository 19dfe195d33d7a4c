"""The page of the course is recognised, whatever it shows of a visitor."""

from pathlib import Path

import pytest

from checks.page.files import TEMPLATE, is_course_page

PAGE = """<h1>{{ room_name }}</h1>
<form action="{% url "logout" %}">{% csrf_token %}You are {{ user }}.</form>
{{ room_name|json_script:"room-name" }}
<script>socket.send("hello")</script>
"""
SHOWN = """<h1>lobby</h1>
<form action="/accounts/logout/"><input type="hidden" name="token" value="x">\
You are ada.</form>
<script id="room-name" type="application/json">"lobby"</script>
<script>socket.send("hello")</script>
"""


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A lesson whose page has a form and names the user."""
    (tmp_path / TEMPLATE).parent.mkdir(parents=True)
    (tmp_path / TEMPLATE).write_text(PAGE)
    return tmp_path


def test_what_a_variable_or_a_tag_becomes_may_differ(starter: Path) -> None:
    assert is_course_page(starter, "lobby", SHOWN)
    assert is_course_page(starter, "lobby", SHOWN.replace("ada", "ben"))


@pytest.mark.parametrize(
    ("text", "instead"),
    [("hello", "goodbye"), ("lobby", "kitchen"), ("ada", "<script>x()</script>")],
)
def test_another_page_is_another(starter: Path, text: str, instead: str) -> None:
    assert not is_course_page(starter, "lobby", SHOWN.replace(text, instead))
