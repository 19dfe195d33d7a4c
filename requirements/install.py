"""Put parts of the course into `.venv`; called by `requirements/install`.

The first argument is the folder of the course, the others are the parts that
`.venv` must hold in the end. What is known of it is kept in `.venv/installed`:

- a copy of each lock, and of pyproject.toml, as it was when it was installed;
- `here`: the folder that `.venv` was made for, and the Python it was made from.
  This file is away while `.venv` is being changed. So where it is missing, the
  installation was interrupted, and `.venv` is recreated.

What pip says goes to build/install.log; a person gets one sentence.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

# What a part is called when it is announced, and how many seconds it takes.
PARTS = {
    "learn": ("Django, Channels and the checker", 30),
    "site": ("MkDocs, for the pages", 15),
    "tabs": ("Playwright, for the browser tabs", 10),
    "notebook": ("Jupyter, for the notebooks", 20),
    "maintain": ("the tools of `make test`", 20),
}

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "installed"
HERE = INSTALLED / "here"
LOG = Path("build", "install.log")
PIP_INSTALL = "-m pip install --no-input --no-user --progress-bar=off"

ALMOST_NOTHING = 10_000_000  # bytes
DISK_IS_FULL = "The disk is full: make room (all parts together take 700 MB)"
MAY_NOT_WRITE = (
    "No permission to write here: take ownership of the folder"
    " (`sudo make` may have taken it) or clone the course into a folder of your own"
)
# What pip says, and the sentence for it; the first that fits is printed.
CURES = {
    "No space left on device|Disk quota exceeded": DISK_IS_FULL,
    "Permission denied|Operation not permitted|Read-only file": MAY_NOT_WRITE,
    "DO NOT MATCH THE HASHES": (
        "A downloaded package is not the one that the lock names: clear the cache"
        " of pip (`.venv/bin/python -m pip cache purge`)"
    ),
    "NewConnection|NameResolution|Timeout|Proxy|SSLError|HTTP error|Connection "
    "(refused|reset|aborted|broken)|Network is unreachable": (
        "The packages could not be downloaded: connect to the network"
        " (pip must reach its package index)"
    ),
    r"No matching distribution found for (\S+)": (
        "pip does not find {0}: connect to the network and let pip use its package"
        " index (`pip config list` shows which), or, if it does, take"
        " Python 3.11, 3.12, 3.13 or 3.14 on Linux, macOS or WSL 2"
    ),
}


class Lacking(Exception):
    """The machine lacks something; the text says what, and the cure."""


def main(folder: str, parts: list[str]) -> None:
    """Bring `.venv` to hold `parts`.

    Raises:
        Lacking: it cannot be done on this machine as it is.
    """
    LOG.parent.mkdir(exist_ok=True)
    with LOG.with_suffix(".lock").open("w") as lock:
        wait_for_turn(lock.fileno())
        with LOG.open("w") as log:
            Installation(folder, lock.fileno(), log.fileno()).complete(parts)


def wait_for_turn(lock: int) -> None:
    """Let one installation work here at a time; a killed one lets go by itself."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another terminal is installing here: waiting for it to end.")
        fcntl.flock(lock, fcntl.LOCK_EX)


