"""The clock that a project sees is put forward for all that tells the time."""

import json
import subprocess
import sys

READINGS = (
    "time.time()",
    "time.time_ns() / 1e9",
    "time.mktime(time.localtime())",
    "calendar.timegm(time.gmtime())",
    "time.mktime(time.strptime(time.ctime()))",
    "time.mktime(time.strptime(time.asctime()))",
    "time.mktime(time.strptime(time.strftime('%c'), '%c'))",
    "datetime.now().timestamp()",
    "datetime.today().timestamp()",
    "datetime.now(UTC).timestamp()",
    "datetime.utcnow().replace(tzinfo=UTC).timestamp()",
    "timezone.now().timestamp()",
    "float(sqlite(\"strftime('%s', 'now')\"))",
    "float(sqlite(\"strftime('%s', 'NOW', '+1 day')\"))",
    "86400 * sqlite('julianday()')",
    "datetime.fromisoformat(sqlite(\"datetime('now')\")).timestamp()",
)
BEFORE = """import calendar, json, sqlite3, time
from datetime import UTC, datetime

def sqlite(call):
    return sqlite3.connect(":memory:").execute("SELECT " + call).fetchone()[0]
"""
DJANGO = "from django.conf import settings\nfrom django.utils import timezone\n"
FORWARD = """
settings.configure(USE_TZ=True)
from checks.sandbox.clock import Clock

clock = Clock()
clock.install()
before = [read() for read in readings]
clock.put_forward(1000)
after = [read() for read in readings]
"""


def answer(after: str) -> object:
    """What a process of its own prints as JSON, after the clock was put forward."""
    readings = "".join(f"lambda: {reading}, " for reading in READINGS)
    script = f"{BEFORE}{DJANGO}readings = [{readings}]\n{FORWARD}{after}"
    command = [sys.executable, "-W", "ignore", "-c", script]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def test_all_that_tells_the_time_is_put_forward() -> None:
    apart = answer("print(json.dumps([b - a for a, b in zip(before, after)]))")
    assert isinstance(apart, list)
    assert {
        r: round(s, -1) for r, s in zip(READINGS, apart, strict=True)
    } == dict.fromkeys(READINGS, 1000)


def test_other_times_are_left_as_they_are() -> None:
    told = answer(
        "print(json.dumps([time.ctime(0) == time.asctime(time.localtime(0)),"
        "datetime.fromtimestamp(0, UTC).year, time.strftime('%Y', time.gmtime(0)),"
        "sqlite(\"date('1970-01-01', '+1 day')\")]))"
    )
    assert told == [True, 1970, "1970", "1970-01-02"]


def test_a_class_may_keep_a_function_of_time() -> None:
    kept = "class Kept:\n    now = time.time\nprint(json.dumps(Kept().now() > 0))"
    assert answer(kept) is True


def test_a_process_can_skip_what_measures_durations() -> None:
    skipped = (
        "import asyncio\nfrom checks.sandbox.clock import skip\n"
        "loop = asyncio.new_event_loop()\nearlier = time.monotonic(), loop.time()\n"
        "skip(1000)\nlater = time.monotonic(), loop.time()\n"
        "print(json.dumps([b - a for a, b in zip(earlier, later)]))"
    )
    apart = answer(skipped)
    assert isinstance(apart, list)
    assert [round(seconds, -1) for seconds in apart] == [1000, 1000]


def test_the_clock_is_never_put_back() -> None:
    ahead = "clock.skip(50)\nclock.put_forward(600)\nprint(clock.ahead[0])"
    assert answer(ahead) == 1050
