"""The way of a message: which lines it has, and the learner's code beside each."""

from tests.checker.toys import Toy

LESSON = "checks/starters/01_talk/lesson.toml"


def replayed(toy: Toy) -> Toy:
    """The toy course, which follows a message in one of its checks."""
    file = toy.root / LESSON
    file.write_text('replay = "test_answers"\n' + file.read_text())
    return toy


def test_a_lesson_that_passes_brings_the_way_of_a_message(toy: Toy) -> None:
    replay = replayed(toy).check().verdict["replay"]
    assert replay["check"] == "test_answers"
    lines = [moment["does"] for moment in replay["transcript"]]
    assert lines[:3] == ["opens", "hands it to", "is connected"]
    *_, sent, received = replay["transcript"]
    assert sent["where"]["line"] == 5
    assert received["code"][1].strip() == "self.send(text_data=text_data)"
    assert received["where"] == {"file": "talk.py", "line": 7}


def test_it_ends_before_what_a_tab_does_next(toy: Toy) -> None:
    more = """
@task(1)
def test_answers(open_tab, new_words):
    "A tab receives what it sends."
    tab = open_tab("/")
    tab.receives(tab.sends(new_words()))
    tab.receives(tab.sends(new_words()))
    open_tab("/")
"""
    replay = replayed(toy).checks(more).check().verdict["replay"]
    senders = [m for m in replay["transcript"] if m["does"] == "sends"]
    assert len(senders) == 1
    assert {m["actor"]["id"] for m in replay["transcript"]} == {"tab-a", "server-1"}


def test_a_lesson_that_fails_or_names_no_check_brings_none(toy: Toy) -> None:
    assert toy.check().verdict["replay"] is None
    source = (toy.project / "talk.py").read_text()
    replayed(toy).write("talk.py", source.replace("self.send(", "print("))
    verdict = toy.check().verdict
    assert (verdict["verdict"], verdict["replay"]) == ("failed", None)
    # The tab may have been closed by the time that the check ends, or not yet.
    raised = [m for m in verdict["checks"][1]["transcript"] if m["does"] == "raises"]
    assert [m["where"] for m in raised] == [{"file": "talk.py", "line": 7}]


def test_a_line_at_the_edge_of_a_file_has_a_blank_neighbour(toy: Toy) -> None:
    one_line = (
        "from channels.generic.websocket import WebsocketConsumer as W;"
        "Talk = type('Talk', (W,), {'receive': lambda s, text_data: s.send(text_data)})"
    )
    replay = replayed(toy).write("talk.py", one_line).check().verdict["replay"]
    before, line, after = replay["transcript"][-1]["code"]
    assert (before, line, after) == ("", one_line, "")
