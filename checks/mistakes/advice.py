"""What works, and can bite later: told as advice, after all checks have passed."""

from checks.mistakes.clues import got, is_
from checks.mistakes.mistake import Mistake

STRANGER = "01_consumer/#a-frame-from-a-stranger"

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
        id="word_regex_accepts_unicode_room",
        step=3,
        name="Some names of rooms make no name of a group",
        sight="advice",
        sign="/ws/chat/café/ is answered with 500, and the terminal says `Group name "
        "must be a valid unicode string`",
        cure="Let the route take ASCII only: <slug:room_name>, or [-a-zA-Z0-9_]+ in a "
        "re_path.",
        why="\\w and <str:…> take letters that the name of a group may not have.",
        page="02_routing/#the-same-as-a-regular-expression",
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
        page="02_routing/#the-same-as-a-regular-expression",
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
        page="03_channel_layer/#task-1-name-the-channel-layer",
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
        page="03_channel_layer/#what-can-go-wrong",
        evidence=(is_("redis_8"),),
        weight=6,
    ),
)
