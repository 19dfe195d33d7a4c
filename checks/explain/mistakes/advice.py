"""What works, and can bite later: told as advice, after all checks have passed."""

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

in_channels = either(calls(r"super\(\)\.receive", FAILED), outside)
"""Channels raised it: called by nobody, or by the learner's receive()."""

takes_bytes = fact(
    lambda evidence: any("bytes_data" in x.takes for x in evidence.lines("receive"))
)
"""The learner's receive() can be given bytes."""

MISTAKES = [
    UNEXPECTED("""non_json_frame_kills_socket: A frame that is not JSON ends the
        connection
      If after socket.send("no JSON") the page says `Closed with code 1011`
      Do: Catch ValueError, KeyError and TypeError where the frame is read, and return.
      Why: Anybody can send anything; what a consumer does not catch ends its
        connection, and disconnect() is not called.
    """).on("advice: killed_by_text", weight=6),
    UNEXPECTED("""non_json_frame_kills_json_consumer: A frame that is not JSON ends the
        connection of a JSON consumer
      If after socket.send("no JSON") the page says `Closed with code 1011`, and the
        consumer has receive_json()
      Do: In receive(self, text_data=None, bytes_data=None) call
        super().receive(text_data), with await in an async consumer, and catch
        ValueError, KeyError and TypeError around it.
      Why: A JSON consumer reads the frame in its receive(), before receive_json() is
        called; what is not caught there ends the connection.
    """).on(
        "advice: killed_by_text", based("JsonWebsocketConsumer"), in_channels, weight=6
    ),
    UNEXPECTED("""receive_binary_not_handled: A binary frame ends the connection
      If the terminal says `unexpected keyword argument 'bytes_data'`
      Do: Write def receive(self, text_data=None, bytes_data=None), and return where
        text_data is None. Why: Any client can send bytes, and Channels hands them over
        as bytes_data.""").on("advice: killed_by_binary", weight=5),
    UNEXPECTED("""binary_frame_is_read_as_text: A binary frame ends the connection,
        though receive() takes it
      If receive() has bytes_data, and reads text_data without a look at it
      Do: Return from receive() where text_data is None.
      Why: Of text_data and bytes_data one is None: any client can send bytes.
    """).on("advice: killed_by_binary", takes_bytes, weight=5),
    UNEXPECTED("""binary_frame_kills_json_consumer: A binary frame ends the connection
        of a JSON consumer
      If the terminal says `No text section for incoming WebSocket frame!`
      Do: In receive(self, text_data=None, bytes_data=None) return where text_data is
        None, and else call super().receive(text_data), with await in an async consumer.
      Why: Any client can send bytes, and a JSON consumer raises ValueError for them.
    """).on("advice: killed_by_binary", terminal, weight=6),
    UNEXPECTED("""binary_frame_has_no_text: A binary frame ends the connection of a
        low-level consumer
      If the terminal says `KeyError: 'text'`, and the consumer has websocket_receive()
      Do: Read event.get("text"), and return where that is None.
      Why: Any client can send bytes; the event has them under bytes, and no text.
    """).on("advice: killed_by_binary", terminal, weight=6),
    REGEX(r"""word_regex_accepts_unicode_room: Some names of rooms cannot be part of a
        group's name
      If /ws/chat/café/ is answered with 500, and the terminal says `Group name must be
        a valid unicode string`
      Do: Let the route take ASCII only: <slug:room_name>, or [-a-zA-Z0-9_]+ in a
        re_path.
      Why: \w and <str:…> match characters that the name of a group may not have.
    """).on("advice: room_breaks_group", weight=6, step=3),
    REGEX(r"""room_name_with_hyphen: Some rooms have a page but no WebSocket
      If /chat/my-room/ opens, and its WebSocket is answered with 500
      Do: Let the route take what the page takes: <slug:room_name>, or [-\w]+ in a
        re_path.
      Why: \w does not match a hyphen.
    """).on("advice: hyphen_is_refused", weight=6),
    LAYER("""config_key_typo_silently_default_host: The layer has a key that is not read
      If what is under CONFIG has no effect
      Do: Call it "CONFIG": $name is not read.
      Why: Without CONFIG the layer connects to localhost:6379, whatever other keys say.
    """).on("advice: unread_key", got(r"it has '(?P<name>\w+)'")),
    SILENCE("""redis_py_8_socket_timeout: redis-py 8 without a time-out of its own
      If a tab that receives nothing for five seconds is closed, and the terminal says
        `Timeout reading from`
      Do: Install redis<8; or give the host as {"host": "localhost", "port": 6379,
        "socket_timeout": None}.
      Why: redis-py 8 gives up after five seconds without an answer, and the layer waits
        for just as long.
    """).on("1011: redis_8", weight=6),
]
