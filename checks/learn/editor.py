"""Opens a place of the project in the learner's own editor.

COURSE_EDITOR says which: a command, in which `{file}` and `{line}` may stand. Otherwise
it is the editor whose terminal this is, then that of VISUAL or EDITOR, then one that is
installed. An editor that needs the terminal itself is never started: `make learn` has
it.
"""

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

GOTO = ("code", "code-insiders", "codium", "cursor", "windsurf")
JETBRAINS = ("pycharm", "charm", "pycharm-professional", "pycharm-community", "idea")
COLON = ("subl", "zed", "zeditor", "atom")
PLUS = ("gvim", "mvim", "emacsclient", "gedit", "gnome-text-editor", "kate", "geany")
ARGUMENTS = {
    **dict.fromkeys(GOTO, ("-g", "{file}:{line}")),
    **dict.fromkeys(JETBRAINS, ("--line", "{line}", "{file}")),
    **dict.fromkeys(COLON, ("{file}:{line}",)),
    **dict.fromkeys(PLUS, ("+{line}", "{file}")),
    "emacsclient": ("-n", "+{line}", "{file}"),
    "kate": ("-l", "{line}", "{file}"),
}
"""How each editor is told a place."""
TERMINALS = {"vscode": GOTO, "JetBrains-JediTerm": JETBRAINS}
"""The editors that have a terminal, by what their terminal says about itself."""
NONE_FOUND = "Name your editor before make learn: COURSE_EDITOR='code -g {file}:{line}'"


def open_place(
    path: Path, line: int, environment: Mapping[str, str] = os.environ
) -> tuple[str | None, str | None]:
    """Open a file at a line; the name of the editor, or why there is none."""
    for command in _commands(environment):
        name = Path(command[0]).name
        if program := shutil.which(command[0], path=environment.get("PATH")):
            arguments = command[1:] or ARGUMENTS.get(name, ("{file}",))
            filled = [
                it.replace("{file}", str(path)).replace("{line}", str(line))
                for it in arguments
            ]
            return _start([program, *filled], name)
    return None, NONE_FOUND


def _commands(environment: Mapping[str, str]) -> Iterator[list[str]]:
    """The commands that may open a place, the best first."""
    if own := environment.get("COURSE_EDITOR"):
        command = shlex.split(own)
        placed = any("{file}" in word for word in command)
        yield command if placed or len(command) == 1 else [*command, "{file}"]
        return
    terminal = environment.get("TERM_PROGRAM") or environment.get("TERMINAL_EMULATOR")
    yield from ([name] for name in TERMINALS.get(terminal or "", ()))
    for variable in ("VISUAL", "EDITOR"):
        words = shlex.split(environment.get(variable, ""))
        if words and Path(words[0]).name in ARGUMENTS:
            yield words[:1]  # Options such as `--wait` are for git.
    yield from ([name] for name in ARGUMENTS)


def _start(command: list[str], name: str) -> tuple[str | None, str | None]:
    """Start an editor, and let it go: it outlives `make learn`."""
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, stdin=nothing, stdout=nothing, stderr=nothing, process_group=0
        )
    except OSError as error:
        return None, f"{name} does not start: {error.strerror}."
    threading.Thread(target=process.wait, daemon=True).start()  # No zombie stays.
    return name, None
