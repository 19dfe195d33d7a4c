"""What people get wrong about room in the layer, limits, and the end of a tab."""

import ast
import re

from checks.explain.mistakes.clues import (
    CONSUMERS,
    SETTINGS,
    Clue,
    Evidence,
    Found,
    Line,
    any_line,
    awaits,
    calls,
    defines,
    assigns,
    either,
    expects,
    fact,
    got,
    look,
    no,
    raised,
    saw,
    says,
    statement,
    uses,
)
from checks.explain.mistakes.mistake import Section
from checks.explain.mistakes.page_clues import in_page
from checks.regular_file import read_text
from checks.verdict import Where

ROOM = Section("11_crowd/#task-1-make-room-for-a-burst")
LIMIT = Section("11_crowd/#task-2-close-a-tab-that-sends-too-much")
END = Section("11_crowd/#task-3-end-the-consumer-when-you-close")

PAGE = "chat/templates/chat/room.html"
NEEDED = 201
"""How many events the check sends to a process that reads none."""
TOO_MANY = 4429
"""The close code of a tab that has sent too much."""
AT_ONCE = "frames at once"
CLOCK = re.compile(r"(monotonic|time|perf_counter)\(\)$")
MULTIPLIED = re.compile(
    r"(monotonic|time|perf_counter)(?:_ns\(\)|\(\) \* 1000)"
)
"""A clock that is read in other units than seconds."""
LARGE = re.compile(r"\b\d{4,}|\*\* \d|_(ms|ns|MS|NS)\b")
has_room = look(says("(?i:(?<!_)capacity)", SETTINGS))
of_channels = look(says("channel_capacity", SETTINGS))
MINUTE = 60
has_expiry = look(says("(?<!group_)expiry", SETTINGS))


def _capacity(evidence: Evidence) -> object:
    """How many events the layer keeps for a process."""
    return evidence.ready.get("layer", {}).get("config", {}).get("capacity")


@fact
def capacity_is_read_by_nobody(evidence: Evidence) -> bool:
    """The layer has a capacity beside its CONFIG."""
    keys = evidence.ready.get("layer", {}).get("keys", ())
    return "capacity" in map(str.lower, keys)


@fact
def capacity_is_small(evidence: Evidence) -> bool:
    """CONFIG has a capacity that is too small for the check."""
    capacity = _capacity(evidence)
    return isinstance(capacity, int) and 0 < capacity < NEEDED


@fact
def expires_soon(evidence: Evidence) -> bool:
    """CONFIG has an expiry of less than a minute, which it is by itself."""
    config = evidence.ready.get("layer", {}).get("config", {})
    expiry = config.get("expiry")
    return isinstance(expiry, int | float) and expiry < MINUTE


@fact
def capacity_is_none(evidence: Evidence) -> bool:
    """CONFIG has a capacity of 0 or less."""
    capacity = _capacity(evidence)
    return isinstance(capacity, int) and capacity <= 0


@any_line(CONSUMERS)
def is_kept_on_the_class(line: Line) -> bool:
    """The class has a deque, a list or a dict of its own."""
    kinds = (ast.Call, ast.List, ast.Dict, ast.Set)
    value = getattr(line.node, "value", None)
    return bool(
        line.in_class
        and not line.functions
        and line.assigns
        and isinstance(value, kinds)
    )


@any_line(CONSUMERS)
def is_kept_in_the_module(line: Line) -> bool:
    """The module has a dict or a set of its own."""
    value = getattr(line.node, "value", None)
    kinds = (ast.Call, ast.Dict, ast.Set, ast.List)
    return line.at_margin and line.assigns and isinstance(value, kinds)


@any_line("receive")
def only_adds(line: Line) -> bool:
    """A number is added to, one for each frame."""
    return isinstance(line.node, ast.AugAssign)


@any_line("receive")
def sets_back(line: Line) -> bool:
    """A number is set back to 0 or 1."""
    value = getattr(line.node, "value", None)
    return bool(
        isinstance(line.node, ast.Assign)
        and isinstance(value, ast.Constant)
        and value.value in (0, 1)
    )


def closes_here(line: Line) -> bool:
    """A line that closes the tab."""
    return any(name.endswith("close") for name, _ in line.calls)


closes = any_line("receive")(closes_here)


@fact
def close_was_not_awaited(evidence: Evidence) -> bool:
    """A coroutine of close() was never awaited."""
    events = (e for e in evidence.check_events if e["kind"] == "never_awaited")
    return any(event["what"].endswith("close") for event in events)


def _differences(line: Line) -> list[ast.BinOp]:
    """The subtractions in a line."""
    found = [n for n in line.nodes if isinstance(n, ast.BinOp)]
    return [n for n in found if isinstance(n.op, ast.Sub)]


def _ends_with(node: ast.AST, words: str) -> bool:
    return ast.unparse(node).endswith(words)


@any_line("receive")
def looks_at_the_last(line: Line) -> bool:
    """It looks at the last entry of something."""
    return any(_ends_with(n.right, "[-1]") for n in _differences(line))


@any_line("receive")
def compares_with_more(line: Line) -> bool:
    """A time between two frames is compared with >."""
    return any(
        isinstance(node.ops[0], ast.Gt | ast.GtE)
        and isinstance(node.left, ast.BinOp)
        for node in line.nodes
        if isinstance(node, ast.Compare)
    )


