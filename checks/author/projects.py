"""A lesson's project as a folder of its own: as shipped, solved, or as submitted."""

import shutil
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
STARTERS = Path("checks", "starters")
_LEFT_BEHIND = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", "db.sqlite3"}


class File(NamedTuple):
    """What a file holds, and whether it can be run as a program."""

    content: bytes
    executable: bool = False

    @property
    def text(self) -> str:
        return self.content.decode()


Files = dict[str, File]
"""Files by their path inside a folder, with `/` between its parts."""


def slugs(folder: Path) -> list[str]:
    """The lessons in a folder, in order: every folder whose name starts with digits."""
    if not folder.is_dir():
        return []
    named = (path.name for path in folder.iterdir() if path.is_dir())
    return sorted(name for name in named if name[:1].isdigit())


def read(folder: Path) -> Files:
    """All files of a folder that may not exist, but for what running it leaves behind."""
    return {
        path.relative_to(folder).as_posix(): File(
            path.read_bytes(), bool(path.stat().st_mode & 0o100)
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _LEFT_BEHIND.isdisjoint(path.relative_to(folder).parts)
    }


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
    """Lay out a lesson as shipped in the folder `into`, which it makes, and return it.

    `solved` lays the solution over it; then come the files of `submission`, whose
    `deleted.txt` names files to take away, one on each line, and whose `expected.txt`
    stays behind.  Raises FileNotFoundError for a lesson that does not exist.
    """
    shutil.copytree(
        root / STARTERS / slug, into, ignore=shutil.ignore_patterns(*_LEFT_BEHIND)
    )
    files = read(root / "solutions" / slug) if solved else {}
    files |= read(submission) if submission else {}
    files.pop("expected.txt", None)
    deleted = files.pop("deleted.txt", File(b""))
    for path, file in files.items():
        write(file, into / path)
    for path in deleted.text.split():
        (into / path).unlink()
    return into
