"""A lesson's project as a folder of its own: as shipped, solved, or as submitted."""

import re
from pathlib import Path
from typing import NamedTuple

from checks.course import ROOT

STARTERS = Path("checks", "starters")
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


def slugs(folder: Path) -> list[str]:
    """The lessons in a folder, in order: every folder that starts with a digit."""
    return sorted(path.name for path in folder.glob("[0-9]*") if path.is_dir())


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


def build(
    slug: str,
    into: Path,
    *,
    solved: bool,
    submission: Path | None = None,
    root: Path = ROOT,
) -> Path:
    """Lay a lesson out as shipped in the folder `into`, and return that folder.

    `solved` lays the solution over it.  Then come the files of `submission`, whose
    `deleted.txt` names files to take away, one on each line, and whose `expected.txt`
    stays behind.  Raises FileNotFoundError for a lesson that does not exist.
    """
    files = read(root / STARTERS / slug)
    if not files:
        raise FileNotFoundError(root / STARTERS / slug)
    changed = read(root / "solutions" / slug) if solved else {}
    changed |= read(submission) if submission else {}
    changed.pop("expected.txt", None)
    for path in changed.pop("deleted.txt", File(b"")).text.splitlines():
        changed.pop(path, None)
        del files[path]
    for path, file in changed.items():  # A changed manage.py stays a program.
        executable = file.executable or (path in files and files[path].executable)
        files[path] = File(file.content, executable)
    for path, file in files.items():
        write(file, into / path)
    return into
