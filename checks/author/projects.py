"""Builds a lesson's project in a folder: as shipped, solved, or with a submission."""

from pathlib import Path

from checks.course.folders import File, read, write
from checks.course.lessons import ROOT

STARTERS = Path("checks", "starters")


def slugs(folder: Path) -> list[str]:
    """The names of the lessons in a folder, in order.

    A folder without lesson.toml is skipped: git leaves folders with bytecode behind.
    """
    return sorted(path.parent.name for path in folder.glob("[0-9]*/lesson.toml"))


def build(
    slug: str,
    into: Path,
    *,
    solved: bool,
    submission: Path | None = None,
    root: Path = ROOT,
) -> Path:
    """Copy a lesson as shipped into the folder `into`, and return that folder.

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