def _first_line(evidence: Evidence, clue: Clue) -> int:
    found = clue(evidence)
    return found["at"].line if found and found.get("at") else 0


@fact
def json_comes_first(evidence: Evidence) -> bool:
    """What reads JSON is above what closes the tab."""
    read = _first_line(evidence, calls("loads", "receive"))
    close = _first_line(evidence, calls("close", "receive"))
    return 0 < read < close


def returns_first(evidence: Evidence) -> Found | None:
    """A return is above what closes the tab."""
    close = _first_line(evidence, calls("close", "receive"))
    found = _returns(evidence)
    return found if found and found["where"].line < close else None


_returns = any_line("receive")(lambda line: isinstance(line.node, ast.Return))


def thousandths(evidence: Evidence) -> Found | None:
    """A clock is read in nanoseconds, or its seconds are multiplied."""
    for line in evidence.lines("receive"):
        for node in line.nodes:
            clock = MULTIPLIED.search(ast.unparse(node))
            if clock and isinstance(node, ast.Call | ast.BinOp):
                return {"where": line.at, "seconds": f"time.{clock[1]}()"}
    return None


@any_line("receive")
def limit_is_large(line: Line) -> bool:
    """Something is compared with a limit in thousandths, too."""
    compared = [n for n in line.nodes if isinstance(n, ast.Compare)]
    return any(LARGE.search(ast.unparse(node)) for node in compared)


@fact
def counts_first(evidence: Evidence) -> bool:
    """What keeps the time of a frame is above what closes the tab."""
    kept = _first_line(evidence, calls("append", "receive"))
    return 0 < kept < _first_line(evidence, calls("close", "receive"))


@fact
def is_of_another_tab(evidence: Evidence) -> bool:
    """Another tab has sent frames, too."""
    return sum(bool(tab.sent) for tab in evidence.tabs) > 1


@fact
def a_tab_was_closed(evidence: Evidence) -> bool:
    """A consumer has closed its tab, for what that has sent."""
    return any(event.get("code") == TOO_MANY for event in evidence.check_events)


@fact
def a_closed_tab_was_sent_to(evidence: Evidence) -> bool:
    """A consumer has closed, and Daphne has raised as it sent after that."""
    return any(
        event["kind"] == "raised" and "closed protocol" in event["words"]
        for event in evidence.check_events
    )


@fact
def time_has_passed(evidence: Evidence) -> bool:
    """The check has let time pass after a tab has sent something."""
    events = sorted(evidence.check_events, key=lambda event: event["at"])
    kinds = [
        "frame" if event.get("type") == "websocket.receive" else event["kind"]
        for event in events
    ]
    return "frame" in kinds and "skipped" in kinds[kinds.index("frame") :]


@fact
def closes_in_handler(evidence: Evidence) -> bool:
    """A consumer has closed its tab."""
    return any(
        event.get("type") == "websocket.close"
        for event in evidence.check_events
    )


def counts_from_the_beginning(evidence: Evidence) -> Found | None:
    """receive() subtracts a time that nothing changes after connect()."""
    assigned: dict[bool, set[str]] = {True: set(), False: set()}
    for line in evidence.lines(CONSUMERS):
        names = {name for name, _ in _pairs(line)}
        assigned["connect" in line.functions] |= names
    for line in evidence.lines("receive"):
        for node in _differences(line):
            begun = ast.unparse(node.right)
            if begun in assigned[True] - assigned[False]:
                return {"begun": begun, "where": line.at}
    return None


def closes_in_a_task(evidence: Evidence) -> Found | None:
    """receive() starts a task of a method that closes the tab."""
    closing = {
        line.functions[-1]
        for line in evidence.lines(CONSUMERS)
        if line.functions and closes_here(line)
    }
    for line in evidence.lines("receive"):
        called = [name for name, _ in line.calls]
        starts = any(name.endswith("create_task") for name in called)
        if starts and closing & {name.rpartition(".")[2] for name in called}:
            return {"where": line.at}
    return None


@any_line("receive")
def gives_back(line: Line) -> bool:
    """Something is multiplied with the time that has passed."""
    found = [n for n in line.nodes if isinstance(n, ast.BinOp)]
    return any(isinstance(n.op, ast.Mult) for n in found) and _differences(line)


@any_line("receive")
def length_is_equal(line: Line) -> bool:
    """The length of something is compared with ==."""
    return any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq)
        and ast.unparse(node.left).startswith("len(")
        for node in line.nodes
    )


def stops_above(evidence: Evidence) -> Found | None:
    """In close(), StopConsumer is raised above the call of disconnect()."""
    raises = uses("StopConsumer", "close")(evidence)
    cleans = calls("disconnect|websocket_disconnect", "close")(evidence)
    if raises and cleans and raises["at"].line < cleans["at"].line:
        return {"where": raises["at"]}
    return None


def length_is(found: str) -> Clue:
    """A deque has no length, or another one than 20."""

    def clue(evidence: Evidence) -> Found | None:
        for line in evidence.lines(CONSUMERS):
            for node in line.nodes:
                if (
                    not isinstance(node, ast.Call)
                    or ast.unparse(node.func).rpartition(".")[2] != "deque"
                ):
                    continue
                length = {it.arg: ast.unparse(it.value) for it in node.keywords}
                if (length.get("maxlen") is None) == (found == "missing"):
                    return {"where": line.at}
        return None

    return clue


