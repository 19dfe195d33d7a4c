"""The chat page, for those who use it without a mouse, or on a telephone."""

import json
import subprocess
import sys
from pathlib import Path

from checks.course.lessons import Course
from tests.machine import TIMEOUT

BY_KEYBOARD = Path(__file__).with_name("by_keyboard.py")
TEMPLATE = Path("chat/templates/chat/room.html")
NAME = '<script id="room-name" type="application/json">"lobby"</script>'


def test_the_page_works_by_keyboard_and_on_a_narrow_screen(tmp_path: Path) -> None:
    text = (Course().lesson("1").starter / TEMPLATE).read_text(encoding="utf-8")
    page = tmp_path / "page.html"
    text = text.replace('{{ room_name|json_script:"room-name" }}', NAME)
    page.write_text(text.replace("{{ room_name }}", "lobby"), encoding="utf-8")
    used = subprocess.run(
        [sys.executable, BY_KEYBOARD, page],
        capture_output=True,
        check=True,
        text=True,
        timeout=TIMEOUT,
    )
    told = json.loads(used.stdout)
    assert told["log"] == ["Ελλάδα  🎉", "x" * 200, "bye"]
    assert told["box"] == ""
    assert told["focus"] == ["message", "log", "message", "Send"]
    assert told["console"] == []
    assert told["asked"] == ["http://localhost:8001/chat/lobby/"]
    assert told["widths"] == [360, 360]
