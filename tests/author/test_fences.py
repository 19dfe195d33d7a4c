"""The comments around each task are read as they are meant."""

import pytest

from checks.course import fences

TEXT = """\
import json

# Task 2.1: Import what is needed.
import math
# End of task 2.1


class Talk:
    # Task 1: Say it.
    def say(self):
        return "hello"

    # End of task 1
"""

PLAIN = """\
import json

import math


class Talk:
    def say(self):
        return "hello"
"""


def test_a_region_knows_its_task_its_lines_and_what_it_holds() -> None:
    first, second = fences.regions(TEXT)
    assert (first.name, first.task) == ("2.1", 2)
    assert first.text == "Import what is needed."
    assert (first.start, first.end, first.indent) == (3, 5, "")
    assert first.body == ("import math",)
    assert (second.name, second.indent) == ("1", "    ")
    assert second.body[-1] == ""


def test_comments_of_templates_are_fences_too() -> None:
    text = "<p>\n  {# Task 3: Greet. #}\n  hello\n  {# End of task 3 #}\n</p>\n"
    (region,) = fences.regions(text)
    assert (region.name, region.text, region.body) == ("3", "Greet.", ("  hello",))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("# Task 1: Do.\n", "talk.py:1: task 1 is left open"),
        ("# End of task 1\n", "talk.py:1: task 1 ends and was not open"),
        (
            "# Task 1: Do.\n# End of task 1\n# End of task 1\n",
            "talk.py:3: task 1 ends and was not open",
        ),
        (
            "# Task 1: Do.\n# Task 2: Do.\n# End of task 2\n# End of task 1\n",
            "talk.py:2: task 2 starts inside task 1",
        ),
        ("# Task 1: Do.\n# End of task 2\n", "talk.py:2: task 2 ends inside task 1"),
        (
            "# Task 1: Do.\n# End of task 1\n# Task 1: Do.\n# End of task 1\n",
            "talk.py:3: a second task 1 in this file; number them 1.1, 1.2",
        ),
        (
            "# Task 1 Do.\n# End of task 1\n",
            "talk.py:1: a fence reads `Task 2: what to do`, `End of task 2`",
        ),
        (
            "# Task 1: Do.\n# end of Task 1.\n",
            "talk.py:2: a fence reads `Task 2: what to do`, `End of task 2`",
        ),
    ],
)
def test_a_fence_out_of_order_is_named_by_file_and_line(text: str, wrong: str) -> None:
    with pytest.raises(fences.FenceError) as error:
        fences.regions(text, "talk.py")
    assert str(error.value) == wrong


def test_what_lies_outside_keeps_the_comments_and_drops_the_bodies() -> None:
    assert "import math" not in fences.outside(TEXT)
    assert "# Task 2.1: Import what is needed." in fences.outside(TEXT)


def test_bodies_can_be_replaced_by_their_names() -> None:
    text = fences.with_bodies(TEXT, {"2.1": ["import re", "import sys"]})
    assert fences.regions(text)[0].body == ("import re", "import sys")
    assert fences.regions(text)[1].body == ()
    bodies = {region.name: region.body for region in fences.regions(TEXT)}
    assert fences.with_bodies(TEXT, bodies) == TEXT


@pytest.mark.parametrize(
    ("fenced", "plain"),
    [
        (TEXT, PLAIN),
        ("x = 1\n\n# Task 1: Do.\n# End of task 1\n\ny = 2\n", "x = 1\n\ny = 2\n"),
        ("x = [\n    # Task 1: Do.\n    # End of task 1\n]\n", "x = [\n]\n"),
        (
            "# Task 1: Do.\ndef f():\n    pass\n\n\n# End of task 1\n\n\nx = 1\n",
            "def f():\n    pass\n\n\nx = 1\n",
        ),
        (
            "def f():\n    pass\n\n\n# Task 1: Do.\n# End of task 1\n\nx = 1\n",
            "def f():\n    pass\n\n\nx = 1\n",
        ),
        ("# Task 1: Do.\n# End of task 1\n", ""),
        (
            "# Task 1: Do.\nimport a\n\n# End of task 1\nimport b\n\nfrom c import d\n",
            "import a\nimport b\n\nfrom c import d\n",
        ),
        (
            "# Task 1: Do.\nimport a\n\n# End of task 1\nx = 1\n",
            "import a\n\nx = 1\n",
        ),
    ],
)
def test_taking_the_comments_out_leaves_no_blank_lines_behind(
    fenced: str, plain: str
) -> None:
    assert fences.without_fences(fenced) == plain
