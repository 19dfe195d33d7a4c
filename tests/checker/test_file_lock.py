"""Locks keep each other out, however many come and go, and leave no file behind."""

import subprocess
import sys
from pathlib import Path

from checks.course.lessons import ROOT
from checks.sandbox import file_lock
from tests.conftest import environment
from tests.machine import TIMEOUT

AT_ONCE = 8
HOLDER = """
import os, random, sys
from pathlib import Path
from checks.sandbox import file_lock

lock, alone, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
for _ in range(300):
    if chance.random() < 0.5:
        with file_lock.exclusive(lock):
            alone.touch(exist_ok=False)
            os.sched_yield()
            alone.unlink()
    else:
        held = file_lock.acquire(lock, file_lock.SHARED)
        os.sched_yield()
        assert not alone.exists()
        file_lock.release(lock, held)
"""


def test_of_many_that_come_and_go_none_meets_another(tmp_path: Path) -> None:
    folder, alone = tmp_path / "locks", tmp_path / "alone"
    folder.mkdir()
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDER, folder / "lock", alone, str(seed)],
            cwd=ROOT,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(AT_ONCE)
    ]
    for holder in holders:
        _, stderr = holder.communicate(timeout=TIMEOUT)
        assert (holder.returncode, stderr) == (0, "")
    assert list(folder.iterdir()) == []


def test_a_shared_lock_is_seen_by_others_as_long_as_it_is_held(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not file_lock.is_shared(lock)
    one, two = (file_lock.acquire(lock, file_lock.SHARED) for _ in range(2))
    file_lock.release(lock, one)
    assert file_lock.is_shared(lock)
    file_lock.release(lock, two)
    assert not file_lock.is_shared(lock)
    assert list(tmp_path.iterdir()) == []


def test_who_holds_it_alone_shares_it_with_nobody(tmp_path: Path) -> None:
    with file_lock.exclusive(tmp_path / "lock"):
        assert not file_lock.is_shared(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []
