"""A lesson's project as a folder of its own: as shipped, solved, or as submitted."""

from pathlib import Path

from checks.course.folders import File, read, write
from checks.course.lessons import ROOT

STARTERS = Path("checks", "starters")


def slugs(folder: Path) -> list[str]:
    """The lessons in a folder, in order: those that start with a digit.

    Without a lesson.toml it is none: git leaves folders behind that hold bytecode.
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
