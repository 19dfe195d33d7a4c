"""Mistakes in names of modules and packages: where Python looks for them."""

import difflib
import sys
from pathlib import Path

from checks.course.folders import written
from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

NO_MODULE = r"No module named '(?P<name>[\w.]+)'"
KNOWN = {*sys.stdlib_module_names, "asgiref", "channels", "channels_redis", "daphne"}
KNOWN |= {"django", "redis"}
"""Packages whose names a missing one may have been meant for."""
ALIKE = 0.75


def _no_name_like_it(evidence: Evidence) -> Found | None:
    """What is missing is a package, of a name like that of nothing that is there."""
    match = evidence.said(NO_MODULE)
    files = written(evidence.project)
    inside = [path.relative_to(evidence.project) for path in files]
    own = {Path(part).stem for path in inside for part in path.parts}
    if not match or "." in match["name"]:
        return None
    alike = difflib.get_close_matches(match["name"], own | KNOWN, cutoff=ALIKE)
    return None if alike else {"name": match["name"]}


def _in_another_folder(evidence: Evidence) -> Found | None:
    """The module that is missing is in a folder of the project."""
    match = evidence.said(NO_MODULE)
    name = match["name"].partition(".")[0] if match else ""
    for end in (f"{name}/__init__.py", f"{name}.py") if name else ():
        for path in sorted(evidence.project.glob(f"*/{end}")):
            folder = path.relative_to(evidence.project).parts[0]
            return {"name": name, "folder": folder}
    return None


MISTAKES = [
    OTHER("""not_installed: A package is imported that is not installed
      If the terminal says `No module named '…'`, and it is no file of yours
      Do: Do without $name, or install it into .venv.
      Why: The course installs Django, Channels, Daphne and channels_redis.""").on(
        "no_start: thrown", _no_name_like_it
    ),
    OTHER("""module_is_in_a_folder: A module is imported without the folder that it is
        in
      If the terminal says `No module named '…'`, and a folder of the project has it
      Do: Write $folder.$name instead of $name; or, where manage.py adds the folder to
        sys.path, write sys.path.append(str(BASE_DIR / "$folder")) in the settings: the
        daphne command does not run manage.py.
      Why: Python looks in the folder of manage.py, and not in the folders inside of it.
    """).on("no_start: thrown", _in_another_folder, weight=4),
]
