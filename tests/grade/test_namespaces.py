"""What a run of somebody else's project has for itself, where a system gives less."""

import os
import tempfile
from pathlib import Path

import pytest

from checks.grade.command import _not_confined
from checks.run.warm import _apart
from checks.sandbox import embedded_redis, landlock, own_namespaces, own_network
from checks.sandbox.stray_processes import become_subreaper


def gives(monkeypatch: pytest.MonkeyPatch, *, all_kinds: bool, network: bool) -> None:
    """Let this system be one that gives namespaces of all kinds, or a network."""
    monkeypatch.setattr(own_namespaces, "is_possible", lambda: all_kinds)
    monkeypatch.setattr(own_network, "is_possible", lambda: network)
    monkeypatch.setattr(own_network, "enter", lambda: network)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (True, "each project has a network and a Redis of its own, and sees the"),
        (False, "all projects share the processes and network of this machine"),
    ],
)
def test_a_system_that_gives_less_says_so_once(
    monkeypatch: pytest.MonkeyPatch, words: str, *, network: bool
) -> None:
    gives(monkeypatch, all_kinds=False, network=network)
    monkeypatch.setattr(landlock, "abi", lambda: landlock.SIGNALS)
    (said,) = _not_confined()
    assert said.startswith(f"Grading: {words}")


def test_a_system_that_gives_all_is_not_spoken_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gives(monkeypatch, all_kinds=True, network=True)
    monkeypatch.setattr(landlock, "abi", lambda: landlock.SIGNALS)
    assert not [*_not_confined()]
    assert "processes, temporary folders" in own_namespaces.described()


@pytest.mark.parametrize("network", [True, False])
def test_without_namespaces_a_run_is_forked_as_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, network: bool
) -> None:
    monkeypatch.setattr(embedded_redis, "LEASES", shared := tmp_path / "shared")
    gives(monkeypatch, all_kinds=False, network=network)
    assert _apart(tmp_path / "grade-1/project", tmp_path) is os.fork
    own = tmp_path / "leases" if network else shared
    assert own == embedded_redis.LEASES


def test_what_cannot_be_set_up_is_not_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_namespaces, "OPTIONS", b"size=nonsense")
    assert not own_namespaces.is_possible()
    monkeypatch.setattr(own_namespaces, "KINDS", 1)
    assert not own_namespaces.is_possible()


def is_there(file: Path, *kept: Path) -> bool:
    """Whether a run whose folders `kept` stay has this file."""
    become_subreaper()
    if (pid := own_namespaces.fork(*kept)) == 0:
        os._exit(0 if file.exists() else 1)
    return os.waitpid(pid, 0)[1] == 0


@pytest.mark.skipif(not own_namespaces.is_possible(), reason="no namespaces")
def test_folders_that_stay_are_found_through_links_too() -> None:
    with tempfile.TemporaryDirectory(dir=own_namespaces.EMPTY[0]) as folder:
        kept, link = Path(folder, "kept"), Path(folder, "link")
        kept.mkdir()
        link.symlink_to(kept)
        (kept / "file").touch()
        assert not is_there(kept / "file")
        assert is_there(kept / "file", kept)
        assert is_there(kept / "file", link)
        assert is_there(link / "file", link)