class Installation:
    """The work on `.venv`, for the course in `folder`.

    `lock` and `log` are file descriptors. pip keeps `lock` open as well: should
    this process be killed, its pip still counts as running until it ends.
    """

    def __init__(self, folder: str, lock: int, log: int) -> None:
        self.folder = folder
        self.lock = lock
        self.log = log
        self.begun = 0

    def complete(self, parts: list[str]) -> None:
        if not self.is_usable():
            self.make()
        for part in parts:
            lock = Path("requirements", f"{part}.txt")
            if differs(lock):
                what, seconds = PARTS[part]
                say(f"Installing {what}: about {seconds} seconds, this once.")
                self.install(lock, "--require-hashes", "-r", str(lock))
        project = Path("pyproject.toml")
        if differs(project):
            self.install(project, "--no-deps", "--no-build-isolation", "-e", ".")

    def is_usable(self) -> bool:
        """Whether `.venv` is whole, for this folder and for the wanted Python.

        One without our files in it was made by hand: it is kept if pip runs in it.
        """
        if INSTALLED.exists() and not (HERE.exists() and HERE.read_text() == self.here):
            return False
        if os.environ.get("PYTHON") and real(PYTHON) != real(Path(sys.executable)):
            return False
        trial = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
        try:
            return self.run(str(PYTHON), "-c", trial) == 0
        except OSError:
            return False

    @property
    def here(self) -> str:
        return f"{self.folder}\n{real(PYTHON)}\n"

    def make(self) -> None:
        require_venv()
        place = VENV.resolve()  # it may be a link to a roomier disk
        if place.exists():
            say(".venv is incomplete, or of another folder or Python: recreating it.")
            HERE.unlink(missing_ok=True)
            shutil.rmtree(place)
        (place / INSTALLED.name).mkdir(parents=True)
        if self.run(sys.executable, "-m", "venv", str(place)) != 0:
            raise self.failure()
        HERE.write_text(self.here)

    def install(self, source: Path, *arguments: str) -> None:
        """Let pip install `arguments`, which are what `source` stands for."""
        content = source.read_bytes()
        INSTALLED.mkdir(exist_ok=True)
        HERE.unlink(missing_ok=True)
        status = None
        try:
            status = self.run(str(PYTHON), *PIP_INSTALL.split(), *arguments)
        finally:
            if status == 0:
                (INSTALLED / source.name).write_bytes(content)
            if status == 0 or self.nothing_was_changed(status):
                HERE.write_text(self.here)
        if status != 0:
            raise self.failure()

    def nothing_was_changed(self, status: int | None) -> bool:
        """Whether pip failed (1) or was stopped (None) before it installed anything.

        It crashes with 2, and then it may be .venv itself that is broken.
        """
        return status in (1, None) and "Installing collected" not in self.said

    def run(self, *command: str) -> int:
        self.begun = LOG.stat().st_size
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            pass_fds=[self.lock],
        ).returncode

    @property
    def said(self) -> str:
        """What the last command said."""
        return LOG.read_bytes()[self.begun :].decode(errors="replace")

    def failure(self) -> Lacking:
        instruction = f"type the command again (pip's words: {LOG})"
        return Lacking(f"{cure(self.said)}, and {instruction}")


def real(path: Path) -> str:
    return os.path.realpath(path)


def differs(source: Path) -> bool:
    """Whether `source` is not, or not as it is now, installed."""
    copy = INSTALLED / source.name
    return not copy.exists() or copy.read_bytes() != source.read_bytes()


def require_venv() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        python = Path(sys.executable)
        message = (
            f"{python} has no module {error.name}: install it (on Debian and Ubuntu"
            f" with `sudo apt install {python.name}-venv`), or name another Python,"
            " as in `make check STEP=1 PYTHON=/path/to/python3.12`"
        )
        raise Lacking(message) from error


def cure(text: str) -> str:
    """The sentence for what went wrong, where `text` is what pip or Python says."""
    if shutil.disk_usage(Path()).free < ALMOST_NOTHING:
        return DISK_IS_FULL
    for pattern, sentence in CURES.items():
        if found := re.search(pattern, text):
            return sentence.format(*found.groups())
    return "The installation did not work: remove it (`rm -rf .venv`)"


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main(sys.argv[1], sys.argv[2:])
    except Lacking as lacking:
        say(f"{lacking}.")
        sys.exit(3)
    except OSError as error:
        say(f"{cure(str(error))}, and type the command again ({error}).")
        sys.exit(3)
    except KeyboardInterrupt:
        say("Stopped: type the same command to start again.")
        sys.exit(130)
