"""What the cells of a notebook show of projects that are right in another way."""

import pytest

from checks.notebook import document, execution
from tests.notebook.conftest import LESSONS, Make, change

CATCHING = """\
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
"""
NOT_JSON = """\
import os
del os.environ["CHECKS_STEP"]  # As when somebody opens the notebook in an editor.
from checks.explore import frames, open_tab, received
tab_a, tab_b = open_tab("/ws/chat/lobby/"), open_tab("/ws/chat/lobby/")
tab_a.send_text("not JSON")
frames(tab_a)
tab_b.sends("hello")
received(tab_b)
"""
LEAVES = """\
from checks.explore import close, layer_keys, open_tab
tab = open_tab("/ws/chat/lobby/")
layer_keys()
close(tab)
layer_keys()
tab.sends("hello")
"""


@pytest.mark.usefixtures("leaves_nothing")
def test_a_consumer_that_stumbles_over_a_frame_is_shown_and_no_failure(
    make: Make,
) -> None:
    project = make(1, NOT_JSON)
    bare = '        message = json.loads(text_data)["message"]\n'
    change(project / "chat/consumers.py", CATCHING, bare)
    executed = document.read(LESSONS[0], project)
    assert execution.execute(executed, LESSONS[0], project) is None
    lines = executed.cells[0].outputs[0].text.splitlines()
    raised = "In chat/consumers.py, line 17, the server raised JSONDecodeError: "
    assert lines.pop(4).startswith(raised)
    assert lines[2:] == [
        "tab A → server  text      not JSON",
        "tab A ← server  close     code 1011",
        'tab B received {"message": "hello"}',
    ]


def test_groups_without_keys_are_shown_and_a_closed_tab_says_so(make: Make) -> None:
    project = make(3, LEAVES)
    settings = project / "mysite/settings.py"
    change(settings, "core.RedisChannelLayer", "pubsub.RedisPubSubChannelLayer")
    executed = document.read(LESSONS[2], project)
    failure = execution.execute(executed, LESSONS[2], project)
    assert executed.cells[0].outputs[0].text.splitlines() == [
        "asgi__group__chat_lobby  (subscribed)",
        "tab A is closed; disconnect() got the code 1001",
        "Redis keeps nothing for this chat.",
    ]
    assert failure
    assert "expected tab A to be open, but it is not" in failure.text
    assert "Open another: tab = open_tab('/ws/chat/lobby/')" in failure.text
