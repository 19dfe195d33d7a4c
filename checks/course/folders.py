"""Folders of files as plain data: read, compare, replace, and lose nothing."""

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

_LEFT_BEHIND = re.compile(
    r"(.*/)?((__pycache__|\.ipynb_checkpoints|\.\w+_cache)/.*|[^/]*\.sqlite3[^/]*)"
)


class File(NamedTuple):
    """What a file holds, and whether it can be run as a program."""

    content: bytes
    executable: bool = False

    @property
    def text(self) -> str:
        """The content as UTF-8."""
        return self.content.decode()


Files = dict[str, File]
"""Files by their path inside a folder, with `/` between its parts."""


def read(folder: Path) -> Files:
    """The files of a folder that may not exist, without what running it leaves behind.

    In the order of their paths.
    """
    files: Files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        inside = path.relative_to(folder).as_posix()
        if not _LEFT_BEHIND.fullmatch(inside):
            executable = bool(path.stat().st_mode & 0o100)
            files[inside] = File(path.read_bytes(), executable)
    return files


def write(file: File, path: Path) -> None:
    """Put a file where it belongs, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    path.chmod(0o755 if file.executable else 0o644)


def differing(one: Files, other: Files) -> list[str]:
    """The paths whose file is not the same on both sides, or is missing on one."""
    return sorted(
        path for path in one.keys() | other.keys() if one.get(path) != other.get(path)
    )


def keeping(root: Path) -> Path:
    """The folder, named after this moment, for what is about to be replaced."""
    return root / "kept" / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"


def replace(
    root: Path, folder: Path, files: Files, stale: set[str], kept: Path | None = None
) -> list[str]:
    """Bring one folder up to date, keep what was replaced, and say what was done."""
    there = read(root / folder)
    done: list[str] = []
    for path in sorted(files.keys() | stale & there.keys()):
        if there.get(path) == files.get(path):
            continue
        if kept and path in there:
            write(there[path], kept / folder / path)
            where = (kept / folder / path).relative_to(root).as_posix()
            done.append(f"kept {where}")
        if path in files:
            write(files[path], root / folder / path)
        else:
            _delete(root / folder / path)
        verb = "wrote" if path in files else "deleted"
        done.append(f"{verb} {(folder / path).as_posix()}")
    return done


def _delete(path: Path) -> None:
    """Take a file away, and the folders that are empty without it."""
    path.unlink()
    while not any((path := path.parent).iterdir()):
        path.rmdir()