def _pairs(line: Line) -> list[tuple[str, ast.AST]]:
    """What a statement gives a value to, with each value: `a, b = 1, 2` is two."""
    if not isinstance(line.node, ast.Assign):
        return []
    target, value = line.node.targets[-1], line.node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        names = map(ast.unparse, target.elts)
        return [*zip(names, value.elts, strict=False)]
    return [(ast.unparse(target), value)]


def _numbers(evidence: Evidence) -> dict[str, int]:
    """The numbers that the module of the consumers gives a name to."""
    lines = (line for line in evidence.lines(CONSUMERS) if line.at_margin)
    pairs = (pair for line in lines for pair in _pairs(line))
    return {
        name: value.value
        for name, value in pairs
        if isinstance(value, ast.Constant) and isinstance(value.value, int)
    }


@fact
def has_both_numbers(evidence: Evidence) -> bool:
    """There are a 20 and a 10 that have names: the limit is what it should be."""
    return {20, 10} <= {*_numbers(evidence).values()}


def _number(node: ast.AST, named: dict[str, int]) -> int | None:
    """What a number or its name stands for; None where nobody can tell."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    return named.get(ast.unparse(node))


def _longest(evidence: Evidence) -> tuple[int, Where] | None:
    """The maxlen of the deque of the consumer, and where it stands."""
    named = _numbers(evidence)
    for line in evidence.lines(CONSUMERS):
        for node in line.nodes:
            if isinstance(node, ast.Call) and _ends_with(node.func, "deque"):
                given = {it.arg: it.value for it in node.keywords}
                length = _number(given.get("maxlen", node), named)
                if length is not None:
                    return length, line.at
    return None


def _length_test(evidence: Evidence) -> Found | None:
    """Where receive() compares a length, with which sign, and with what."""
    named = _numbers(evidence)
    for line in evidence.lines("receive"):
        for node in line.nodes:
            if isinstance(node, ast.Compare) and ast.unparse(
                node.left
            ).startswith("len("):
                most = node.comparators[0]
                return {
                    "length": ast.unparse(node.left),
                    "sign": type(node.ops[0]),
                    "most": ast.unparse(most),
                    "number": _number(most, named),
                    "where": line.at,
                }
    return None


def never_exceeds(evidence: Evidence) -> Found | None:
    """The length of the deque is compared with >, and its maxlen is no more."""
    longest, test = _longest(evidence), _length_test(evidence)
    if not longest or not test or test["number"] is None:
        return None
    exact = test["sign"] is ast.Gt and longest[0] == test["number"]
    return test if exact else None


def is_shorter(evidence: Evidence) -> Found | None:
    """The maxlen of the deque is less than the number that it is compared with."""
    longest, test = _longest(evidence), _length_test(evidence)
    if not longest or not test or test["number"] is None:
        return None
    return test | {"where": longest[1]} if longest[0] < test["number"] else None


def older_minus_newer(evidence: Evidence) -> Found | None:
    """The time of now is taken away from that of the first frame."""
    for line in evidence.lines("receive"):
        for node in _differences(line):
            if _ends_with(node.left, "[0]"):
                right = f"{ast.unparse(node.right)} - {ast.unparse(node.left)}"
                return {"right": right, "where": line.at}
    return None


def with_its_names(evidence: Evidence) -> Found:
    """What the learner calls the times of the frames, and that of this one."""
    times, now = "self.frame_times", "time.monotonic()"
    for line in evidence.lines(CONSUMERS):
        for name, value in _pairs(line):
            code = ast.unparse(value)
            if re.match(r"(\w+\.)?deque\(", code) or code == times:
                times = name
            elif "receive" in line.functions and CLOCK.search(code):
                now = name
    return {"times": times, "now": now}


@any_line(CONSUMERS)
def close_is_not_async(line: Line) -> bool:
    """A consumer that is async defines close() without async."""
    return bool(line.in_class) and (
        isinstance(line.node, ast.FunctionDef) and line.defines == "close"
    )


def has_a_comma(evidence: Evidence) -> Found | None:
    """A number in the settings has a comma, as in a text in English."""
    lines = read_text(evidence.project / SETTINGS).splitlines()
    for number, line in enumerate(lines, start=1):
        if match := re.search(r":\s*(\d{1,3}(?:,\d{3})+)\b", line):
            right = match[1].replace(",", "")
            where = Where(SETTINGS, number)
            return {"written": match[1], "right": right, "where": where}
    return None


overrides = defines("close", CONSUMERS)
cleans_up = calls("disconnect|websocket_disconnect", "close")
stops = uses("StopConsumer|websocket_disconnect", CONSUMERS)

MISTAKES = (
    END("""closing_deletes_rows_of_the_user: close() deletes the rows of all tabs of a user
      If one of two tabs of somebody is closed, and they are not listed any more
      Do: Delete the row of this tab only, in close():
        Presence.objects.filter(channel=self.channel_name).
      Why: Whoever is closed in one tab is still here with the other one.
    """).on(
        "list: not_listed",
        look(calls(r".*\.filter", "close", given="user(_id)?|room")),
        weight=5,
    ),
    # Room
    ROOM("""capacity_is_beside_config: The capacity is beside CONFIG
      If messages are dropped in a burst, and CHANNEL_LAYERS has a capacity
      Do: Write "capacity" inside the braces of "CONFIG".
      Why: Channels creates the layer with what is in CONFIG. What is beside it is read
        by nobody, and no error says so.
    """).on(
        "wrong: burst_dropped", capacity_is_read_by_nobody, has_room, weight=1
    ),
    ROOM("""capacity_in_capitals: CONFIG has a name that the layer does not know
      If the terminal says `RedisChannelLayer.__init__() got an unexpected keyword
        argument '…'`
      Do: Write "capacity" in CONFIG, in small letters.
      Why: The layer is created with what is in CONFIG, so each name there has to be one
        of its arguments.
    """).on(
        "500: raised refused not_accepted cannot_start no_redis_layer",
        r"Layer\.__init__\(\) got an unexpected keyword argument '(?P<name>\w+)'",
        look(says("CONFIG", SETTINGS)),
        weight=3,
    ),
    ROOM("""capacity_is_too_small: There is room, and not for the whole burst
      If messages are dropped in a burst, and CONFIG has a small capacity
      Do: Write "capacity": 5000.
      Why: All tabs of a process share one list of events, and all rooms do. How many
        come in a second, times the seconds that a process may be busy, is what you
        need.
    """).on("wrong: burst_dropped", capacity_is_small, has_room),
    ROOM("""capacity_is_zero: The capacity is 0, and 0 is no room
      If nothing arrives, and CONFIG has a capacity of 0
      Do: Write "capacity": 5000.
      Why: 0 does not mean that there is no limit. A list that may hold nothing drops
        everything.
    """).on(
        "silent: dropped silent burst_dropped received_elsewhere lost",
        capacity_is_none,
        has_room,
        weight=3,
    ),
    ROOM("""capacity_of_a_group: The capacity is for names that no channel has
      If messages are dropped in a burst, and CONFIG has a channel_capacity
      Do: Write "capacity": 5000 instead of channel_capacity.
      Why: The patterns in channel_capacity are for names of channels, and those of tabs
        begin with "specific". A group has no capacity.
    """).on(
        "wrong: burst_dropped",
        of_channels,
        no(has_room),
    ),
    ROOM("""capacity_by_pattern: There is room in Redis, and none in the process
      If a tab that has to wait misses messages, and CONFIG has a channel_capacity
      Do: Write "capacity": 5000 instead of channel_capacity.
      Why: A process reads the events of all its tabs, and keeps those of a tab that is
        busy. For each tab, it keeps as many as capacity says, and drops the oldest. The
        patterns in channel_capacity are for what waits in Redis.
    """).on("wrong: left_behind", of_channels, no(has_room)),
    ROOM("""expiry_instead_of_capacity: Events may wait longer, and not more of them
      If messages are dropped in a burst, and CONFIG has an expiry
      Do: Write "capacity": 5000.
      Why: expiry says how many seconds an event may wait; capacity says how many
        events may.
    """).on(
        "wrong: burst_dropped",
        has_expiry,
        no(has_room),
        no(of_channels),
    ),
    ROOM("""expiry_is_short: Events expire while a process is busy
      If what a process has not read within half a minute is missing
      Do: Take expiry out of CONFIG: it is 60 seconds then.
      Why: When the next event comes, the layer deletes those that are older than
        expiry. So room for them is of no use.
    """).on("wrong: burst_expired", has_expiry, expires_soon),
    ROOM("""room_for_learning_only: In production, there is less room
      If messages are dropped in a burst on the real server, and not on your machine
      Do: Write "capacity": 5000 in each CONFIG of CHANNEL_LAYERS, also in that for
        production, and no short expiry.
      Why: The real server reads the settings with PRODUCTION in its environment, and
        what they say there replaces what was written before.
    """).on("deploy: forgetful_in_production"),
    # The limit
    LIMIT("""limit_is_on_the_class: All tabs of a process share one limit
      If a tab is closed because of what another one has sent
      Do: Assign it in connect(), as self.frame_times = deque(maxlen=MOST_FRAMES).
      Why: An attribute of the class is one object for all consumers of the process.
    """).on(
        "closed: closed raised stays_open silent lost out_of_order",
        is_kept_on_the_class,
        weight=5,
    ),
    LIMIT("""limit_is_that_of_the_user: The tabs of one user share one limit
      If a tab is closed because of what another tab of its user has sent
      Do: Assign it in connect(), as self.frame_times = deque(maxlen=MOST_FRAMES).
      Why: Whoever has the chat open twice would be closed in both, and on another
        server process the limit would be another one.
    """).on(
        "closed: closed raised",
        is_kept_in_the_module,
        is_of_another_tab,
        weight=3,
    ),
    LIMIT("""whoever_was_closed_is_banned: Whoever was closed cannot come back
      If a tab is rejected that belongs to somebody who was closed before
      Do: Take out what you have kept of the user, and accept every connection as
        before.
      Why: A browser that has sent too much, as with a key that sticks, should be able
        to go on. And what is in the memory of a process is there until it restarts, and
        not in the others.
    """).on(
        "403: refused not_accepted closed", is_kept_in_the_module, weight=3
    ),
    LIMIT("""limit_never_ends: Frames are counted, and time gives none back
      If a tab is closed some time after it has sent much
      Do: Keep the times of the newest frames, and look at how old the first one is.
      Why: A number that is only added to closes everybody who stays long enough.
    """).on("closed: closed raised", only_adds, time_has_passed, weight=1),
    LIMIT("""only_a_pause_gives_frames_back: Only a pause gives frames back
      If a tab is closed that never sends much at once, and never pauses for long
      Do: Keep the times of the newest frames, and look at how old the first one is.
      Why: Whoever writes a line every few seconds never pauses for ten, and would be
        closed after 20 lines.
    """).on(
        "closed: closed raised",
        only_adds,
        sets_back,
        time_has_passed,
        weight=1,
    ),
    LIMIT("""heartbeat_gives_frames_back: The heartbeat sets the count back
      If a tab that sends many frames after each heartbeat is not closed
      Do: Take that line out of heartbeat(): how old a time is decides whether it counts.
      Why: The heartbeat comes every five seconds, so whoever sends 19 frames after each
        sends 38 in ten seconds.
    """).on(
        "wrong: stays_open",
        either(
            look(calls(r"self\.\w+\.clear", "heartbeat")),
            look(assigns(r"self\.\w+", "heartbeat")),
        ),
        expects("every five seconds"),
        weight=2,
    ),
    LIMIT("""each_frame_renews_the_count: Each frame starts the ten seconds again
      If a tab is closed that never pauses for ten seconds, and its frames are counted
        in a cache
      Do: Keep the times of the newest frames in a deque of the consumer, as
        self.frame_times, instead of a count in a cache.
      Why: aset() starts the time-out again each time, and aincr() gives the key another
        one. So the count only ends when the tab has sent nothing for that long.
    """).on(
        "closed: closed raised",
        look(
            calls(r".*cache\w*\.(aset|set|atouch|touch)|.*\.expire", CONSUMERS)
        ),
        time_has_passed,
        weight=2,
    ),
    LIMIT("""part_of_a_duration: Only a part of a duration is looked at
      If a tab is closed that has sent 20 frames more than ten seconds later, and reads
        `.microseconds` or `.seconds`
      Do: Write total_seconds() instead of $part.
      Why: A timedelta has days, seconds and microseconds, and each is what is left
        beside the others.
    """).on(
        "closed: closed raised",
        look(uses("(?P<part>microseconds|seconds)", "receive")),
        time_has_passed,
        weight=2,
    ),
    LIMIT("""counts_before_it_compares: The frame that comes is counted first
      If a tab is closed that has sent 20 frames, and append() is above close()
      Do: Write $times.append(…) below what closes.
      Why: With its own time in the deque, the 20th frame already fills it.
    """).on(
        "closed: closed",
        counts_first,
        no(time_has_passed),
        with_its_names,
        weight=1,
    ),
    LIMIT("""compares_with_the_newest: The time of the newest frame is looked at
      If a tab is closed that has sent few frames since it was quiet
      Do: Write $now - $times[0] < SECONDS.
      Why: With [-1], it is the frame before this one. Once the deque is full, it stays so,
        and then the second frame in ten seconds is one too many.
    """).on(
        "closed: closed raised", with_its_names, looks_at_the_last, weight=2
    ),
    LIMIT("""window_of_a_minute: The limit is for more than ten seconds
      If a tab is closed that has sent 20 frames more than ten seconds later
      Do: Write MOST_FRAMES, SECONDS = 20, 10.
      Why: The shorter the time, the sooner somebody may go on. Whoever has sent much in
        a lively talk should not be closed a minute later.
    """).on(
        "closed: closed raised",
        time_has_passed,
        no(only_adds),
        no(has_both_numbers),
    ),
    LIMIT("""limit_of_ten: The limit is lower than 20 frames
      If a tab is closed that has sent no more than 20 frames
      Do: Write MOST_FRAMES, SECONDS = 20, 10.
      Why: A page may send several frames at once, as when a text of many lines is
        pasted.
    """).on(
        "closed: closed",
        closes,
        no(time_has_passed),
        no(has_both_numbers),
    ),
    LIMIT("""limit_comes_after_json: Only what is a message counts
      If a tab may send what is no message as often as it likes
      Do: Check the limit at the top of receive(), above json.loads().
      Why: What costs time is that your process reads a frame, whatever is in it.
    """).on("wrong: stays_open", json_comes_first, got("still open"), weight=1),
    LIMIT("""returns_before_it_counts: Some frames are not counted
      If a tab may send some kind of frame as often as it likes
      Do: Check the limit at the top of receive(), above this return.
      Why: What costs time is that your process reads a frame, whatever is in it.
    """).on(
        "wrong: stays_open",
        expects("40 times at once"),
        no(expects("no JSON")),
        returns_first,
        weight=2,
    ),
    LIMIT("""measures_in_thousandths: The times are not in seconds
      If a tab that sends without end is not closed, and a time is not one in seconds
      Do: Take $seconds there, which is in seconds, as SECONDS is.
      Why: In ms, ten seconds are 10000. What is smaller than 10 is then a hundredth of
        a second.
    """).on(
        "wrong: stays_open", closes, thousandths, no(limit_is_large), weight=3
    ),
    LIMIT("""drops_what_is_too_much: What is too much is dropped, and the tab stays
      If a tab that sends without end is not closed
      Do: Call await self.close(code=4429) where you return.
      Why: The tab goes on sending, and does not know that nobody gets it. A page that
        is closed can say so.
    """).on(
        "wrong: stays_open",
        expects(AT_ONCE),
        no(closes),
        uses("monotonic|time|perf_counter|frame_times", "receive"),
        look(statement("return.*", "receive")),
    ),
    LIMIT("""sleeps_before_it_closes: The consumer waits before it closes
      If a tab that sends without end is not closed at once, and receive() sleeps
      Do: Take out $sleep() above self.close().
      Why: time.sleep() stops every tab of the process. And a consumer that waits still
        receives what others send, for a tab that is to be closed.
    """).on(
        "wrong: stays_open silent",
        expects(AT_ONCE),
        closes,
        look(calls(r"(?P<sleep>(time\.|asyncio\.)?sleep)", "receive")),
        weight=3,
    ),
    LIMIT("""ends_without_closing: The consumer ends, and its connection does not
      If a tab that sends too much is still open, and receive() raises StopConsumer
      Do: Call await self.close(code=4429) above raise StopConsumer.
      Why: StopConsumer ends the consumer only. The browser does not learn of it, and
        goes on sending to nobody.
    """).on(
        "wrong: stays_open silent",
        no(closes),
        look(uses("StopConsumer", "receive")),
        weight=4,
    ),
    LIMIT("""messages_are_counted: The messages in the database are counted
      If a tab may send what is no message as often as it likes, and receive() counts
        rows
      Do: Keep the times of the newest frames in the consumer instead.
      Why: What is no message has no row. And rows are of all tabs of a user, and of
        what was announced.
    """).on(
        "wrong: stays_open closed",
        closes,
        look(calls("a?count", "receive")),
        weight=2,
    ),
    LIMIT("""limit_sleeps: The consumer waits, and handles the frame then
      If a tab that sends without end is not closed, and receive() sleeps
      Do: Call await self.close(code=4429) instead of asyncio.sleep().
      Why: The frames wait in the memory of your process, and all are handled in the
        end. Meanwhile this tab receives nothing either.
    """).on(
        "wrong: stays_open silent",
        expects(AT_ONCE),
        look(calls("sleep", "receive")),
        weight=3,
    ),
    LIMIT("""times_are_not_kept: The time of a frame is not kept
      If a tab that sends without end is not closed, and nothing is appended
      Do: Write $times.append($now) at the end of the limit.
      Why: Without the times of those before it, each frame looks like the first one.
    """).on(
        "wrong: stays_open",
        closes,
        no(calls("append|appendleft", "receive")),
        no(only_adds),
        calls("deque", CONSUMERS),
        with_its_names,
    ),
    LIMIT("""rests_add_up: Whoever was quiet may send more for that
      If a tab that was quiet for a minute is not closed after 40 frames at once
      Do: Keep what has been saved up at MOST_FRAMES at most, with min(…).
      Why: A tab that is left open all night would be allowed thousands of frames in the
        morning.
    """).on(
        "wrong: stays_open",
        time_has_passed,
        closes,
        gives_back,
        no(calls("min", CONSUMERS)),
    ),
    LIMIT("""length_passes_the_limit: The list becomes longer than what it is compared with
      If a tab that has sent its 21st frame may send as much as it likes
      Do: Create the list in connect(), as self.frame_times = deque(maxlen=MOST_FRAMES).
      Why: A list keeps every time: from the 21st on, its length is never 20 again.
    """).on(
        "wrong: stays_open",
        length_is_equal,
        no(calls("deque", CONSUMERS)),
        weight=2,
    ),
    LIMIT("""a_pause_starts_anew: A pause sets the count back to zero
      If a tab that pauses for a moment now and then may send as much as it likes
      Do: Keep the times of the newest frames, and look at how old the first one is.
      Why: What counts is how many frames ten seconds have, however they are
        distributed.
    """).on(
        "wrong: stays_open", only_adds, sets_back, no(gives_back), weight=1
    ),
    LIMIT("""gives_back_from_the_beginning: Each frame gives back for the whole time since
        the connection
      If a tab that sends slowly for a while may send as much as it likes
      Do: Keep the time of each frame, and count only what has passed since the one
        before: write $begun = now below that line.
      Why: What has been given back once is given back again with every frame.
    """).on("wrong: stays_open", counts_from_the_beginning, weight=3),
    LIMIT("""counts_in_a_task: The frames are counted in a task
      If a tab is closed, and what it has sent after 20 frames still comes
      Do: Count in receive() itself, before anything else is done with the frame.
      Why: A task runs when receive() waits for something. Until then receive() handles
        the frame, and perhaps the next ones.
    """).on(
        "wrong: unwanted stays_open",
        expects("at once"),
        closes_in_a_task,
        weight=3,
    ),
    LIMIT("""deque_without_maxlen: The deque keeps the time of every frame
      If a tab that sends without end is not closed, or much too late
      Do: Write deque(maxlen=MOST_FRAMES).
      Why: Without maxlen nothing is dropped at its other end. Then its first entry is
        the time of the first frame of all, and its length passes 20.
    """).on("wrong: stays_open", length_is("missing"), weight=2),
    LIMIT("""limit_of_two_hundred: The limit is higher than 20 frames
      If a tab is not closed after 100 frames at once
      Do: Write MOST_FRAMES, SECONDS = 20, 10.
      Why: Each of these frames becomes an event for every tab in the room.
    """).on(
        "wrong: stays_open",
        closes,
        length_is("there"),
        no(has_both_numbers),
        weight=-1,
    ),
    LIMIT("""compares_the_wrong_way: The limit is for whoever sends slowly
      If a tab is not closed after 100 frames at once, and the code compares with >
      Do: Write < between $now - $times[0] and SECONDS.
      Why: That difference is how long the newest 20 frames have taken. The less it is,
        the faster they came.
    """).on(
        "wrong: stays_open",
        closes,
        compares_with_more,
        with_its_names,
        weight=0,
    ),
    LIMIT("""counts_what_comes_from_others: Events of the groups are counted, too
      If a tab that only reads is closed with 4429
      Do: Count in receive(): it is called with frames of the browser alone.
      Why: dispatch() handles all that comes to a consumer, also what others say.
    """).on(
        "closed: closed",
        got("code 4429"),
        look(calls(r"self\.close", "dispatch")),
        weight=4,
    ),
    LIMIT("""counts_processor_time: The time is that of the processor
      If a tab that sends a little now and then is closed with 4429
      Do: Take the times from time.monotonic().
      Why: process_time() counts what the process has computed, and hardly goes on while
        nothing happens.
    """).on(
        "closed: closed",
        got("code 4429"),
        look(calls(r"(.*\.)?(process|thread)_time(_ns)?")),
        weight=4,
    ),
    LIMIT("""part_of_the_time: Only the seconds or minutes of the clock are compared
      If a tab that sends a little now and then is closed with 4429, and .second or
        .minute is taken from a time
      Do: Take the times from time.monotonic().
      Why: .second and .minute begin again at 0 after 59: their difference is not how
        much time has passed.
    """).on(
        "closed: closed",
        got("code 4429"),
        look(uses(r".*\.(second|minute)")),
        weight=4,
    ),
    LIMIT("""close_code_429: The close code is not one of your own
      If Daphne raises `invalid close code …`
      Do: Write code=4429.
      Why: Codes of your own are 4000 to 4999. 429 is a status of HTTP; and 1008 is a
        close code, which Daphne does not let a consumer send.
    """).on(
        "1011: raised other_code",
        r"invalid close code (?P<code>\d+)",
        expects("4429"),
        weight=3,
    ),
    LIMIT("""close_code_4008: The tab is closed with another code
      If a tab that sends too much is closed, and not with 4429
      Do: Write code=4429.
      Why: By its code, the page knows why it was closed. 1000 says that all is well.
    """).on(
        "wrong: other_code", expects("4429"), got(r"code (?!1006)[134]\d+")
    ),
    LIMIT("""end_is_not_awaited: Nobody awaits close()
      If a tab that sends too much is not closed, and close() was called
      Do: Write await self.close(code=4429).
      Why: Calling an async method makes a coroutine. It runs when it is awaited, and
        Daphne hides the warning.
    """).on(
        "wrong: stays_open silent never_awaited",
        close_was_not_awaited,
        no(awaits("close", "receive")),
        weight=3,
    ),
    LIMIT("""close_loses_messages: What a tab has sent is lost when it is closed
      If the messages before the 21st are not received either
      Do: Save and send each message in receive(); or let close() first save and send
        what is left.
      Why: The first 20 are within the limit, and whoever sent them cannot know that
        they are lost.
    """).on(
        "silent: silent lost",
        a_tab_was_closed,
        expects("20 messages"),
        weight=1,
    ),
    LIMIT("""page_sends_while_somebody_types: The page sends a frame for each letter
      If a tab is closed with 4429 while a long message is typed
      Do: Let the page send nothing before the message is whole.
      Why: The server counts every frame, also those that it does not handle: a sentence
        has more letters than 20.
    """).on(
        "pages: page_click_sends_nothing page_loads_again page_sends_nothing closed",
        saw("out", type="websocket.close", code="^4429$"),
        in_page(r"\b(oninput|onkey\w+|(input|key(up|down|press))[\"'])"),
        weight=8,
    ),
    LIMIT("""page_leaves_for_every_code: The page leaves whatever the close code is
      If the page of whoever has sent too much goes to the login
      Do: Go to the login for event.code 4401 only; in a switch, end each case with
        break.
      Why: Whoever was closed with 4429 is still logged in, and can go on where they
        were.
    """).on("pages: page_leaves_when_closed", at=PAGE),
    LIMIT("""page_stays_closed: The page does not connect again after it has sent too much
      If a page stays closed after code 4429
      Do: Connect again after a pause when event.code is 4429, too.
      Why: Whoever has sent too much may read on, and write again ten seconds later.
    """).on("pages: page_stays_closed", at=PAGE),
    # The end
    END("""only_floods_end: One of the places that close goes on
      If whoever was closed is still listed, and close() is not overridden
      Do: Define async def close(self, code=None, reason=None), and end there.
      Why: Each place that closes needs the same: to clean up, and to send nothing
        more.
    """).on(
        "list: still_listed", closes_in_handler, no(overrides), stops, weight=1
    ),
    END("""stops_before_it_cleans_up: The consumer ends above what cleans up
      If whoever was closed is still listed, and close() calls disconnect() last
      Do: Move await self.disconnect(code) above raise StopConsumer.
      Why: raise ends the method: what stands below it never runs.
    """).on("list: still_listed", overrides, stops_above, weight=3),
    END("""stops_without_disconnect: The consumer ends without cleaning up
      If whoever was closed is still listed, and close() does not call disconnect()
      Do: Call await self.disconnect(code) before raise StopConsumer.
      Why: Channels calls disconnect() when the browser has gone. A consumer that has
        ended by then is not called any more.
    """).on("list: still_listed", overrides, stops, no(cleans_up), weight=1),
    END("""disconnect_is_gone: Only close() cleans up
      If somebody is listed who has closed their tab
      Do: Write disconnect(self, close_code) again, with what cleans up in it; close()
        calls it.
      Why: Channels calls disconnect() when a tab has gone, and never close(), which is
        for your own code.
    """).on(
        "list: still_listed not_listed",
        no(defines("(websocket_)?disconnect", CONSUMERS)),
        weight=5,
    ),
    END("""close_calls_itself: close() calls itself
      If the terminal says `RecursionError`, and close() is overridden
      Do: Call await super().close(code, reason) instead of self.close(…).
      Why: self.close() is your own method again. super() finds the one of Channels.
    """).on("1011: raised other_code", r"^RecursionError", overrides, weight=3),
    END("""close_takes_no_code: close() takes other arguments than that of Channels
      If the terminal says that close() got an unexpected argument
      Do: Define async def close(self, code=None, reason=None).
      Why: Your method is called in the place of the one of Channels, with the same
        arguments.
    """).on(
        "1011: raised other_code",
        r"close\(\) (got|takes|missing)",
        overrides,
        weight=3,
    ),
    END("""close_without_the_code: close() does not pass on the code
      If a tab is closed with 1000, and close() is overridden
      Do: Call await super().close(code, reason).
      Why: Without a code, the connection is closed with 1000.
    """).on(
        "wrong: other_code",
        got("code 1000"),
        overrides,
        look(calls(r"super\(\)\.close", "close")),
        no(calls(r"super\(\)\.close", "close", given="code")),
        weight=1,
    ),
    END("""super_close_not_awaited: Nobody awaits the close() of Channels
      If a tab stays open, and close() is overridden
      Do: Call await super().close(code, reason).
      Why: Calling an async method makes a coroutine. It runs when it is awaited, and
        Daphne hides the warning.
    """).on(
        "wrong: stays_open silent unanswered hangs not_kept_out never_awaited",
        close_was_not_awaited,
        overrides,
        no(awaits(r"super\(\)\.close")),
        look(calls(r"super\(\)\.close", "close")),
        weight=3,
    ),
    END("""stops_before_closing: close() does not close any more
      If a tab stays open, and close() is overridden
      Do: Call await super().close(code, reason) first.
      Why: Your method takes the place of the one of Channels, which sends the close
        frame.
    """).on(
        "wrong: stays_open silent not_kept_out unanswered",
        overrides,
        no(calls(r"super\(\)\.close", "close")),
        weight=2,
    ),
    # More of room
    ROOM("""number_has_a_comma: A number has a comma in it
      If the terminal says `SyntaxError`, and a number in the settings has a comma
      Do: Write $right instead of $written.
      Why: In Python a comma separates two things. A long number may have _ in it, as in
        5_000.
    """).on("no_start", raised("^SyntaxError"), has_a_comma, weight=3),
    ROOM("""channel_capacity_is_a_number: channel_capacity is a dictionary
      If the server raises `'int' object has no attribute 'items'`
      Do: Write "capacity": 5000 instead of channel_capacity.
      Why: channel_capacity has a number for each pattern of names of channels. The one
        for all others is capacity.
    """).on(
        "500: raised refused not_accepted cannot_start no_redis_layer",
        r"'\w+' object has no attribute 'items'",
        of_channels,
        weight=3,
    ),
    # More of the limit
    LIMIT("""length_never_exceeds_maxlen: The deque is never longer than its maxlen
      If a tab that sends without end is not closed, and a length is compared with >
      Do: Write == or >= instead of > behind $length.
      Why: A deque drops its first entry when it is full, so it has never more than
        maxlen. Once it is full, the frame that comes is one too many.
    """).on("wrong: stays_open", closes, never_exceeds, weight=2),
    LIMIT("""deque_is_shorter_than_the_limit: The deque keeps too few times
      If a tab that sends without end is not closed, and maxlen is small
      Do: Write maxlen=$most, as in the line that compares its length.
      Why: A deque never has more than maxlen entries. If that is less than the limit,
        its length never gets there.
    """).on("wrong: stays_open", closes, is_shorter, weight=2),
    LIMIT("""older_minus_newer: The difference of the times is below zero
      If a tab is closed that has sent 20 frames more than ten seconds later, and the
        older time comes first
      Do: Write $right, the newer time first.
      Why: The other way round, the difference is below zero, and so below ten seconds,
        however long ago the first frame was.
    """).on("closed: closed raised stays_open", older_minus_newer, weight=5),
    LIMIT("""limit_of_one_in_a_second: A pause is asked for after each frame
      If a tab is closed that has sent few frames in a row, and no deque is kept
      Do: Keep the times of the newest frames in a deque(maxlen=MOST_FRAMES), and look
        at how old the first one is.
      Why: A page may send several frames at once, as when a text of many lines is
        pasted.
    """).on(
        "closed: closed",
        closes,
        no(calls("deque", CONSUMERS)),
        no(only_adds),
        no(time_has_passed),
        weight=1,
    ),
    # More of the end
    END("""close_is_not_async: close() is not async
      If close() is defined with def in an async consumer
      Do: Write async def close(self, code=None, reason=None), and await before each
        call of an async method in it.
      Why: Only an async def can await. Without await, super().close() and disconnect()
        do not run.
    """).on(
        "silent",
        either(
            raised("'await' outside async function"),
            raised("can't be used in 'await'"),
            close_was_not_awaited,
        ),
        close_is_not_async,
        weight=8,
    ),
)
