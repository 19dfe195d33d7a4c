"""The bootstrap with the real venv and the real pip, on a package of four lines."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from .conftest import Course

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
WHEEL = (
    "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
)
# Stands in for flit, which is one more download: a wheel that points to the folder.
BACKEND = """\
import os, zipfile

def build_editable(folder, settings=None, metadata=None):
    name = "toy-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("toy.pth", os.getcwd())
        wheel.writestr("toy-1.0.dist-info/METADATA", {metadata!r})
        wheel.writestr("toy-1.0.dist-info/WHEEL", {wheel!r})
        wheel.writestr("toy-1.0.dist-info/RECORD", "")
    return name
"""
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def package(folder: Path, name: str) -> str:
    """Write a wheel into `folder`; give the line of a lock that names it."""
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{name}-1.0.dist-info/METADATA", METADATA.format(name=name))
        file.writestr(f"{name}-1.0.dist-info/WHEEL", WHEEL)
        file.writestr(f"{name}-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{name}==1.0 \\\n    --hash=sha256:{digest}\n"


@pytest.fixture
def real(course: Course, tmp_path: Path) -> Course:
    del course.environment["PYTHONPATH"]
    course.environment |= {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_FIND_LINKS": str(tmp_path),
        "PIP_NO_INDEX": "1",
    }
    course.write("requirements/learn.txt", package(tmp_path, "ember"))
    course.write("requirements/site.txt", package(tmp_path, "fjord"))
    course.write("pyproject.toml", PYPROJECT)
    metadata = METADATA.format(name="toy")
    course.write("backend.py", BACKEND.format(metadata=metadata, wheel=WHEEL))
    course.write("checks/__main__.py", "import ember; print('checked')\n")
    return course


@pytest.mark.when_changed("requirements/*", "Makefile", "pyproject.toml")
def test_from_nothing_to_a_verdict_and_on(real: Course, tmp_path: Path) -> None:
    done = real.type("make", "check", "STEP=1")
    assert done.returncode == 0, real.folder.joinpath("build/install.log").read_text()
    assert done.stdout == "checked\n"

    # The packages are away, as without a network: one sentence, and nothing breaks.
    (tmp_path / "fjord-1.0-py3-none-any.whl").rename(tmp_path / "away")
    done = real.type("make", "docs")
    assert done.returncode == 2
    assert "pip does not find fjord==1.0: connect to the network" in done.stderr
    assert real.type("make", "check").stdout == "checked\n"

    # Another package arrives under the name of the locked one.
    package(tmp_path, "grove")
    wheel = tmp_path / "grove-1.0-py3-none-any.whl"
    wheel.rename(tmp_path / "fjord-1.0-py3-none-any.whl")
    assert "is not the one that the lock names" in real.type("make", "docs").stderr

    # The network is back.
    (tmp_path / "away").rename(tmp_path / "fjord-1.0-py3-none-any.whl")
    done = real.type("make", "docs")
    assert (done.returncode, done.stdout) == (0, "checked\n")
