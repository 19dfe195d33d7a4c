"""What the timeline makes of events: those of an earlier check are another's."""

import time

from checks.observe.timeline import MOST_SENDS, Timeline


def sends(timeline: Timeline, at: float, by: int | None = 1) -> None:
    """Let a server report more messages to a group than any tab has caused.

    `by` is the socket whose consumer has sent them; None for a command, or a view.
    """
    layer = {"kind": "layer", "does": "group_send", "names": ["room"], "args": []}
    socket = {"process": 1, "socket": by}
    for _ in range(MOST_SENDS + 1):
        timeline.record(layer | socket | {"at": at, "server": "server 1"})


def test_messages_that_multiply_are_a_loop() -> None:
    timeline = Timeline()
    sends(timeline, time.monotonic())
    assert timeline.message_loop() == (MOST_SENDS, 0)
    assert len(timeline.calls("group_send")) == MOST_SENDS + 1


def test_many_that_one_frame_of_a_tab_leads_to_are_no_loop() -> None:
    timeline = Timeline()
    frame = {"kind": "handling", "type": "websocket.receive", "process": 1, "socket": 1}
    timeline.record(frame | {"at": time.monotonic(), "server": "server 1"})
    sends(timeline, time.monotonic())
    assert timeline.of_frames == timeline.group_sends == MOST_SENDS + 1


def test_many_that_a_command_sends_are_no_loop() -> None:
    timeline = Timeline()
    sends(timeline, time.monotonic(), by=None)
    assert timeline.message_loop() is None
    assert len(timeline.calls("group_send")) == MOST_SENDS + 1


def test_what_an_earlier_check_sent_arrives_late_and_is_no_loop_of_this_one() -> None:
    timeline = Timeline()
    sends(timeline, timeline.began - 1)
    assert timeline.message_loop() is None
    assert timeline.calls("group_send") == []


def test_what_is_read_late_has_its_place_by_the_time_at_which_it_happened() -> None:
    timeline = Timeline()
    event = {"process": 1, "socket": 1, "where": None}
    delivered = event | {
        "kind": "handling",
        "type": "chat.message",
        "server": "server 2",
    }
    sent = event | {"kind": "layer", "does": "group_send", "names": [], "args": ["'a'"]}
    timeline.record(delivered | {"at": timeline.began + 0.002})
    timeline.record(sent | {"at": timeline.began + 0.001, "server": "server 1"})
    assert [line.does for line in timeline.transcript] == ["group_send", "delivers"]
    assert [line.at for line in timeline.transcript] == [0.001, 0.002]
