"""Counts the branches of `checks/` that tests take, in every process that they start.

`.venv/bin/python tests/checker/measure.py [what pytest is given]`; the report is what
`coverage report` prints, and `build/coverage-html` shows it line by line.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/measured"
TESTS = [
    "tests/checker",
    "tests/author",
    "tests/test_submissions.py",
    "tests/test_truth.py",
]
OTHERS = ["author/*", "starters/*", "browser/*", "explore.py", "learn/*", "live/*"]
OTHERS += ["notebook/*"]
"""What has tests of its own."""


def main() -> int:
    """Run the tests, then report what they reached. Returns pytest's status."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    environment = os.environ | {
        "COVERAGE_PROCESS_START": str(ROOT / "pyproject.toml"),
        "COVERAGE_FILE": str(FOLDER / "coverage"),
        "PYTHONPATH": f"{Path(__file__).with_name('measured')}:{ROOT}",
    }
    tests = sys.argv[1:] or TESTS
    pytest = [sys.executable, "-m", "pytest", *tests]
    status = subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode
    omit = "--omit=" + ",".join(f"{ROOT}/checks/{name}" for name in OTHERS)
    html = ["html", omit, f"--directory={ROOT}/build/coverage-html"]
    for command in (["combine"], ["report", omit], html):
        subprocess.run(
            [sys.executable, "-m", "coverage", *command],
            cwd=ROOT,
            env=os.environ | {"COVERAGE_FILE": str(FOLDER / "coverage")},
            check=False,
        )
    return status


if __name__ == "__main__":
    sys.exit(main())
