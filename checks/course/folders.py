"""Folders of files as plain data: read them, compare them, replace them safely."""

import hashlib
import os
import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

DATABASE = re.compile(r"[^/]*\.sqlite3[^/]*")
"""The name of a file that a project writes when it is used."""
_NOT_WRITTEN = re.compile(
    r"__pycache__|\.ipynb_checkpoints|\.\w+_cache|\.git|node_modules|site-packages"
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
    """The files of a folder in the order of their paths; none if it does not exist.

    Databases are left out, and what `written` leaves out.
    """
    files: Files = {}
    for path in written(folder):
        if path.is_file() and not DATABASE.fullmatch(path.name):
            executable = bool(path.stat().st_mode & 0o100)
            inside = path.relative_to(folder).as_posix()
            files[inside] = File(path.read_bytes(), executable)
    return files


def written(folder: Path, *suffixes: str) -> list[Path]:
    """The files of a folder that people write, in order; with suffixes, only such ones.

    Bytecode is left out, and what was installed: some learners have their virtual
    environment in the project, with ten thousand files.
    """
    found = []
    for there, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if is_written(Path(there, name))]
        found += [Path(there, name) for name in files]
    return sorted(path for path in found if not suffixes or path.suffix in suffixes)


def is_written(folder: Path) -> bool:
    """Whether a folder may hold what people write, by its name and what is in it."""
    is_environment = (folder / "pyvenv.cfg").exists()
    return not (is_environment or _NOT_WRITTEN.fullmatch(folder.name))


def digest(files: Files) -> str:
    """A SHA-256 of files: their paths and what is in them."""
    total = hashlib.sha256()
    for path, file in sorted(files.items()):
        content = hashlib.sha256(file.content).hexdigest()
        total.update(f"{content} {path}\n".encode(errors="surrogatepass"))
    return total.hexdigest()


def write(file: File, path: Path) -> None:
    """Write a file, and make the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    path.chmod(0o755 if file.executable else 0o644)


def differing(one: Files, other: Files) -> list[str]:
    """The paths whose file is not the same on both sides, or is missing on one."""
    return sorted(
        path for path in one.keys() | other.keys() if one.get(path) != other.get(path)
    )


def backup_folder(root: Path) -> Path:
    """The folder for files that are about to be replaced, named after this moment."""
    return root / "kept" / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"


def replace(
    root: Path, folder: Path, files: Files, stale: set[str], backup: Path | None = None
) -> list[str]:
    """Write and delete files of a folder, and return a line for each of them.

    Files that are replaced are kept in `backup`, if there is one.
    """
    there = read(root / folder)
    done: list[str] = []
    for path in sorted(files.keys() | stale & there.keys()):
        if there.get(path) == files.get(path):
            continue
        if backup and path in there:
            write(there[path], backup / folder / path)
            where = (backup / folder / path).relative_to(root).as_posix()
            done.append(f"kept {where}")
        if path in files:
            write(files[path], root / folder / path)
        else:
            _delete(root / folder / path)
        verb = "wrote" if path in files else "deleted"
        done.append(f"{verb} {(folder / path).as_posix()}")
    return done


def _delete(path: Path) -> None:
    """Delete a file, and the folders that are empty without it."""
    path.unlink()
    while not any((path := path.parent).iterdir()):
        path.rmdir()
