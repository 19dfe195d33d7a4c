"""Every command for contributors is run, or it is said why not."""

import inspect
import re
import shlex
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.fixtures import FixtureFunctionDefinition as FixtureFunction

from checks.asking.connection import Connection
from checks.asking.lists import ListTab
from checks.asking.sockets import SocketTab
from checks.asking.tabs import Tab
from checks.course.lessons import ROOT
from checks.observe.failure import Failure
from checks.run import plugin, production_fixtures, tab_fixtures
from tests.author.conftest import NAME, Copy

FOLDER = ROOT / "docs/contribute"
PAGES = [ROOT / "CONTRIBUTING.md", *sorted(FOLDER.glob("*.md"))]
BLOCK = re.compile(r"^ *```sh\n((?:.*\n)*?) *```$", re.MULTILINE)
IN_A_LINE = re.compile(r"`((?:make|requirements/\w+|\.venv/bin/python) ?[^`]*)`")
NAME_ALONE = re.compile(r"make(?: \w+)?|requirements/\S+")
"""In backticks, this names a command or a file."""
HERE = {
    "git diff --stat requirements",
    "git diff requirements/learn.txt",
    "git diff tests/submissions",
    'git grep -n "nothing came within" checks',
}
"""These only look."""
IN_A_COPY = {
    "make lesson NAME=presence",
    "make sync",
    ".venv/bin/python -m ruff format",
    "requirements/install learn site tabs notebook maintain",
}
ELSEWHERE = {
    "make test": "it is what runs this",
    "make test ALL=1": "the same; the weekly workflow types it",
    "make record": "its parts are tests, and run in all of them",
    "make record STEP=N": "the same; test_commands.py asks which",
    "make check STEP=N": "tests/site runs it with every lesson that there is",
    "make run STEP=N SOLUTION=1": "the same",
    "make learn STEP=N": "the same",
    "make notebook STEP=N": "the same",
    "make bench": "takes minutes, and changes nothing",
    ".venv/bin/python -m checks.author release 2027.1": "tests/grade records one",
    "make bench MISTAKES=1": "the same; tests/author/test_bench.py runs it on one",
    "requirements/lock --upgrade": "asks the package index; test_workflows reads it",
    "requirements/newest": "the same",
    "build/newest/bin/python -m pytest": "needs the line above",
}


def found() -> set[str]:
    """Every command for contributors."""
    commands = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        commands |= {line.strip() for line in "".join(BLOCK.findall(text)).splitlines()}
        there = IN_A_LINE.findall(text)
        commands |= {c for c in there if not NAME_ALONE.fullmatch(c)}
    return commands - {""}


TESTS = sorted(c for c in found() if c.startswith(".venv/bin/python -m pytest"))
CLAIMS = {c for c in found() if c.startswith("git grep -nE")}


def test_every_command_is_run_or_it_is_said_why_not() -> None:
    assert found() == HERE | IN_A_COPY | ELSEWHERE.keys() | set(TESTS) | CLAIMS
    assert len(CLAIMS) == 1


@pytest.mark.parametrize("command", sorted(HERE | CLAIMS))
def test_what_only_looks_can_be_typed(command: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("git knows nothing of this folder")
    done = subprocess.run(shlex.split(command), cwd=ROOT, check=False)
    assert done.returncode == 0


def test_what_the_pages_claim_of_versions_is_found() -> None:
    (command,) = CLAIMS
    lines = subprocess.run(
        shlex.split(command), cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert "docs/lessons/03_channel_layer.md" in lines
    assert "checks/author/introductions/mistakes.md" in lines


def test_the_tools_are_installed_and_the_lists_printed(copy: Copy) -> None:
    assert copy.begun
    install = "requirements/install learn site tabs notebook maintain"
    for command in (install, ".venv/bin/python -m ruff format", "make sync"):
        done = copy.type(*shlex.split(command))
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", TESTS)
def test_a_command_runs_the_tests_that_it_is_about(
    command: str, copy: Copy, slug: str
) -> None:
    step = int(slug.partition("_")[0])
    there = command.replace("NN_presence", slug).replace("check-N", f"check-{step}")
    there = re.sub("name_of_the_(mistake|submission)", "syntax_error", there)
    done = copy.type(*shlex.split(there), "--collect-only", "-q")
    tests = [line for line in done.stdout.splitlines() if "::" in line]
    assert tests, done.stdout + done.stderr
    for path in re.findall(r"tests/\S+", command):
        assert all(test.startswith(path) for test in tests)
    if "NN_presence" in command:
        assert any(NAME in test for test in tests)


CHECKS = (FOLDER / "checks.md").read_text(encoding="utf-8")


def listed(heading: str) -> set[str]:
    """What the table under a heading lists in its first column."""
    section = CHECKS.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", " ".join(rows)))


def fixtures(*modules: ModuleType) -> set[str]:
    """The names of the fixtures that modules have."""
    every = [it for module in modules for it in vars(module).items()]
    return {name for name, it in every if isinstance(it, FixtureFunction)}


def test_what_a_check_can_ask_for_is_listed() -> None:
    there = fixtures(plugin, tab_fixtures)
    assert listed("What a check can ask for") == there - {"run"}


def test_what_a_check_can_ask_of_a_project_in_production_is_listed() -> None:
    assert listed("A project in production") == fixtures(production_fixtures)


def test_what_a_tab_can_do_is_listed() -> None:
    names = vars(Connection).keys() | vars(ListTab).keys() | vars(Tab).keys()
    there = {name for name in names if not name.startswith("_")}
    inside = {"is_done", "check_open", "looked"}
    of_sockets = {SocketTab.is_slow.__name__}
    assert listed("What a tab can do") == there - inside | of_sockets


def test_the_parts_of_a_failure_are_listed() -> None:
    there = set(inspect.signature(Failure).parameters)
    inside = {"process", "event", "busy_at", "facts", "cause"}
    assert listed("Fixtures of your own") == there - inside


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    """Files of the repository in backticks; examples and what is made are left out."""
    named = re.findall(
        r"`((?:\.github|checks|docs|requirements|tests)/[^`\s]*)`", page.read_text()
    )
    made = re.compile(r"NN_|name_of_|…|build/|\*|:")
    for path in named:
        assert made.search(path) or (ROOT / path).exists(), path
