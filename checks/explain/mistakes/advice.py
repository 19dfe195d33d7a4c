"""What works, and can bite later: told as advice, after all checks have passed."""

from checks.explain.mistakes.clues import (
    Found,
    consumer,
    failing_line,
    got,
    is_,
    raised,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import LAYER, REGEX, SILENCE, STRANGER
from checks.explain.mistakes.seen import Seen


def _in_receive_of_channels(seen: Seen) -> Found | None:
    """Channels raised it: called by nobody, or by the learner's receive()."""
    if seen.event.get("frames"):
        return failing_line(r"super\(\)\.receive")(seen)
    return {}


MISTAKES = (
    Mistake(
        id="non_json_frame_kills_socket",
        step=1,
        name="A frame that is no JSON ends the connection",
        sight="advice",
        sign='after socket.send("no JSON") the page says `Closed with code 1011`',
        cure="Catch ValueError, KeyError and TypeError where the frame is read, and "
        "return.",
        why="Anybody can send anything; what a consumer does not catch ends its "
        "connection, and disconnect() is not called.",
        page=STRANGER,
        evidence=(is_("killed_by_text"),),
        weight=6,
    ),
    Mistake(
        id="non_json_frame_kills_json_consumer",
        step=1,
        name="A frame that is no JSON ends the connection of a JSON consumer",
        sight="advice",
        sign='after socket.send("no JSON") the page says `Closed with code 1011`, and '
        "the consumer has receive_json()",
        cure="In receive(self, text_data=None, bytes_data=None) call "
        "super().receive(text_data), with await in an async consumer, and catch "
        "ValueError, KeyError and TypeError around it.",
        why="A JSON consumer reads the frame in its receive(), before receive_json() "
        "is called; what is not caught there ends the connection.",
        page=STRANGER,
        evidence=(
            is_("killed_by_text"),
            consumer(bases="JsonWebsocketConsumer"),
            _in_receive_of_channels,
        ),
        weight=6,
    ),
    Mistake(
        id="receive_binary_not_handled",
        step=1,
        name="A binary frame ends the connection",
        sight="advice",
        sign="the terminal says `unexpected keyword argument 'bytes_data'`",
        cure="Write def receive(self, text_data=None, bytes_data=None), and return "
        "where text_data is None.",
        why="Any client can send bytes, and Channels hands them over as bytes_data.",
        page=STRANGER,
        evidence=(is_("killed_by_binary"),),
        weight=6,
    ),
    Mistake(
        id="binary_frame_kills_json_consumer",
        step=1,
        name="A binary frame ends the connection of a JSON consumer",
        sight="advice",
        sign="the terminal says `No text section for incoming WebSocket frame!`",
        cure="In receive(self, text_data=None, bytes_data=None) return where "
        "text_data is None, and else call super().receive(text_data), with await in "
        "an async consumer.",
        why="Any client can send bytes, and a JSON consumer raises ValueError for "
        "them.",
        page=STRANGER,
        evidence=(
            is_("killed_by_binary"),
            raised("No text section for incoming WebSocket frame"),
        ),
        weight=6,
    ),
    Mistake(
        id="binary_frame_has_no_text",
        step=1,
        name="A binary frame ends the connection of a low-level consumer",
        sight="advice",
        sign="the terminal says `KeyError: 'text'`, and the consumer has "
        "websocket_receive()",
        cure='Read event.get("text"), and return where that is None.',
        why="Any client can send bytes; the event has them under bytes, and no text.",
        page=STRANGER,
        evidence=(is_("killed_by_binary"), raised("^KeyError: 'text'")),
        weight=6,
    ),
    Mistake(
        id="word_regex_accepts_unicode_room",
        step=3,
        name="Some names of rooms make no name of a group",
        sight="advice",
        sign="/ws/chat/café/ is answered with 500, and the terminal says `Group name "
        "must be a valid unicode string`",
        cure="Let the route take ASCII only: <slug:room_name>, or [-a-zA-Z0-9_]+ in a "
        "re_path.",
        why="\\w and <str:…> take letters that the name of a group may not have.",
        page=REGEX,
        evidence=(is_("room_breaks_group"),),
        weight=6,
    ),
    Mistake(
        id="room_name_with_hyphen",
        step=2,
        name="Some rooms have a page and no WebSocket",
        sight="advice",
        sign="/chat/my-room/ opens, and its WebSocket is answered with 500",
        cure="Let the route take what the page takes: <slug:room_name>, or [-\\w]+ in "
        "a re_path.",
        why="\\w has no hyphen.",
        page=REGEX,
        evidence=(is_("hyphen_is_refused"),),
        weight=6,
    ),
    Mistake(
        id="config_key_typo_silently_default_host",
        step=3,
        name="The layer has a key that nobody reads",
        sight="advice",
        sign="what stands under CONFIG has no effect",
        cure='Call it "CONFIG": $name is read by nobody.',
        why="Without CONFIG the layer goes to localhost:6379, whatever stands "
        "elsewhere.",
        page=LAYER,
        evidence=(is_("unread_key"), got(r"it has '(?P<name>\w+)'")),
    ),
    Mistake(
        id="redis_py_8_socket_timeout",
        step=3,
        name="redis-py 8 without a time-out of its own",
        sight="1011",
        sign="a tab that hears nothing for five seconds is closed, and the terminal "
        "says `Timeout reading from`",
        cure='Install redis<8; or give the host as {"host": "localhost", "port": '
        '6379, "socket_timeout": None}.',
        why="redis-py 8 gives up after five seconds without an answer, and the layer "
        "waits for just as long.",
        page=SILENCE,
        evidence=(is_("redis_8"),),
        weight=6,
    ),
)
