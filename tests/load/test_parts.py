"""What is planned, counted and shown, without any server."""

import io
import resource
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from checks.load import delays, drawing, live, open_files, show
from checks.load.plan import Plan
from checks.load.result import Counts, Result, Used
from checks.load.tab import read, written
from checks.verdict import Finding

PLAN = Plan(
    tabs=10,
    rooms=3,
    rate=20,
    seconds=2,
    workers=2,
    addresses=("http://localhost:1", "http://localhost:2"),
    name="load1",
)
REPORT = {
    "sent": 2,
    "unsent": 0,
    "due": 8,
    "received": 6,
    "twice": 0,
    "delays": {"300": 6},
    "lags": {"10": 4},
    "turn": 1,
    "waiting": 0,
    "open": [0, 1],
    "second": 0,
}


def counts(*reports: dict[str, object]) -> Counts:
    """What one worker has reported."""
    found = Counts(PLAN)
    for report in reports:
        found.add(1, REPORT | report)
    found.is_settled = True
    return found


def result(found: Counts, load_before: float = 0) -> Result:
    """A result with these counts."""
    what = "03_channel_layer", "project", "2026-11-27T12:00:00+00:00"
    return Result(*what, PLAN, found, 2.0, {}, [], None, 4, load_before)


def shown(found: Result) -> str:
    """What is printed of a result."""
    out = io.StringIO()
    show.show(found, Console(file=out, width=300), (Path("a.json"), Path("a.svg")))
    return out.getvalue()


def test_every_tab_belongs_to_one_worker_and_each_room_to_all_servers() -> None:
    assert sorted([*PLAN.own(0), *PLAN.own(1)]) == [*range(10)]
    for room in range(3):
        tabs = [tab for tab in range(10) if PLAN.room(tab) == room]
        assert {PLAN.server(tab) for tab in tabs} == {0, 1}
        assert {PLAN.due(tab) for tab in tabs} == {len(tabs)}
        assert {PLAN.servers(tab) for tab in tabs} == {2}
    assert Plan.from_json(PLAN.as_json()) == PLAN


def test_a_message_is_read_as_it_was_written_and_nothing_else_is() -> None:
    assert read(PLAN, written(PLAN, 7, 12.5)) == (7, 12.5)
    others = '{"here": ["ada"]}', '{"message": "hi"}', "[]", "x", '{"message": 3}'
    assert [read(PLAN, frame) for frame in others] == [None] * 5
    assert read(PLAN, '{"message": "load2 7 12.5"}') is None
    assert read(PLAN, written(PLAN, PLAN.messages, 12.5)) is None


def test_percentiles_are_right_to_one_percent() -> None:
    found = Counter(delays.bucket(number / 1000) for number in range(1, 1001))
    for share in (0.01, 0.5, 0.99, 1):
        assert delays.percentile(found, share) == pytest.approx(share, rel=0.011)
    assert delays.percentile(Counter(), 0.5) is None


def test_a_column_is_as_high_as_its_value_is_large() -> None:
    assert live.columns([0, 1, 4, 8], 1) == [" ▁▄█"]
    assert live.columns([0, 8, 16], 2) == ["  █", " ██"]
    assert live.columns([], 2) == ["", ""]


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_a_terminal_gets_a_plot(variables: dict[str, str]) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    console = Console(
        file=out, force_terminal=True, width=80, _environ={"TERM": "xterm"} | variables
    )
    with live.screen(PLAN, console) as screen:
        screen.update(counts({}, {"second": 1, "due": 20, "received": 12}), 2.5)
    out.flush()
    printed = out.buffer.getvalue().decode()
    assert "▄█" in printed
    assert "most 12" in printed
    assert ("\x1b[3" in printed) is not bool(variables)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_elsewhere_each_second_is_a_line(encoding: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    with live.screen(PLAN, Console(file=out, width=200)) as screen:
        for now in (0.5, 1.2, 1.4):
            screen.update(counts({}), now)
    out.flush()
    lines = out.buffer.getvalue().decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("  1 s  sent 2, received 6, p50 ")
    assert lines[1].endswith("not there yet 2")


def test_what_is_missing_at_the_end_is_lost() -> None:
    words = shown(result(counts({})))
    assert "6 of 8; lost: 2 (25.0%)" in words
    assert "Throughput 3.0 a second" in words


def test_a_generator_that_is_late_says_that_it_is_the_limit() -> None:
    late: dict[str, object] = {"lags": {str(delays.bucket(0.3)): 4}}
    words = "The load generator itself was late"
    assert words in shown(result(counts(late)))
    assert words not in shown(result(counts({})))


def test_a_machine_that_was_busy_before_is_named() -> None:
    words = "Other programs were using this machine (load 9.0 on 4 cores)"
    assert words in shown(result(counts({}), load_before=9))
    assert "Other programs" not in shown(result(counts({}), load_before=3))


def test_what_is_not_settled_is_not_called_lost_for_certain() -> None:
    unsettled = counts({})
    unsettled.is_settled = False
    assert "some may come later" in shown(result(unsettled))


def test_a_drawing_of_nothing_is_a_drawing() -> None:
    assert drawing.drawn(result(Counts(PLAN))).endswith("</svg>\n")


def test_too_few_open_files_are_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1024))
    monkeypatch.setattr(resource, "setrlimit", lambda _, now: allowed.append(now))
    open_files.allow(100, 1)
    assert allowed == []
    open_files.allow(1000, 2)
    assert allowed == [(600, 1024)]
    with pytest.raises(Finding, match="Type TABS=1848, or raise the limit"):
        open_files.allow(2000, 2)


def test_a_server_that_has_ended_is_named_with_its_last_line() -> None:
    found = counts({})
    found.tabs = [(0, 3, 1006), (1, 3, 0)]
    ended = result(found)
    ended.servers = [Used(0.5, 70.2), Used(None, 0, "MemoryError")]
    words = shown(ended)
    assert "1 tab lost the connection (1006)." in words
    assert "Server 1   50% of a processor, 70 MiB\n" in words
    assert "Server 2   ended: MemoryError\n" in words
